namespace Conference.Core.Routing;

/// <summary>Counts calls outside, so that stolen credentials cost little: closed when a limit is reached, open again as the hour passes.</summary>
/// <remarks>The lock guards the tallies; nothing is waited for inside it.</remarks>
public sealed class TollGuard(RouteBook routes, TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);
    private const int MostKept = 65_536;
    private const string House = "house";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Queue<DateTimeOffset>> _tallies = [];

    /// <summary>Raised when a limit is reached: who called, which limit. Handlers return at once.</summary>
    public event Action<string, TollLimit>? Reached;

    /// <summary>Counts a call, or says which limit forbids it. Emergency calls are neither counted nor forbidden.</summary>
    /// <param name="payer">The extension, person or room whose call it is.</param>
    public TollLimit Begin(string payer, string number, CallClass kind)
    {
        var limit = Ask(payer, number, kind, counts: true);
        if (limit != TollLimit.None) Reached?.Invoke(payer, limit);
        return limit;
    }

    /// <summary>What <see cref="Begin"/> would say, without counting.</summary>
    public TollLimit Peek(string payer, string number, CallClass kind) => Ask(payer, number, kind, counts: false);

    private TollLimit Ask(string payer, string number, CallClass kind, bool counts)
    {
        if (kind == CallClass.Emergency) return TollLimit.None;
        var limits = routes.Plan.Limits;
        var isExpensive = kind is CallClass.International or CallClass.Premium;
        var (own, there) = ($"from {payer}", $"to {DialledNumber.Destination(number)}");
        lock (_gate)
        {
            if (IsFull(own, limits.CallsPerHour)) return TollLimit.PerCaller;
            if (IsFull(there, limits.CallsPerDestination)) return TollLimit.PerDestination;
            if (isExpensive && IsFull(House, limits.ExpensivePerHour)) return TollLimit.Expensive;
            if (!counts) return TollLimit.None;
            if (_tallies.Count >= MostKept) DropOld();
            if (_tallies.Count >= MostKept) return TollLimit.PerDestination; // rather refuse than grow or forget
            Count(own);
            Count(there);
            if (isExpensive) Count(House);
            return TollLimit.None;
        }
    }

    private bool IsFull(string key, int most)
    {
        if (!_tallies.TryGetValue(key, out var calls)) return most <= 0;
        while (calls.TryPeek(out var first) && first + Window <= time.GetUtcNow()) calls.Dequeue();
        return calls.Count >= most;
    }

    private void Count(string key)
    {
        if (!_tallies.TryGetValue(key, out var calls)) _tallies[key] = calls = new Queue<DateTimeOffset>();
        calls.Enqueue(time.GetUtcNow());
    }

    private void DropOld()
    {
        var old = time.GetUtcNow() - Window;
        foreach (var (key, calls) in _tallies)
            if (calls.Count == 0 || calls.Last() <= old) _tallies.Remove(key);
    }
}

/// <summary>Which limit closed.</summary>
public enum TollLimit
{
    None,

    /// <summary>Calls of one extension per hour.</summary>
    PerCaller,

    /// <summary>Calls to one destination per hour.</summary>
    PerDestination,

    /// <summary>International and premium calls of the house per hour.</summary>
    Expensive,
}
