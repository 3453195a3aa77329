using System.Collections.Immutable;
using System.Net;

namespace Conference.Sip.Authentication;

/// <summary>Who is shut out for guessing secrets.</summary>
public interface ISipBans
{
    /// <summary>Those in force now.</summary>
    ImmutableArray<SipBan> Bans { get; }

    /// <summary>Ends a ban, and forgets what led to it.</summary>
    void Lift(IPAddress source, string? username);
}

/// <param name="Source">The address that guessed.</param>
/// <param name="Username">Shut out for this account alone, or <see langword="null"/> for every one.</param>
/// <param name="Since">When it began.</param>
/// <param name="Until">When it ends by itself.</param>
/// <param name="Wrong">Wrong digests counted.</param>
public sealed record SipBan(IPAddress Source, string? Username, DateTimeOffset Since, DateTimeOffset Until, int Wrong);
