using Conference.Core.Routing;

namespace Conference.Core.Exchange;

/// <summary>How many calls each trunk carries, both ways.</summary>
/// <remarks>The lock guards the counts; nothing is waited for inside it.</remarks>
public sealed class TrunkChannels
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _used = new(StringComparer.OrdinalIgnoreCase);

    public int UsedOf(string trunk)
    {
        lock (_gate) return _used.GetValueOrDefault(trunk);
    }

    /// <summary>Whether it could carry another call now.</summary>
    public bool IsFree(TrunkPlan trunk) => trunk.MaxChannels is not { } most || UsedOf(trunk.Line.Name) < most;

    /// <summary>Takes a channel.</summary>
    /// <param name="always">An emergency call: it passes the limit.</param>
    /// <returns>What gives it back, or <see langword="null"/> when all are taken.</returns>
    internal TrunkChannel? Take(TrunkPlan trunk, bool always = false)
    {
        lock (_gate)
        {
            var used = _used.GetValueOrDefault(trunk.Line.Name);
            if (!always && trunk.MaxChannels is { } most && used >= most) return null;
            _used[trunk.Line.Name] = used + 1;
            return new TrunkChannel(this, trunk.Line.Name);
        }
    }

    internal void Give(string trunk)
    {
        lock (_gate) _used[trunk]--;
    }
}

/// <summary>One channel of a trunk, until it is given back.</summary>
internal sealed class TrunkChannel(TrunkChannels channels, string trunk) : IDisposable
{
    private int _isGiven;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isGiven, 1) == 0) channels.Give(trunk);
    }
}
