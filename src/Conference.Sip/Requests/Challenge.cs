using System.Text;
using Conference.Sip.Digests;
using Conference.Sip.Messages;

namespace Conference.Sip.Requests;

/// <summary>What a server asks for before it believes us (RFC 7616 §3.3).</summary>
/// <param name="IsProxy">407 rather than 401: the answer goes into Proxy-Authorization.</param>
/// <param name="Realm">As written between its quotes.</param>
/// <param name="Nonce">As written.</param>
/// <param name="Opaque">Given back as it came, or <see langword="null"/>.</param>
/// <param name="Named">The algorithm as written, or <see langword="null"/> when none was named: then it is MD5 and not named back.</param>
/// <param name="Algorithm">What it means.</param>
/// <param name="HasQop">Whether qop=auth is offered; without it the older form of RFC 2069 is due.</param>
/// <param name="IsStale">Whether only the nonce was too old.</param>
internal sealed record Challenge(
    bool IsProxy, string Realm, string Nonce, string? Opaque, string? Named, DigestAlgorithm Algorithm, bool HasQop, bool IsStale)
{
    private const int Longest = 1_024; // of realm, nonce and opaque: they come back in every request

    /// <summary>The topmost challenge we know how to answer (RFC 8760 §2.4), or <see langword="null"/>.</summary>
    public static Challenge? First(SipMessage response)
    {
        foreach (var field in response.Fields(HeaderId.WwwAuthenticate))
            if (Read(field, isProxy: false) is { } challenge)
                return challenge;
        foreach (var field in response.Fields(HeaderId.ProxyAuthenticate))
            if (Read(field, isProxy: true) is { } challenge)
                return challenge;
        return null;
    }

    /// <summary>Reads one header field, folded or not.</summary>
    /// <returns>The challenge, or <see langword="null"/> when it is not Digest or asks for what we cannot do.</returns>
    public static Challenge? Read(ReadOnlySpan<byte> field, bool isProxy)
    {
        var text = SipText.Trim(SipText.Flat(field));
        var blank = text.IndexOfAny(" \t"u8);
        if (blank < 0 || !SipText.Is(text[..blank], "Digest"u8)) return null;

        string? realm = null, nonce = null, opaque = null, algorithm = null, qop = null;
        var isStale = false;
        var pairs = new Splitter(text[blank..]);
        while (pairs.MoveNext())
        {
            var equals = pairs.Current.IndexOf((byte)'=');
            if (equals <= 0) continue;
            var name = SipText.TrimEnd(pairs.Current[..equals]);
            var value = SipText.Latin(Parameters.Unquote(SipText.Trim(pairs.Current[(equals + 1)..])));
            if (value.Length > Longest) return null;
            if (SipText.Is(name, "realm"u8)) realm ??= value;
            else if (SipText.Is(name, "nonce"u8)) nonce ??= value;
            else if (SipText.Is(name, "opaque"u8)) opaque ??= value;
            else if (SipText.Is(name, "algorithm"u8)) algorithm ??= value;
            else if (SipText.Is(name, "qop"u8)) qop ??= value;
            else if (SipText.Is(name, "stale"u8)) isStale = value.Equals("true", StringComparison.OrdinalIgnoreCase);
        }

        if (realm is null || string.IsNullOrEmpty(nonce) || !DigestHash.TryRead(Encoding.Latin1.GetBytes(algorithm ?? ""), out var hash) || !Offers(qop, out var hasQop)) return null;
        return new Challenge(isProxy, realm, nonce, opaque, algorithm, hash, hasQop, isStale);
    }

    /// <summary>A list with auth in it, or none at all; a server that insists on auth-int is not understood.</summary>
    private static bool Offers(string? qop, out bool hasQop)
    {
        hasQop = qop is not null && qop.Split(',', StringSplitOptions.TrimEntries).Contains("auth", StringComparer.OrdinalIgnoreCase);
        return hasQop || string.IsNullOrWhiteSpace(qop);
    }
}
