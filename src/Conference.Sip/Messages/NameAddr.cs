namespace Conference.Sip.Messages;

/// <summary>A name and an address, as in From, To and Contact, read in place (RFC 3261 §20.10).</summary>
internal readonly ref struct NameAddr
{
    /// <summary>The display name as written, without outer quotes; escapes still in it.</summary>
    public ReadOnlySpan<byte> Display { get; private init; }

    public ReadOnlySpan<byte> Uri { get; private init; }

    /// <summary>The header's parameters, from their first semicolon.</summary>
    public ReadOnlySpan<byte> Parameters { get; private init; }

    /// <summary>The tag, or empty.</summary>
    public ReadOnlySpan<byte> Tag => Messages.Parameters.Find(Parameters, "tag"u8, out var value) ? value : [];

    /// <summary>Reads "Name" &lt;uri&gt;;parameters or uri;parameters. Odd characters in an unquoted name are tolerated.</summary>
    /// <returns>Whether quotes and brackets close, the URI has no blanks and the parameters are parameters.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out NameAddr address)
    {
        address = default;
        text = SipText.Trim(text);
        if (text is [(byte)'"', ..]) return ReadQuoted(text, out address);
        var bracket = text.IndexOf((byte)'<');
        return bracket < 0 ? ReadBare(text, out address) : ReadBracketed(SipText.Trim(text[..bracket]), text[bracket..], out address);
    }

    /// <summary>The display name for people: escapes undone, UTF-8.</summary>
    public string DisplayText()
    {
        var plain = new byte[Display.Length];
        var length = 0;
        for (var i = 0; i < Display.Length; i++)
        {
            if (Display[i] == '\\' && i + 1 < Display.Length) i++;
            plain[length++] = Display[i];
        }

        return SipText.Utf8(plain.AsSpan(0, length));
    }

    private static bool ReadQuoted(ReadOnlySpan<byte> text, out NameAddr address)
    {
        address = default;
        var end = 1;
        while (end < text.Length && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
        if (end >= text.Length) return false;
        return ReadBracketed(text[1..end], SipText.Trim(text[(end + 1)..]), out address);
    }

    private static bool ReadBracketed(ReadOnlySpan<byte> display, ReadOnlySpan<byte> text, out NameAddr address)
    {
        address = default;
        var end = text.IndexOf((byte)'>');
        if (text is not [(byte)'<', ..] || end < 2) return false;
        address = new NameAddr { Display = display, Uri = text[1..end], Parameters = SipText.Trim(text[(end + 1)..]) };
        return !address.Uri.ContainsAny(" \t\r\n"u8) && Messages.Parameters.AreSound(address.Parameters);
    }

    /// <summary>Without brackets everything after the first semicolon belongs to the header, and ? and , are forbidden (§20).</summary>
    private static bool ReadBare(ReadOnlySpan<byte> text, out NameAddr address)
    {
        var semicolon = text.IndexOf((byte)';');
        var uri = SipText.TrimEnd(semicolon < 0 ? text : text[..semicolon]);
        address = new NameAddr { Uri = uri, Parameters = semicolon < 0 ? [] : text[semicolon..] };
        return !uri.IsEmpty && !uri.ContainsAny(" \t\r\n?,\""u8) && Messages.Parameters.AreSound(address.Parameters);
    }
}
