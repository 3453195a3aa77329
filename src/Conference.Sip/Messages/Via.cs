namespace Conference.Sip.Messages;

/// <summary>One Via value, read in place (RFC 3261 §20.42, RFC 3581).</summary>
internal readonly ref struct Via
{
    public ReadOnlySpan<byte> Transport { get; private init; }

    public ReadOnlySpan<byte> Host { get; private init; }

    /// <summary>The port of sent-by, or -1 when none is written.</summary>
    public int Port { get; private init; }

    public ReadOnlySpan<byte> Parameters { get; private init; }

    /// <summary>The branch, or empty.</summary>
    public ReadOnlySpan<byte> Branch => Messages.Parameters.Find(Parameters, "branch"u8, out var value) ? value : [];

    public bool HasRport => Messages.Parameters.Find(Parameters, "rport"u8, out _);

    /// <summary>Reads "SIP/2.0/UDP host:port;parameters", blanks allowed around every separator.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out Via via)
    {
        via = default;
        var semicolon = text.IndexOf((byte)';');
        var parameters = semicolon < 0 ? [] : text[semicolon..];
        var head = semicolon < 0 ? text : text[..semicolon];
        if (!TakeUntil(ref head, (byte)'/', out var protocol) || !SipText.Is(protocol, "SIP"u8)) return false;
        if (!TakeUntil(ref head, (byte)'/', out var version) || !SipText.Is(version, "2.0"u8)) return false;

        head = SipText.Trim(head);
        var blank = head.IndexOfAny(" \t\r\n"u8);
        if (blank <= 0 || !SipText.IsToken(head[..blank]) || !Messages.Parameters.AreSound(parameters)) return false;
        if (!ReadSentBy(SipText.Trim(head[blank..]), out var host, out var port)) return false;
        via = new Via { Transport = head[..blank], Host = host, Port = port, Parameters = parameters };
        return true;
    }

    /// <summary>Whether every value of a Via header can be read.</summary>
    public static bool AreSound(ReadOnlySpan<byte> list)
    {
        var values = new Splitter(list);
        while (values.MoveNext())
            if (!TryParse(values.Current, out _))
                return false;
        return true;
    }

    private static bool TakeUntil(ref ReadOnlySpan<byte> text, byte separator, out ReadOnlySpan<byte> taken)
    {
        var at = text.IndexOf(separator);
        taken = at < 0 ? [] : SipText.Trim(text[..at]);
        if (at >= 0) text = text[(at + 1)..];
        return at >= 0;
    }

    /// <summary>host, host:port, [v6], [v6]:port; and an IPv6 address whose brackets were forgotten.</summary>
    private static bool ReadSentBy(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> host, out int port)
    {
        port = -1;
        host = text;
        if (SipText.IsHost(text) || SipText.IsAddress(text)) return true;
        var colon = text.LastIndexOf((byte)':');
        if (colon < 0) return false;
        host = SipText.TrimEnd(text[..colon]);
        return SipText.IsHost(host) && SipText.TryPort(SipText.Trim(text[(colon + 1)..]), out port);
    }
}
