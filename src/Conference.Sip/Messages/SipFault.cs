namespace Conference.Sip.Messages;

/// <summary>The first rule of RFC 3261 that a message broke.</summary>
internal enum SipFault : byte
{
    None,

    /// <summary>Not SIP at all: never answered.</summary>
    NotSip,
    StartLine,
    Version,
    Status,
    StartLineTooLong,
    HeaderLine,
    HeaderTooLong,
    TooManyHeaders,
    TooManyVias,
    TooManyRoutes,
    Nul,
    LineEnd,
    NoEmptyLine,
    ContentLength,
    NoContentLength,
    TooLarge,
    BodyTooShort,
    Via,
    From,
    To,
    CallId,
    CSeq,
    CSeqMethod,
    MaxForwards,
    Repeated,
    RequestUri,
    Scheme,
    Contact,
}

/// <summary>What a sender hears about a fault. Phrases never say "CSeq": SIPp takes the first occurrence of the word for the header.</summary>
internal static class SipFaults
{
    /// <summary>Status and reason phrase for a faulty request; 0 when nothing may be answered.</summary>
    public static (int Status, string Reason) Answer(SipFault fault) => fault switch
    {
        SipFault.None or SipFault.NotSip => (0, ""),
        SipFault.StartLine => (400, "Malformed Request-Line"),
        SipFault.Version => (505, "Version Not Supported"),
        SipFault.Status => (400, "Malformed Status-Line"),
        SipFault.StartLineTooLong => (414, "Request-URI Too Long"),
        SipFault.HeaderLine => (400, "Malformed Header"),
        SipFault.TooLarge => (513, "Message Too Large"),
        SipFault.HeaderTooLong => (400, "Header Too Long"),
        SipFault.TooManyHeaders or SipFault.TooManyVias or SipFault.TooManyRoutes => (400, "Too Many Headers"),
        SipFault.Nul => (400, "NUL In Header"),
        SipFault.LineEnd => (400, "Bad Line End"),
        SipFault.NoEmptyLine => (400, "No Empty Line After Headers"),
        SipFault.ContentLength => (400, "Bad Content-Length"),
        SipFault.NoContentLength => (400, "Missing Content-Length"),
        SipFault.BodyTooShort => (400, "Body Shorter Than Content-Length"),
        SipFault.Via => (400, "Bad Via"),
        SipFault.From => (400, "Bad From"),
        SipFault.To => (400, "Bad To"),
        SipFault.CallId => (400, "Bad Call-ID"),
        SipFault.CSeq => (400, "Bad Sequence Number"),
        SipFault.CSeqMethod => (400, "Sequence Method Mismatch"),
        SipFault.MaxForwards => (400, "Bad Max-Forwards"),
        SipFault.Repeated => (400, "Contradicting Headers"),
        SipFault.RequestUri => (400, "Bad Request-URI"),
        SipFault.Scheme => (416, "Unsupported URI Scheme"),
        SipFault.Contact => (400, "Bad Contact"),
        _ => (400, "Bad Request"),
    };

    /// <summary>Whether a stream is lost after this fault, because nobody knows where the next message begins.</summary>
    public static bool LosesFraming(SipFault fault) => fault is
        SipFault.NotSip or SipFault.StartLineTooLong or SipFault.HeaderLine or SipFault.HeaderTooLong or SipFault.TooManyHeaders
        or SipFault.TooManyVias or SipFault.TooManyRoutes or SipFault.LineEnd or SipFault.Nul or SipFault.NoEmptyLine
        or SipFault.ContentLength or SipFault.NoContentLength or SipFault.TooLarge;
}
