using System.Collections.Immutable;

namespace Conference.Sip.Trunks;

/// <summary>A line to a provider or to another exchange, as signalling needs it (RFC 3261 §10, RFC 3263).</summary>
/// <param name="Name">Unique; what calls and pages call it.</param>
/// <param name="Domain">The provider's domain: host of every Request-URI, To and registrar, never replaced by an address.</param>
public sealed record TrunkLine(string Name, string Domain)
{
    /// <summary>Next hops as SIP URIs, best first, in place of what DNS says of <see cref="Domain"/>; kept as loose Route when <see cref="RoutesByProxy"/>.</summary>
    public ImmutableArray<string> Servers { get; init; } = [];

    /// <summary>Whether the first server is written as Route (outbound proxy).</summary>
    public bool RoutesByProxy { get; init; }

    /// <summary>udp, tcp, tls, or <see langword="null"/> for what the URI and DNS say.</summary>
    public string? Transport { get; init; }

    /// <summary>Whether we register; otherwise the peer knows our address.</summary>
    public bool Registers { get; init; }

    /// <summary>User of the address of record.</summary>
    public string User { get; init; } = "";

    /// <summary>User name of the digest; that of the address of record when empty.</summary>
    public string AuthUser { get; init; } = "";

    /// <summary>The secret, in the clear: digest for somebody else's realm needs it.</summary>
    public string Secret { get; init; } = "";

    /// <summary>The only realm the secret is used for, or <see langword="null"/> for any that the trunk's own servers name.</summary>
    public string? Realm { get; init; }

    /// <summary>User of the Contact we register: random, so that a call names its trunk even when several share an address.</summary>
    public string Token { get; init; } = "";

    public TimeSpan Expires { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Time between two OPTIONS; zero for none.</summary>
    public TimeSpan ProbeEvery { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether provisional responses may be reliable (RFC 3262).</summary>
    public bool Takes100Rel { get; init; } = true;

    /// <summary>Session-Expires we ask for (RFC 4028); zero for none.</summary>
    public TimeSpan SessionExpires { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>SHA-256 thumbprint of the only certificate accepted on TLS, or <see langword="null"/> to verify as usual.</summary>
    public string? PinnedCertificate { get; init; }

    /// <summary>The address of this machine it is reached from, or <see langword="null"/> for the one that routes there.</summary>
    public string? LocalAddress { get; init; }

    /// <summary>How long a server that was silent or overloaded is asked last, unless it says itself (Retry-After).</summary>
    public TimeSpan DeadFor { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Secrets stay out of logs.</summary>
    public override string ToString() => $"trunk {Name}";
}

/// <summary>How a trunk is, for people and for routing.</summary>
/// <param name="Name">Which.</param>
/// <param name="Health">Whether calls go.</param>
/// <param name="Why">A short sentence in English, without secrets: the last failure, or the server registered with.</param>
/// <param name="Since">Since when.</param>
/// <param name="Server">Where requests go now, or <see langword="null"/>.</param>
/// <param name="RoundTrip">Of the last answered probe.</param>
public sealed record TrunkState(string Name, TrunkHealth Health, string Why, DateTimeOffset Since, string? Server = null, TimeSpan? RoundTrip = null);

public enum TrunkHealth
{
    /// <summary>Not asked yet.</summary>
    Unknown,

    /// <summary>Registered or answering.</summary>
    Up,

    /// <summary>Answers, but with refusals, or not by its first server.</summary>
    Degraded,

    /// <summary>Silent, unreachable, or it refuses our credentials.</summary>
    Down,
}

/// <summary>One step of trying a trunk.</summary>
public enum TrialStep
{
    /// <summary>RFC 3263: names to addresses.</summary>
    Locate,

    /// <summary>TCP or TLS came up; always true for UDP.</summary>
    Connect,

    /// <summary>Anything answered an OPTIONS.</summary>
    Answer,

    /// <summary>REGISTER was accepted, when the trunk registers.</summary>
    Register,
}

/// <param name="Step">Which.</param>
/// <param name="IsGood">Whether it worked.</param>
/// <param name="Detail">Addresses found, status line received or error in words; without secrets.</param>
/// <param name="Status">The SIP status, or 0.</param>
public sealed record TrialOutcome(TrialStep Step, bool IsGood, string Detail, int Status = 0);

/// <summary>Registers, probes and tries trunks.</summary>
public interface ISipTrunks
{
    /// <summary>Replaces the lines: new ones register, gone ones unregister, unchanged ones go on undisturbed.</summary>
    void Use(ImmutableArray<TrunkLine> lines);

    ImmutableArray<TrunkState> States { get; }

    /// <summary>Tries a line without taking it into use: step by step, ending at the first that fails; at most ten seconds.</summary>
    Task<ImmutableArray<TrialOutcome>> TryAsync(TrunkLine line, CancellationToken cancel);
}
