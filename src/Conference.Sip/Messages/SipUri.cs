using System.Text;

namespace Conference.Sip.Messages;

/// <summary>A SIP, SIPS or tel URI, read in place (RFC 3261 §19.1, RFC 3966); other schemes keep only their name.</summary>
internal readonly ref struct SipUri
{
    public ReadOnlySpan<byte> Scheme { get; private init; }

    /// <summary>The user part as written, escapes and all; for tel the number.</summary>
    public ReadOnlySpan<byte> User { get; private init; }

    public ReadOnlySpan<byte> Password { get; private init; }

    public ReadOnlySpan<byte> Host { get; private init; }

    /// <summary>The port, or -1 when none is written, which is not the same as 5060 (§19.1.4).</summary>
    public int Port { get; private init; }

    public ReadOnlySpan<byte> Parameters { get; private init; }

    /// <summary>What follows the question mark. Kept, never obeyed (§19.1.5).</summary>
    public ReadOnlySpan<byte> Headers { get; private init; }

    public bool IsSip => SipText.Is(Scheme, "sip"u8) || SipText.Is(Scheme, "sips"u8);

    public bool IsTel => SipText.Is(Scheme, "tel"u8);

    /// <summary>Reads a URI of any scheme.</summary>
    /// <returns>Whether it can be read; look at <see cref="IsSip"/> before believing it is ours.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out SipUri uri)
    {
        uri = default;
        var colon = text.IndexOf((byte)':');
        if (colon <= 0 || !SipText.IsToken(text[..colon])) return false;
        uri = new SipUri { Scheme = text[..colon], Port = -1 };
        var rest = text[(colon + 1)..];
        if (rest.IsEmpty || rest.ContainsAny(" \t\r\n<>\""u8)) return false;
        if (uri.IsTel) return ReadTel(uri.Scheme, rest, out uri);
        return !uri.IsSip || ReadSip(uri.Scheme, rest, out uri);
    }

    /// <summary>The user part as a person would type it: escapes undone, UTF-8.</summary>
    public string UserText() => SipText.Utf8(Unescape(User));

    /// <summary>Whether two URIs mean the same (§19.1.4). Not transitive: never a dictionary key.</summary>
    public static bool Same(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (!TryParse(left, out var a) || !TryParse(right, out var b)) return false;
        if (!SipText.Is(a.Scheme, b.Scheme)) return false;
        if (!a.IsSip) return left.SequenceEqual(right);
        return Unescape(a.User).SequenceEqual(Unescape(b.User))
            && Unescape(a.Password).SequenceEqual(Unescape(b.Password))
            && SipText.Is(a.Host, b.Host)
            && a.Port == b.Port
            && AgreeOn(a.Parameters, b.Parameters) && AgreeOn(b.Parameters, a.Parameters)
            && SipText.Is(a.Headers, b.Headers);
    }

    /// <summary>Whether user, host and port agree, whatever the parameters say.</summary>
    public static bool SameAddress(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        TryParse(left, out var a) && TryParse(right, out var b)
        && Unescape(a.User).SequenceEqual(Unescape(b.User)) && SipText.Is(a.Host, b.Host);

    /// <summary>Escapes a user part on the way out: # and % above all, which phones write in every way (§19.1.2).</summary>
    public static string EscapeUser(string user)
    {
        var escaped = new StringBuilder();
        foreach (var b in Encoding.UTF8.GetBytes(user))
        {
            if (char.IsAsciiLetterOrDigit((char)b) || "-_.!~*'()&=+$,;?/".Contains((char)b, StringComparison.Ordinal)) escaped.Append((char)b);
            else escaped.Append('%').Append(b.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }

        return escaped.ToString();
    }

    private static bool ReadTel(ReadOnlySpan<byte> scheme, ReadOnlySpan<byte> rest, out SipUri uri)
    {
        var semicolon = rest.IndexOf((byte)';');
        uri = new SipUri { Scheme = scheme, User = semicolon < 0 ? rest : rest[..semicolon], Parameters = semicolon < 0 ? [] : rest[semicolon..], Port = -1 };
        return !uri.User.IsEmpty;
    }

    private static bool ReadSip(ReadOnlySpan<byte> scheme, ReadOnlySpan<byte> rest, out SipUri uri)
    {
        uri = default;
        var at = rest.IndexOf((byte)'@');
        var userInfo = at < 0 ? [] : rest[..at];
        if (at == 0) return false;
        rest = rest[(at + 1)..];
        var colon = userInfo.IndexOf((byte)':');
        var question = rest.IndexOf((byte)'?');
        var headers = question < 0 ? [] : rest[(question + 1)..];
        if (question >= 0) rest = rest[..question];
        var semicolon = rest.IndexOf((byte)';');
        var parameters = semicolon < 0 ? [] : rest[semicolon..];
        if (semicolon >= 0) rest = rest[..semicolon];
        if (!ReadHostPort(rest, out var host, out var port)) return false;
        uri = new SipUri
        {
            Scheme = scheme,
            User = colon < 0 ? userInfo : userInfo[..colon],
            Password = colon < 0 ? [] : userInfo[(colon + 1)..],
            Host = host,
            Port = port,
            Parameters = parameters,
            Headers = headers,
        };
        return true;
    }

    private static bool ReadHostPort(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> host, out int port)
    {
        port = -1;
        host = text;
        if (SipText.IsHost(text)) return true;
        var colon = text.LastIndexOf((byte)':');
        if (colon < 0) return false;
        host = text[..colon];
        return SipText.IsHost(host) && SipText.TryPort(text[(colon + 1)..], out port);
    }

    /// <summary>transport, user, ttl, method and maddr count when either has them; the rest only when both do.</summary>
    private static bool AgreeOn(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var all = new Parameters(left);
        while (all.MoveNext())
        {
            var isThere = Messages.Parameters.Find(right, all.Name, out var other);
            if (isThere && !SipText.Is(Unescape(all.Value), Unescape(other))) return false;
            if (!isThere && MustMatch(all.Name)) return false;
        }

        return true;
    }

    private static bool MustMatch(ReadOnlySpan<byte> name) =>
        SipText.Is(name, "transport"u8) || SipText.Is(name, "user"u8) || SipText.Is(name, "ttl"u8)
        || SipText.Is(name, "method"u8) || SipText.Is(name, "maddr"u8);

    private static ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> text)
    {
        if (!text.Contains((byte)'%')) return text;
        var plain = new byte[text.Length];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var isEscape = text[i] == '%' && i + 2 < text.Length && char.IsAsciiHexDigit((char)text[i + 1]) && char.IsAsciiHexDigit((char)text[i + 2]);
            plain[length++] = isEscape ? (byte)(Hex(text[++i]) << 4 | Hex(text[++i])) : text[i];
        }

        return plain.AsSpan(0, length);
    }

    private static int Hex(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
