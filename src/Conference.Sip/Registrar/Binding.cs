using System.Collections.Immutable;
using System.Net;

namespace Conference.Sip.Registrar;

/// <summary>Where one account can be reached: the last registration wins (RFC 3261 §10).</summary>
/// <param name="Account">User name of the account.</param>
/// <param name="Contact">The Contact URI, character for character as registered.</param>
/// <param name="Transport">UDP, TCP, TLS, WS or WSS.</param>
/// <param name="Remote">The address and port the REGISTER came from: the flow that calls to it use.</param>
/// <param name="CallId">Call-ID of the registration.</param>
/// <param name="CSeq">CSeq of its last REGISTER.</param>
/// <param name="RegisteredAt">When this binding began.</param>
/// <param name="ExpiresAt">When it ends unless refreshed.</param>
/// <param name="UserAgent">The device's own words about itself, or <see langword="null"/>.</param>
public sealed record Binding(
    string Account,
    string Contact,
    string Transport,
    IPEndPoint Remote,
    string CallId,
    uint CSeq,
    DateTimeOffset RegisteredAt,
    DateTimeOffset ExpiresAt,
    string? UserAgent)
{
    /// <summary>The proxies between, nearest to us first, as written: the Route of every request to it (RFC 3327 §5.3).</summary>
    public ImmutableArray<string> Path { get; init; } = [];

    /// <summary>+sip.instance with its quotes, or empty: the device, whatever address it has today (RFC 5626 §4.1).</summary>
    public string Instance { get; init; } = "";

    /// <summary>reg-id, or empty: which of the device's flows this is.</summary>
    public string RegId { get; init; } = "";

    /// <summary>Whether it answered when last asked; who was never asked counts as reachable.</summary>
    public bool IsReachable { get; init; } = true;

    /// <summary>How long its last answer to a ping took, or <see langword="null"/>.</summary>
    public TimeSpan? RoundTrip { get; init; }
}

/// <summary>Why a binding changed.</summary>
public enum BindingChange
{
    Registered,
    Refreshed,
    Replaced,
    Removed,
    Expired,

    /// <summary>Its connection broke, and it can be reached by no other; it may be back in a moment.</summary>
    Lost,
}
