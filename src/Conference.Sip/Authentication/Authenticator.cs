using System.Net;
using System.Security.Cryptography;
using System.Text;
using Conference.Sip.Calls;
using Conference.Sip.Loop;
using Conference.Sip.Messages;
using Conference.Sip.Transport;

namespace Conference.Sip.Authentication;

/// <summary>What a request proved about its sender.</summary>
/// <param name="Account">The account, when the digest was right.</param>
/// <param name="Refusal">What to answer otherwise; <see langword="null"/> with no account means silence.</param>
internal readonly record struct SignIn(SipAccount? Account, SipReply? Refusal);

/// <summary>Digest for whatever begins something here: 401 for every method, because we are the end of the road and no proxy (RFC 3261 §22.2, RFC 8760).</summary>
/// <remarks>
/// Unknown user, disabled account and wrong password take the same way and get the same octets. Whether a nonce is stale is decided
/// before user and digest are looked at, so that it tells nothing about them (RFC 7616 §3.3).
/// </remarks>
internal sealed class Authenticator(string realm, OwnHosts us, ISipPolicy policy, SignInGuard guard, ISipWatcher watcher, SipLoop loop)
{
    private readonly byte[] _realm = Encoding.UTF8.GetBytes(realm);
    private readonly NonceMint _mint = new(realm);
    private readonly NonceCounts _counts = new();
    private readonly string _nobody = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    /// <summary>Checks the credentials of a request.</summary>
    public SignIn Check(SipMessage request, Flow flow)
    {
        var source = flow.Remote;
        foreach (var header in request.Fields(HeaderId.Authorization))
            if (DigestCredentials.TryParse(header, out var credentials) && credentials.Realm.SequenceEqual(_realm))
                return Check(request, credentials, flow);
        return new SignIn(null, Challenge(request, source, isStale: false));
    }

    private SignIn Check(SipMessage request, DigestCredentials credentials, Flow flow)
    {
        var source = flow.Remote;
        var user = SipText.Utf8(credentials.Username);
        if (user.Length > 255) return new SignIn(null, Challenge(request, source, isStale: false));
        var verdict = guard.Before(source.Address, user, loop.Now);
        if (verdict == GuardVerdict.Ignore) return default;
        if (verdict == GuardVerdict.Forbid) return new SignIn(null, new SipReply(403));
        if (!_mint.IsGood(credentials.Nonce, loop.Now, source.Address)) return new SignIn(null, Challenge(request, source, isStale: true));

        var account = policy.FindAccount(user);
        if (!IsRight(request, credentials, account) || !IsFor(request, credentials.Uri, flow))
        {
            guard.OnWrong(source.Address, user, loop.Now);
            watcher.OnSignInRefused(user, source);
            return new SignIn(null, Challenge(request, source, isStale: false));
        }

        var isFresh = TryHex(credentials.Nc, out var count) && _counts.Use(credentials.Nonce, count);
        if (isFresh) guard.OnRight(source.Address, user, loop.Now);
        return isFresh ? new SignIn(account, null) : new SignIn(null, Challenge(request, source, isStale: true));
    }

    /// <summary>Computes the digest for strangers too, so that they take as long.</summary>
    private bool IsRight(SipMessage request, DigestCredentials credentials, SipAccount? account)
    {
        var isKnown = TryAlgorithm(credentials.Algorithm, out var algorithm);
        var ha1 = account?.Secrets.FirstOrDefault(s => s.Algorithm == algorithm)?.Ha1;
        var expected = Digest.Response(algorithm, ha1 ?? _nobody, request.Method, credentials.Uri, credentials.Nonce, credentials.Nc, credentials.Cnonce);
        var given = SipText.Latin(credentials.Response).ToLowerInvariant();
        var isEqual = CryptographicOperations.FixedTimeEquals(Encoding.Latin1.GetBytes(given), Encoding.ASCII.GetBytes(expected));
        return isEqual && isKnown && ha1 is not null && SipText.Is(credentials.Qop, "auth"u8) && !credentials.Cnonce.IsEmpty;
    }

    /// <summary>
    /// The digest's uri is the Request-URI (RFC 7616 §3.4.6); border controllers rewrite parameters, so user and host are enough, and
    /// SIPp writes the server's address whatever it calls.
    /// </summary>
    private bool IsFor(SipMessage request, ReadOnlySpan<byte> uri, Flow flow) =>
        uri.SequenceEqual(request.RequestUri) || SipUri.SameAddress(uri, request.RequestUri) || (SipUri.TryParse(uri, out var parsed) ? us.Has(parsed, flow) : OwnHosts.IsBareAddress(uri, flow));

    private static bool TryAlgorithm(ReadOnlySpan<byte> name, out DigestAlgorithm algorithm)
    {
        algorithm = SipText.Is(name, "SHA-256"u8) ? DigestAlgorithm.Sha256 : DigestAlgorithm.Md5;
        return name.IsEmpty || SipText.Is(name, "MD5"u8) || algorithm == DigestAlgorithm.Sha256;
    }

    private static bool TryHex(ReadOnlySpan<byte> text, out uint number)
    {
        number = 0;
        return text.Length == 8 && uint.TryParse(SipText.Latin(text), System.Globalization.NumberStyles.AllowHexSpecifier, null, out number);
    }

    /// <summary>
    /// Both algorithms, MD5 first. RFC 8760 §2.3 would have the stronger one first, but SIPp 3.6 and phones of its age read only the
    /// topmost challenge and give up at an algorithm they do not know; a client that knows better is free to answer the second.
    /// </summary>
    private SipReply Challenge(SipMessage request, IPEndPoint source, bool isStale)
    {
        var nonce = _mint.Make(loop.Now, source.Address);
        var reply = new SipReply(401).With(HeaderId.WwwAuthenticate, Scheme("MD5", nonce, isStale));
        return FailsAtUnknownAlgorithms(request) || IsFromBrowser(request) ? reply : reply.With(HeaderId.WwwAuthenticate, Scheme("SHA-256", nonce, isStale));
    }

    /// <summary>baresip with libre before 2.0 refuses the whole answer when any challenge in it names an algorithm but MD5 ("Function not implemented").</summary>
    private static bool FailsAtUnknownAlgorithms(SipMessage request)
    {
        var agent = request.Header(HeaderId.UserAgent);
        return agent.StartsWith("baresip v1."u8) || agent.StartsWith("baresip v0."u8);
    }

    /// <summary>JsSIP keeps the last of several challenges and knows MD5 only: it would give up at the second.</summary>
    private static bool IsFromBrowser(SipMessage request) => Via.TryParse(request.Header(HeaderId.Via), out var via) && (SipText.Is(via.Transport, "WS"u8) || SipText.Is(via.Transport, "WSS"u8));

    private string Scheme(string algorithm, string nonce, bool isStale) =>
        $"Digest realm=\"{realm}\", nonce=\"{nonce}\", {(isStale ? "stale=true, " : "")}algorithm={algorithm}, qop=\"auth\"";
}
