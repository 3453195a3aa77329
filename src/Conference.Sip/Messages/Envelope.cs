namespace Conference.Sip.Messages;

/// <summary>
/// What transactions and dialogs match on: Via, From, To, Call-ID and CSeq, checked (RFC 3261 §8.2, §17.2.3).
/// Texts hold octets one for one, so that equal means equal on the wire.
/// </summary>
internal readonly record struct Envelope
{
    private const uint MaxCSeq = int.MaxValue; // §8.1.1.5: less than 2**31

    public Envelope()
    {
    }

    public string Branch { get; private init; } = "";

    /// <summary>Host (lower case) and port of the top Via, 5060 when none is written.</summary>
    public string SentBy { get; private init; } = "";

    public int SentByPort { get; private init; } = 5060;

    public bool HasRport { get; private init; }

    public string CallId { get; private init; } = "";

    public string FromTag { get; private init; } = "";

    public string ToTag { get; private init; } = "";

    public uint CSeq { get; private init; }

    public string CSeqMethod { get; private init; } = "";

    /// <summary>Reads what can be read, in the order of the headers' weight.</summary>
    /// <param name="message">The indexed message.</param>
    /// <param name="fault">The first header that is missing or wrong.</param>
    public static Envelope Read(SipMessage message, out SipFault fault)
    {
        var first = SipFault.None;
        var envelope = new Envelope();
        if (!ReadVia(message, ref envelope)) Blame(SipFault.Via);
        if (ReadAddress(message.Header(HeaderId.From), out var fromTag)) envelope = envelope with { FromTag = fromTag };
        else Blame(SipFault.From);
        if (ReadAddress(message.Header(HeaderId.To), out var toTag)) envelope = envelope with { ToTag = toTag };
        else Blame(SipFault.To);
        envelope = envelope with { CallId = SipText.Latin(message.Header(HeaderId.CallId)) };
        if (envelope.CallId.Length == 0 || envelope.CallId.AsSpan().ContainsAny(" \t\r\n")) Blame(SipFault.CallId);
        if (!ReadCSeq(message, ref envelope)) Blame(SipFault.CSeq);
        else if (message.IsRequest && envelope.CSeqMethod != message.Method) Blame(SipFault.CSeqMethod);
        if (message.IsRequest) Blame(RequestRules.Check(message));
        fault = first;
        return envelope;

        void Blame(SipFault found)
        {
            if (first == SipFault.None) first = found;
        }
    }

    private static bool ReadVia(SipMessage message, ref Envelope envelope)
    {
        if (!message.Has(HeaderId.Via)) return false;
        var values = new Splitter(message.Header(HeaderId.Via));
        if (!values.MoveNext() || !Via.TryParse(values.Current, out var via)) return false;
        var port = via.Port < 0 ? 5060 : via.Port;
        envelope = envelope with
        {
            Branch = SipText.Latin(via.Branch),
            SentBy = string.Concat(SipText.Latin(via.Host).ToLowerInvariant(), ":", port.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            SentByPort = port,
            HasRport = via.HasRport,
        };
        foreach (var field in message.Fields(HeaderId.Via))
            if (!Via.AreSound(field))
                return false;
        return true;
    }

    private static bool ReadAddress(ReadOnlySpan<byte> value, out string tag)
    {
        tag = "";
        if (!NameAddr.TryParse(value, out var address) || !SipUri.TryParse(address.Uri, out _)) return false;
        tag = SipText.Latin(address.Tag);
        return true;
    }

    private static bool ReadCSeq(SipMessage message, ref Envelope envelope)
    {
        var value = message.Header(HeaderId.CSeq);
        var blank = value.IndexOfAny(" \t\r\n"u8);
        if (blank <= 0 || !SipText.TryNumber(value[..blank], out var number) || number > MaxCSeq) return false;
        var method = SipText.Trim(value[blank..]);
        envelope = envelope with { CSeq = number, CSeqMethod = SipMethod.Read(method) };
        return SipText.IsToken(method);
    }
}
