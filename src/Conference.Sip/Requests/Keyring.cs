using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Conference.Sip.Messages;

namespace Conference.Sip.Requests;

/// <summary>How often one request was challenged, and with what.</summary>
internal sealed class Challenged
{
    /// <summary>Challenges that were no mere "too old".</summary>
    public int Times { get; set; }

    public int InAll { get; set; }

    /// <summary>Realm and nonce answered last.</summary>
    public (string Realm, string Nonce) Last { get; set; }
}

/// <summary>
/// One secret and the nonce it is used with: answers challenges as the one who asks (RFC 3261 §22, RFC 7616, RFC 8760) and signs
/// what follows before it is asked.
/// </summary>
/// <remarks>
/// Whoever holds one uses it only for requests to the servers it belongs to: a challenge from anybody else finds no keyring.
/// Lives on the SIP loop, one per trunk, so that the count of a nonce goes on over all its requests.
/// </remarks>
/// <param name="user">The digest's user name.</param>
/// <param name="secret">In the clear: it is somebody else's realm.</param>
/// <param name="realm">The only realm it is for, or <see langword="null"/> for whatever its servers say.</param>
internal sealed class Keyring(string user, string secret, string? realm)
{
    private const int MostTimes = 2; // a right secret is right the first time; once more for a server that changed its mind
    private const int MostInAll = 5; // some say "stale" for ever

    private Challenge? _known;
    private uint _count;

    /// <summary>Whether a nonce is known that may be used again.</summary>
    public bool IsReady => _known is { HasQop: true };

    /// <summary>Credentials for a request nobody asked us to sign yet: the nonce known last is likely to be good still.</summary>
    public (HeaderId Id, string Value)? Sign(string method, string uri) => IsReady ? Sign(_known!, method, uri) : null;

    /// <summary>Credentials for a request that came back with 401 or 407.</summary>
    /// <param name="refusal">The 401 or 407.</param>
    /// <param name="request">What was refused; its answers are counted in <paramref name="so"/>.</param>
    /// <param name="so">What happened to it so far.</param>
    /// <returns>The header, or <see langword="null"/> when it is hopeless or not ours to answer.</returns>
    public (HeaderId Id, string Value)? Answer(SipMessage refusal, SipMessage request, Challenged so)
    {
        if (Challenge.First(refusal) is not { } challenge || !IsOurs(challenge.Realm)) return null;
        var isSame = so.Last == (challenge.Realm, challenge.Nonce) || (HasUsed(challenge) && WasSigned(request));
        if (isSame && !challenge.IsStale) return null; // the same question again: our answer was wrong
        if (!challenge.IsStale && ++so.Times > MostTimes) return null;
        if (++so.InAll > MostInAll) return null;
        so.Last = (challenge.Realm, challenge.Nonce);
        if (!HasUsed(challenge)) (_known, _count) = (challenge, 0);
        return Sign(challenge, request.Method, SipText.Latin(request.RequestUri));
    }

    private bool IsOurs(string asked) => realm is null || realm == asked;

    private bool HasUsed(Challenge challenge) => _known?.Realm == challenge.Realm && _known.Nonce == challenge.Nonce;

    private static bool WasSigned(SipMessage request) => request.Has(HeaderId.Authorization) || request.Has(HeaderId.ProxyAuthorization);

    private (HeaderId Id, string Value) Sign(Challenge challenge, string method, string uri)
    {
        var count = (++_count).ToString("x8", CultureInfo.InvariantCulture);
        var cnonce = RandomNumberGenerator.GetHexString(16, lowercase: true);
        var response = DigestSum.Response(challenge, user, secret, method, uri, count, cnonce);
        var value = new StringBuilder($"Digest username=\"{Quoted(user)}\", realm=\"{challenge.Realm}\", nonce=\"{challenge.Nonce}\", uri=\"{uri}\", response=\"{response}\"");
        if (challenge.Named is not null) value.Append(CultureInfo.InvariantCulture, $", algorithm={challenge.Named}");
        if (challenge.HasQop) value.Append(CultureInfo.InvariantCulture, $", cnonce=\"{cnonce}\", qop=auth, nc={count}");
        if (challenge.Opaque is not null) value.Append(CultureInfo.InvariantCulture, $", opaque=\"{challenge.Opaque}\"");
        return (challenge.IsProxy ? HeaderId.ProxyAuthorization : HeaderId.Authorization, value.ToString());
    }

    private static string Quoted(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}
