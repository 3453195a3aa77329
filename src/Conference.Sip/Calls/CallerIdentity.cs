namespace Conference.Sip.Calls;

/// <summary>Who calls, as the called side is told (From; RFC 3325 where the peer is trusted).</summary>
/// <param name="User">Number or account name; empty when unknown.</param>
/// <param name="DisplayName">The name beside it; empty when there is none.</param>
/// <param name="Domain">Host of the From URI, or <see langword="null"/> for our own.</param>
public sealed record CallerIdentity(string User, string DisplayName, string? Domain = null)
{
    /// <summary>Whether the called side must not learn it (RFC 3323): From is anonymous and Privacy: id is set.</summary>
    public bool IsPrivate { get; init; }

    /// <summary>The number of P-Asserted-Identity, or <see langword="null"/> to send none.</summary>
    public string? Asserted { get; init; }

    /// <summary>The number of P-Preferred-Identity, or <see langword="null"/> to send none.</summary>
    public string? Preferred { get; init; }

    /// <summary>The number of Remote-Party-ID (draft-ietf-sip-privacy-04), or <see langword="null"/> to send none.</summary>
    public string? RemoteParty { get; init; }
}
