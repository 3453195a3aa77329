using System.Net;

namespace Conference.Sip.Transport;

/// <summary>
/// How much one source may send: a token bucket per address (IPv6: per /64), small for strangers, large for whoever signed in.
/// The table is bounded, so that forged sources cannot grow it.
/// </summary>
internal sealed class SourceLimits
{
    private const int Most = 65_536;
    private const long TrustFor = 600_000;

    private static readonly Rate Stranger = new(50, 100);
    private static readonly Rate Friend = new(2_000, 4_000);
    private static readonly Rate Challenges = new(5, 30); // a whole office may dial in at ten o'clock sharp from one address

    private readonly Dictionary<IPAddress, Source> _sources = [];

    /// <summary>Whether one more message from there is looked at.</summary>
    public bool Allows(IPAddress address, long now)
    {
        var source = Find(address, now);
        return source.Messages.Take(now < source.TrustedUntil ? Friend : Stranger, now);
    }

    /// <summary>Whether one more INVITE without credentials is answered.</summary>
    public bool AllowsChallenge(IPAddress address, long now)
    {
        var source = Find(address, now);
        return now < source.TrustedUntil || source.Invites.Take(Challenges, now);
    }

    /// <summary>Whether somebody there knew a secret lately.</summary>
    public bool Trusts(IPAddress address, long now) => now < Find(address, now).TrustedUntil;

    /// <summary>Somebody there knew a secret.</summary>
    public void Trust(IPAddress address, long now) => Find(address, now).TrustedUntil = now + TrustFor;

    private Source Find(IPAddress address, long now)
    {
        var key = SourcePrefix.Of(address);
        if (_sources.TryGetValue(key, out var source)) return source;
        if (_sources.Count >= Most) Forget(now);
        return _sources[key] = new Source(now);
    }

    /// <summary>Full of strangers: only those who signed in are kept.</summary>
    private void Forget(long now)
    {
        foreach (var (key, source) in _sources.ToArray())
            if (source.TrustedUntil <= now)
                _sources.Remove(key);
        if (_sources.Count >= Most) _sources.Clear();
    }

    private sealed record Rate(int PerSecond, int Burst);

    private sealed class Source(long now)
    {
        public Bucket Messages = new(now);
        public Bucket Invites = new(now);
        public long TrustedUntil;
    }

    private struct Bucket(long now)
    {
        private double _used;
        private long _at = now;

        public bool Take(Rate rate, long now)
        {
            _used = Math.Max(0, _used - (now - _at) * rate.PerSecond / 1_000.0);
            _at = now;
            if (_used + 1 > rate.Burst) return false;
            _used++;
            return true;
        }
    }
}
