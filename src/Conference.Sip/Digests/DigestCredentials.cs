using Conference.Sip.Messages;

namespace Conference.Sip.Digests;

/// <summary>One Authorization header of the Digest scheme, read in place (RFC 7616 §3.4). Tokens and quoted strings are taken in either form.</summary>
internal readonly ref struct DigestCredentials
{
    public ReadOnlySpan<byte> Username { get; private init; }

    public ReadOnlySpan<byte> Realm { get; private init; }

    public ReadOnlySpan<byte> Nonce { get; private init; }

    public ReadOnlySpan<byte> Uri { get; private init; }

    public ReadOnlySpan<byte> Response { get; private init; }

    /// <summary>As written; empty means MD5.</summary>
    public ReadOnlySpan<byte> Algorithm { get; private init; }

    public ReadOnlySpan<byte> Cnonce { get; private init; }

    public ReadOnlySpan<byte> Qop { get; private init; }

    public ReadOnlySpan<byte> Nc { get; private init; }

    /// <summary>Reads "Digest name=value, …".</summary>
    /// <returns>Whether it is Digest with all that a check needs, each at most once.</returns>
    public static bool TryParse(ReadOnlySpan<byte> header, out DigestCredentials credentials)
    {
        credentials = default;
        var blank = header.IndexOfAny(" \t\r\n"u8);
        if (blank < 0 || !SipText.Is(header[..blank], "Digest"u8)) return false;

        var read = new DigestCredentials();
        var pairs = new Splitter(header[blank..]);
        while (pairs.MoveNext())
        {
            var equals = pairs.Current.IndexOf((byte)'=');
            if (equals <= 0) return false;
            var name = SipText.TrimEnd(pairs.Current[..equals]);
            if (!Take(ref read, name, Parameters.Unquote(SipText.Trim(pairs.Current[(equals + 1)..])))) return false;
        }

        credentials = read;
        return !read.Username.IsEmpty && !read.Nonce.IsEmpty && !read.Response.IsEmpty && !read.Uri.IsEmpty;
    }

    private static bool Take(ref DigestCredentials read, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (SipText.Is(name, "username"u8)) return Once(read.Username, read = read with { Username = value });
        if (SipText.Is(name, "realm"u8)) return Once(read.Realm, read = read with { Realm = value });
        if (SipText.Is(name, "nonce"u8)) return Once(read.Nonce, read = read with { Nonce = value });
        if (SipText.Is(name, "uri"u8)) return Once(read.Uri, read = read with { Uri = value });
        if (SipText.Is(name, "response"u8)) return Once(read.Response, read = read with { Response = value });
        if (SipText.Is(name, "algorithm"u8)) return Once(read.Algorithm, read = read with { Algorithm = value });
        if (SipText.Is(name, "cnonce"u8)) return Once(read.Cnonce, read = read with { Cnonce = value });
        if (SipText.Is(name, "qop"u8)) return Once(read.Qop, read = read with { Qop = value });
        if (SipText.Is(name, "nc"u8)) return Once(read.Nc, read = read with { Nc = value });
        return true;
    }

    private static bool Once(ReadOnlySpan<byte> before, DigestCredentials _) => before.IsEmpty;
}
