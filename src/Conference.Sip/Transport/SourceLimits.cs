using System.Collections.Concurrent;
using System.Net;

namespace Conference.Sip.Transport;

/// <summary>
/// How much one source may send: a token bucket per address (IPv6: per /64), small for strangers, large for whoever signed in.
/// The table is bounded, so that forged sources cannot grow it.
/// </summary>
/// <remarks>
/// Asked by whatever thread receives, before the loop hears of anything: a flood costs its receiver, not everybody. That is why the counts
/// of a source have a lock of their own; nothing is done under it but adding.
/// </remarks>
internal sealed class SourceLimits
{
    private const int Most = 65_536;
    private const long TrustFor = 600_000;
    private const long ExpectFor = 40_000; // milliseconds; a request of ours waits 32 s for its answer

    private static readonly Rate Stranger = new(50, 100);
    private static readonly Rate Friend = new(2_000, 4_000);
    private static readonly Rate Challenges = new(5, 30); // a whole office may dial in at ten o'clock sharp from one address

    private readonly ConcurrentDictionary<IPAddress, Source> _sources = new();
    private readonly Lock _making = new();
    private int _count;

    /// <summary>Whether one more message from there is looked at.</summary>
    /// <param name="address">Where it came from.</param>
    /// <param name="now">Milliseconds of the loop's clock.</param>
    /// <param name="isAnswer">Whether it answers something: somebody we asked may answer as often as we ask.</param>
    public bool Allows(IPAddress address, long now, bool isAnswer = false)
    {
        var source = Find(address, now);
        lock (source)
        {
            return isAnswer && source.IsExpected(now) ? source.Answers.Take(Friend, now) : source.Messages.Take(source.IsTrusted(now) ? Friend : Stranger, now);
        }
    }

    /// <summary>Whether one more INVITE without credentials is answered.</summary>
    public bool AllowsChallenge(IPAddress address, long now)
    {
        var source = Find(address, now);
        lock (source) return source.IsTrusted(now) || source.Invites.Take(Challenges, now);
    }

    /// <summary>Whether somebody there knew a secret lately.</summary>
    public bool Trusts(IPAddress address, long now) => Find(address, now).IsTrusted(now);

    /// <summary>Somebody there knew a secret.</summary>
    public void Trust(IPAddress address, long now) => Volatile.Write(ref Find(address, now).TrustedUntil, now + TrustFor);

    /// <summary>A request of ours goes there.</summary>
    public void Expect(IPAddress address, long now) => Volatile.Write(ref Find(address, now).ExpectedUntil, now + ExpectFor);

    private Source Find(IPAddress address, long now)
    {
        var key = SourcePrefix.Of(address);
        return _sources.TryGetValue(key, out var source) ? source : Make(key, now);
    }

    private Source Make(IPAddress key, long now)
    {
        lock (_making)
        {
            if (_count >= Most) Forget(now);
            var source = new Source(now);
            if (!_sources.TryAdd(key, source)) return _sources[key];
            _count++;
            return source;
        }
    }

    /// <summary>Full of strangers: only those who signed in are kept.</summary>
    private void Forget(long now)
    {
        foreach (var (key, source) in _sources)
            if (!source.IsTrusted(now))
                _sources.TryRemove(key, out _);
        if (_sources.Count >= Most) _sources.Clear();
        _count = _sources.Count;
    }

    private sealed record Rate(int PerSecond, int Burst);

    private sealed class Source(long now)
    {
        public Bucket Messages = new(now);
        public Bucket Answers = new(now);
        public Bucket Invites = new(now);
        public long TrustedUntil;
        public long ExpectedUntil;

        public bool IsTrusted(long at) => at < Volatile.Read(ref TrustedUntil);

        public bool IsExpected(long at) => at < Volatile.Read(ref ExpectedUntil);
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
