using System.Net;

namespace Conference.Sip.Registrar;

/// <summary>Where one account can be reached: the last registration wins (RFC 3261 §10).</summary>
/// <param name="Account">User name of the account.</param>
/// <param name="Contact">The Contact URI, character for character as registered.</param>
/// <param name="Transport">UDP or TCP.</param>
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
    string? UserAgent);

/// <summary>Why a binding changed.</summary>
public enum BindingChange
{
    Registered,
    Refreshed,
    Replaced,
    Removed,
    Expired,
}
