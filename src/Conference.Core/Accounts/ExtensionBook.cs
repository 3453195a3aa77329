using System.Collections.Immutable;

namespace Conference.Core.Accounts;

/// <summary>Every extension of the house in memory, replaced as a whole: calls never wait for a query.</summary>
public sealed class ExtensionBook(DeviceBook devices)
{
    private ImmutableDictionary<string, ExtensionCard> _byNumber = ImmutableDictionary<string, ExtensionCard>.Empty;

    public ImmutableArray<ExtensionCard> Cards => [.. Volatile.Read(ref _byNumber).Values.OrderBy(c => c.Number, StringComparer.Ordinal)];

    /// <summary>Takes over what the pages stored.</summary>
    public void Set(IEnumerable<ExtensionCard> cards) => Volatile.Write(ref _byNumber, cards.ToImmutableDictionary(c => c.Number));

    /// <summary>An extension by its number. One that only <c>sip.conf</c> knows has every default, but as many calls as that file gives it: no limit unless it says so.</summary>
    public ExtensionCard? Find(string number) =>
        Volatile.Read(ref _byNumber).GetValueOrDefault(number)
        ?? (devices.OfExtension(number) is [var device, ..] ? new ExtensionCard(number, device.Name) { MaxCalls = device.MaxCalls ?? int.MaxValue } : null);

    /// <summary>An extension by the person it belongs to.</summary>
    public ExtensionCard? OfPerson(string personId) => Volatile.Read(ref _byNumber).Values.FirstOrDefault(c => c.PersonId == personId);

    /// <summary>Whether one extension may watch the lamp of another and pick its calls up.</summary>
    public bool SeesLamp(string watcher, string watched) => watcher == watched || Find(watched) switch
    {
        { Lamp: LampVisibility.Everybody } => true,
        { Lamp: LampVisibility.Group } card => card.Group.Length > 0 && card.Group.Equals(Find(watcher)?.Group, StringComparison.OrdinalIgnoreCase),
        _ => false,
    };

    /// <summary>Whose devices ring when that number is called.</summary>
    public ImmutableArray<DeviceCard> DevicesOf(string number) => devices.OfExtension(number);
}
