using System.Collections.Immutable;
using System.Net;

namespace Conference.Sip.Transport;

/// <summary>Servers that were silent or overloaded a moment ago (RFC 3263 §4.3); asked last until they had time to recover. Lives on the SIP loop.</summary>
internal sealed class DeadServers
{
    private const int Most = 1_024;
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private readonly Dictionary<(string Transport, IPEndPoint Remote), long> _until = [];

    /// <summary>No answer, a broken connection, or 503.</summary>
    /// <param name="hop">Where.</param>
    /// <param name="now">Milliseconds of the loop.</param>
    /// <param name="retryAfter">What Retry-After asked for, at most an hour of it.</param>
    /// <param name="usual">How long otherwise; half a minute when nobody says.</param>
    public void Bury(Hop hop, long now, TimeSpan? retryAfter = null, TimeSpan? usual = null)
    {
        if (_until.Count >= Most) _until.Clear();
        var rest = retryAfter is { } asked && asked > TimeSpan.Zero ? asked : usual ?? Usual;
        _until[(hop.Transport, hop.Remote)] = now + (long)(rest < Longest ? rest : Longest).TotalMilliseconds;
    }

    /// <summary>It answered something other than 503.</summary>
    public void Revive(Hop hop) => _until.Remove((hop.Transport, hop.Remote));

    public bool IsDead(Hop hop, long now)
    {
        if (!_until.TryGetValue((hop.Transport, hop.Remote), out var until)) return false;
        if (now < until) return true;
        Revive(hop);
        return false;
    }

    /// <summary>The same places: those alive first, each half in its order. When all are dead they are tried all the same.</summary>
    public ImmutableArray<Hop> LivingFirst(ImmutableArray<Hop> hops, long now) => [.. hops.OrderBy(h => IsDead(h, now))];
}
