namespace Conference.Core.Calls;

/// <summary>Counts wrong PINs, so that nobody finds one by trying.</summary>
/// <remarks>Ten wrong ones within ten minutes close a source for a room, or a room for guests, for a quarter of an hour.</remarks>
public sealed class PinGuard(TimeProvider time)
{
    public const int WrongAllowed = 10;
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);
    public static readonly TimeSpan ClosedFor = TimeSpan.FromMinutes(15);
    private const int MostKept = 65_536;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Tally> _tallies = [];

    /// <summary>Whether tries from that source at that room are closed. Devices of the house are judged by their own count alone.</summary>
    public bool IsClosed(PinSource source, string room)
    {
        lock (_gate) return IsClosed(Key(source, room)) || (source.IsGuest && IsClosed(room));
    }

    public void Wrong(PinSource source, string room)
    {
        lock (_gate)
        {
            if (_tallies.Count >= MostKept) DropOld();
            Count(Key(source, room));
            if (source.IsGuest) Count(room);
        }
    }

    private static string Key(PinSource source, string room) => $"{source.Name}\n{room}";

    private bool IsClosed(string key) => _tallies.TryGetValue(key, out var tally) && time.GetUtcNow() < tally.ClosedUntil;

    private void Count(string key)
    {
        var now = time.GetUtcNow();
        var tally = _tallies.GetValueOrDefault(key);
        if (tally.Since + Window < now) tally = new Tally(now, 0, tally.ClosedUntil);
        tally = tally with { Wrong = tally.Wrong + 1 };
        if (tally.Wrong >= WrongAllowed) tally = new Tally(now, 0, now + ClosedFor);
        _tallies[key] = tally;
    }

    private void DropOld()
    {
        var now = time.GetUtcNow();
        foreach (var (key, tally) in _tallies)
            if (tally.Since + Window < now && tally.ClosedUntil < now) _tallies.Remove(key);
        if (_tallies.Count >= MostKept) _tallies.Clear(); // rather forget than grow
    }

    private readonly record struct Tally(DateTimeOffset Since, int Wrong, DateTimeOffset ClosedUntil);
}

/// <param name="Name">User name of a device, or the address a guest calls from.</param>
public readonly record struct PinSource(string Name, bool IsGuest);
