using System.Net;
using System.Security.Cryptography;
using System.Text;
using Conference.Sip.Calls;
using Conference.Sip.Digests;
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

    /// <summary>Checks the credentials of a request. Whoever is signed in on the pages in that browser needs none for accounts of his own that say so.</summary>
    public SignIn Check(SipMessage request, Flow flow)
    {
        if (flow.Person is { } person && policy.FindAccount(Claimed(request)) is { TrustedPerson: { } trusted } own && trusted == person) return new SignIn(own, null);
        var source = flow.Remote;
        foreach (var header in request.Fields(HeaderId.Authorization))
            if (DigestCredentials.TryParse(header, out var credentials) && credentials.Realm.SequenceEqual(_realm))
                return Check(request, credentials, flow);
        return Challenge(request, source, policy.FindAccount(Claimed(request)));
    }

    private SignIn Check(SipMessage request, DigestCredentials credentials, Flow flow)
    {
        var source = flow.Remote;
        var user = SipText.Utf8(credentials.Username);
        if (user.Length > 255) return Challenge(request, source, account: null);
        var verdict = guard.Before(source.Address, user, loop.Now);
        if (verdict == GuardVerdict.Ignore) return default;
        if (verdict == GuardVerdict.Forbid) return new SignIn(null, new SipReply(403));
        var account = policy.FindAccount(user);
        if (!_mint.IsGood(credentials.Nonce, loop.Now, source.Address, out var made)) return Challenge(request, source, account, isStale: true);

        if (!IsRight(request, credentials, account, out var algorithm) || !IsFor(request, credentials.Uri, flow))
        {
            guard.OnWrong(source.Address, user, loop.Now);
            watcher.OnSignInRefused(user, source);
            return Challenge(request, source, account);
        }

        if (!ChallengeList.Allows(account!, algorithm)) return Challenge(request, source, account); // the secret was right, so nobody guessed
        var isFresh = TryHex(credentials.Nc, out var count) && _counts.Use(credentials.Nonce, made, count, loop.Now);
        if (isFresh) guard.OnRight(source.Address, user, loop.Now);
        return isFresh ? new SignIn(account, null) : Challenge(request, source, account, isStale: true);
    }

    /// <summary>Whose credentials are to be expected: a registration's own address is its To, everything else's its From (RFC 3261 §10.2).</summary>
    private static string Claimed(SipMessage request) =>
        NameAddr.TryParse(request.Header(request.Method == SipMethod.Register ? HeaderId.To : HeaderId.From), out var address) && SipUri.TryParse(address.Uri, out var uri)
            ? uri.UserText() : "";

    private SignIn Challenge(SipMessage request, IPEndPoint source, SipAccount? account, bool isStale = false)
    {
        var nonce = _mint.Make(loop.Now, source.Address);
        var reply = new SipReply(401);
        foreach (var algorithm in ChallengeList.For(request, account)) reply = reply.With(HeaderId.WwwAuthenticate, Scheme(algorithm, nonce, isStale));
        return new SignIn(null, reply);
    }

    private string Scheme(DigestAlgorithm algorithm, string nonce, bool isStale) =>
        $"Digest realm=\"{realm}\", nonce=\"{nonce}\", {(isStale ? "stale=true, " : "")}algorithm={DigestHash.NameOf(algorithm)}, qop=\"auth\"";

    /// <summary>Computes the digest for strangers too, so that they take as long.</summary>
    private bool IsRight(SipMessage request, DigestCredentials credentials, SipAccount? account, out DigestAlgorithm algorithm)
    {
        var isKnown = DigestHash.TryRead(credentials.Algorithm, out algorithm);
        var ha1 = account is null ? null : ChallengeList.Ha1Of(account, algorithm);
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

    private static bool TryHex(ReadOnlySpan<byte> text, out uint number)
    {
        number = 0;
        return text.Length == 8 && uint.TryParse(SipText.Latin(text), System.Globalization.NumberStyles.AllowHexSpecifier, null, out number);
    }
}
