using System.Net;
using Conference.Sip.Transport;

namespace Conference.Sip.Authentication;

/// <summary>What becomes of credentials from a source that guessed too often.</summary>
internal enum GuardVerdict
{
    Check,
    Forbid,
    Ignore,
}

/// <summary>
/// Stops guessing: 10 wrong digests a minute for one user name from one source (IPv6: a /64), or 50 from one source, and credentials are refused
/// unread for a minute; whoever goes on meanwhile is not answered for ten. Each time it happens again within a day both last twice as
/// long, up to half a day.
/// </summary>
/// <remarks>
/// Missing credentials never count: every client begins without, and one address may stand for hundreds. Whoever signed in from there
/// lately is heard although his neighbours guess, so that one mad phone does not silence its office.
/// </remarks>
internal sealed class SignInGuard
{
    private const int PerUser = 10;
    private const int PerSource = 50;
    private const long Window = 60_000; // all times in milliseconds of the loop's clock
    private const long ForbidFor = 60_000;
    private const long IgnoreFor = 600_000;
    private const long Longest = 12 * 3_600_000;
    private const long Day = 24 * 3_600_000;
    private const long ProvenFor = 3_600_000;
    private const int Most = 65_536;

    private readonly Dictionary<(IPAddress Source, string User), Tally> _tallies = [];
    private readonly Dictionary<(IPAddress Source, string User), long> _proven = [];

    /// <summary>Hears when somebody is shut out, or for longer: source, user name (empty for all), until when, and how many were wrong.</summary>
    public Action<IPAddress, string, long, int>? OnShut { get; set; }

    /// <summary>Whether to look at credentials at all.</summary>
    public GuardVerdict Before(IPAddress source, string user, long now)
    {
        var own = KeyOf(source, user);
        var verdict = Judge(own, now);
        if (_proven.TryGetValue(own, out var until) && now < until) return verdict;
        return (GuardVerdict)Math.Max((int)verdict, (int)Judge(KeyOf(source, ""), now));
    }

    /// <summary>A wrong digest.</summary>
    public void OnWrong(IPAddress source, string user, long now)
    {
        Count(KeyOf(source, user), PerUser, now);
        Count(KeyOf(source, ""), PerSource, now);
    }

    /// <summary>A right one.</summary>
    public void OnRight(IPAddress source, string user, long now)
    {
        if (_proven.Count >= Most) Evict(_proven, until => until);
        _proven[KeyOf(source, user)] = now + ProvenFor;
    }

    /// <summary>Forgets what led to a ban, and the ban with it.</summary>
    public void Lift(IPAddress source, string user) => _tallies.Remove(KeyOf(source, user));

    private static (IPAddress Source, string User) KeyOf(IPAddress source, string user) => (SourcePrefix.Of(source), user.ToLowerInvariant());

    private GuardVerdict Judge((IPAddress Source, string User) key, long now)
    {
        if (!_tallies.TryGetValue(key, out var tally)) return GuardVerdict.Check;
        if (now < tally.IgnoredUntil) return GuardVerdict.Ignore;
        if (now >= tally.ForbiddenUntil) return GuardVerdict.Check;
        if (++tally.TriedMeanwhile > PerUser) Shut(key, tally, tally.IgnoredUntil = now + Math.Min(IgnoreFor << tally.Strikes, Longest));
        return GuardVerdict.Forbid;
    }

    private void Count((IPAddress Source, string User) key, int limit, long now)
    {
        if (!_tallies.TryGetValue(key, out var tally)) _tallies[key] = tally = Make(now);
        if (now - tally.Since >= Window) (tally.Since, tally.Wrong) = (now, 0);
        tally.InAll++;
        if (++tally.Wrong < limit) return;
        tally.Strikes = now - tally.ForbiddenUntil < Day && tally.ForbiddenUntil > 0 ? Math.Min(tally.Strikes + 1, 10) : 0;
        (tally.Wrong, tally.TriedMeanwhile, tally.ForbiddenUntil) = (0, 0, now + Math.Min(ForbidFor << tally.Strikes, Longest));
        Shut(key, tally, tally.ForbiddenUntil);
    }

    private void Shut((IPAddress Source, string User) key, Tally tally, long until) => OnShut?.Invoke(key.Source, key.User, until, tally.InAll);

    /// <summary>Full of strangers: whoever is not shut out and guessed longest ago is forgotten first, so that no flood of names lifts a ban.</summary>
    private Tally Make(long now)
    {
        if (_tallies.Count >= Most) Evict(_tallies, t => t.IsShut(now) ? Day + t.IgnoredUntil + t.ForbiddenUntil : t.Since - now);
        return new Tally();
    }

    /// <summary>Forgets an eighth, so that it is not sorted for every stranger.</summary>
    private static void Evict<T>(Dictionary<(IPAddress Source, string User), T> table, Func<T, long> rank)
    {
        foreach (var (key, _) in table.OrderBy(e => rank(e.Value)).Take(Most / 8).ToArray()) table.Remove(key);
    }

    private sealed class Tally
    {
        public long Since;
        public int Wrong;
        public int InAll;
        public int Strikes;
        public long ForbiddenUntil;
        public long IgnoredUntil;
        public int TriedMeanwhile;

        public bool IsShut(long now) => now < ForbiddenUntil || now < IgnoredUntil;
    }
}
