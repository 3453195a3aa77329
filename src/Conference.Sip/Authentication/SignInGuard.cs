using System.Net;

namespace Conference.Sip.Authentication;

/// <summary>What becomes of credentials from a source that guessed too often.</summary>
internal enum GuardVerdict
{
    Check,
    Forbid,
    Ignore,
}

/// <summary>
/// Stops guessing: 10 wrong digests a minute for one user name from one source, or 50 from one source, and credentials are refused
/// unread for a minute; whoever goes on meanwhile is not answered for ten.
/// </summary>
/// <remarks>Missing credentials never count: every client begins without, and one address may stand for hundreds.</remarks>
internal sealed class SignInGuard
{
    private const int PerUser = 10;
    private const int PerSource = 50;
    private const long Window = 60_000;
    private const long ForbidFor = 60_000;
    private const long IgnoreFor = 600_000;
    private const int Most = 65_536;

    private readonly Dictionary<(IPAddress Source, string User), Tally> _tallies = [];

    /// <summary>Whether to look at credentials at all.</summary>
    public GuardVerdict Before(IPAddress source, string user, long now) =>
        (GuardVerdict)Math.Max((int)Judge((source, user.ToLowerInvariant()), now), (int)Judge((source, ""), now));

    /// <summary>A wrong digest.</summary>
    public void OnWrong(IPAddress source, string user, long now)
    {
        Count((source, user.ToLowerInvariant()), PerUser, now);
        Count((source, ""), PerSource, now);
    }

    private GuardVerdict Judge((IPAddress, string) key, long now)
    {
        if (!_tallies.TryGetValue(key, out var tally)) return GuardVerdict.Check;
        if (now < tally.IgnoredUntil) return GuardVerdict.Ignore;
        if (now >= tally.ForbiddenUntil) return GuardVerdict.Check;
        if (++tally.TriedMeanwhile > PerUser) tally.IgnoredUntil = now + IgnoreFor;
        return GuardVerdict.Forbid;
    }

    private void Count((IPAddress, string) key, int limit, long now)
    {
        if (!_tallies.TryGetValue(key, out var tally)) _tallies[key] = tally = Make();
        if (now - tally.Since >= Window) (tally.Since, tally.Wrong) = (now, 0);
        if (++tally.Wrong < limit) return;
        (tally.Wrong, tally.TriedMeanwhile, tally.ForbiddenUntil) = (0, 0, now + ForbidFor);
    }

    /// <summary>Full of strangers: forgetting them all is cheaper than letting them grow, and the limits start over.</summary>
    private Tally Make()
    {
        if (_tallies.Count >= Most) _tallies.Clear();
        return new Tally();
    }

    private sealed class Tally
    {
        public long Since;
        public int Wrong;
        public long ForbiddenUntil;
        public long IgnoredUntil;
        public int TriedMeanwhile;
    }
}
