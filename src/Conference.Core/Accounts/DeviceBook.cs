using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Conference.Core.Accounts;

/// <summary>Every device of the house in memory, and where each can be reached: signalling never waits for a query.</summary>
/// <remarks>Devices made on the pages win over those of <c>sip.conf</c> with the same user name.</remarks>
public sealed class DeviceBook
{
    /// <summary>A page that is reloaded, or a phone that changes networks, is back within so long.</summary>
    private static readonly TimeSpan Return = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, Reachable> _reachable = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _left = new(StringComparer.OrdinalIgnoreCase);
    private ImmutableArray<DeviceCard> _stored = [];
    private volatile bool _trustsPeople;
    private ImmutableArray<DeviceCard> _fromFiles = [];
    private ImmutableArray<DeviceCard> _onlyInFiles = [];
    private ImmutableDictionary<string, DeviceCard> _byName = ImmutableDictionary<string, DeviceCard>.Empty;
    private ImmutableDictionary<string, ImmutableArray<DeviceCard>> _byExtension = ImmutableDictionary<string, ImmutableArray<DeviceCard>>.Empty;

    public ImmutableArray<DeviceCard> Cards => [.. Volatile.Read(ref _byName).Values.OrderBy(c => c.Username, StringComparer.OrdinalIgnoreCase)];

    /// <summary>Devices that only <c>sip.conf</c> knows, by user name.</summary>
    public ImmutableArray<DeviceCard> FromFiles => _onlyInFiles;

    /// <summary>Live registrations.</summary>
    public ImmutableArray<Reachable> Reachable => [.. _reachable.Values.OrderBy(r => r.Username, StringComparer.OrdinalIgnoreCase)];

    /// <summary>Whether who is signed in on the pages may register their own devices in the browser without a secret.</summary>
    public bool TrustsPeople
    {
        get => _trustsPeople;
        set => _trustsPeople = value;
    }

    public DeviceCard? Find(string username) => Volatile.Read(ref _byName).GetValueOrDefault(username);

    /// <summary>Devices of an extension, by user name.</summary>
    public ImmutableArray<DeviceCard> OfExtension(string number) => Volatile.Read(ref _byExtension).GetValueOrDefault(number, []);

    /// <summary>Where that device can be reached, or <see langword="null"/> when it is not registered.</summary>
    public Reachable? WhereIs(string username) => _reachable.GetValueOrDefault(username);

    /// <summary>Devices made on the pages, as a whole.</summary>
    public void SetStored(ImmutableArray<DeviceCard> cards)
    {
        _stored = cards;
        Rebuild();
    }

    /// <summary>Devices of <c>sip.conf</c>, as a whole.</summary>
    public void SetFromFiles(ImmutableArray<DeviceCard> cards)
    {
        _fromFiles = cards;
        Rebuild();
    }

    /// <summary>Whether a call to it can come to anything: it is registered and not silent, or left a moment ago and may be on its way back.</summary>
    public bool MayAnswer(string username, DateTimeOffset now) =>
        _reachable.TryGetValue(username, out var here) ? !here.IsSilent : _left.TryGetValue(username, out var left) && now - left < Return;

    public void Reached(Reachable where)
    {
        _reachable[where.Username] = where;
        _left.TryRemove(where.Username, out _);
    }

    /// <summary>It is not registered any more.</summary>
    /// <param name="username">Which.</param>
    /// <param name="left">When its connection broke without a word; <see langword="null"/> when it said goodbye or ran out.</param>
    public void Lost(string username, DateTimeOffset? left = null)
    {
        _reachable.TryRemove(username, out _);
        if (left is { } at && Find(username) is not null) _left[username] = at;
        else _left.TryRemove(username, out _);
    }

    private void Rebuild()
    {
        var book = ImmutableDictionary.CreateBuilder<string, DeviceCard>(StringComparer.OrdinalIgnoreCase);
        foreach (var card in _fromFiles) book[card.Username] = card;
        foreach (var card in _stored) book[card.Username] = card;
        var stored = _stored.Select(c => c.Username).ToImmutableHashSet(StringComparer.OrdinalIgnoreCase);
        ImmutableInterlocked.InterlockedExchange(ref _onlyInFiles, [.. _fromFiles.Where(c => !stored.Contains(c.Username)).OrderBy(c => c.Username, StringComparer.OrdinalIgnoreCase)]);
        Volatile.Write(ref _byName, book.ToImmutable());
        Volatile.Write(ref _byExtension, book.Values.GroupBy(c => c.Extension)
            .ToImmutableDictionary(g => g.Key, g => g.OrderBy(c => c.Username, StringComparer.OrdinalIgnoreCase).ToImmutableArray()));
    }
}
