using Conference.Sip.Messages;

namespace Conference.Sip.Transactions;

/// <summary>
/// Which transaction a request belongs to (RFC 3261 §17.2.3): branch, sent-by and method together, never the branch alone,
/// because browser phones draw branches from a small hat. ACK and CANCEL are looked up as INVITE.
/// </summary>
internal readonly record struct TransactionKey(string Branch, string SentBy, string Method)
{
    private const string Cookie = "z9hG4bK";

    public static TransactionKey Of(SipMessage request)
    {
        var envelope = request.Envelope;
        var method = request.Method is SipMethod.Ack or SipMethod.Cancel ? SipMethod.Invite : request.Method;
        var hasCookie = envelope.Branch.StartsWith(Cookie, StringComparison.OrdinalIgnoreCase) && envelope.Branch.Length > Cookie.Length;
        return hasCookie ? new(envelope.Branch, envelope.SentBy, method) : new(Old(request), "", method);
    }

    /// <summary>What a client of RFC 2543 repeats: Request-URI, From tag, Call-ID, CSeq number and the whole top Via.</summary>
    private static string Old(SipMessage request) => string.Join(
        '\n',
        SipText.Latin(request.RequestUri),
        request.Envelope.FromTag,
        request.Envelope.CallId,
        request.Envelope.CSeq,
        SipText.Latin(request.Header(HeaderId.Via)));
}

/// <summary>The same request over two paths has the same From tag, Call-ID and CSeq but another key (RFC 3261 §8.2.2.2).</summary>
internal readonly record struct MergeKey(string FromTag, string CallId, uint CSeq, string Method)
{
    public static MergeKey Of(SipMessage request) => new(
        request.Envelope.FromTag,
        request.Envelope.CallId,
        request.Envelope.CSeq,
        request.Method is SipMethod.Ack ? SipMethod.Invite : request.Method);
}
