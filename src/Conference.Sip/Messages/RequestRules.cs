namespace Conference.Sip.Messages;

/// <summary>What a request must keep to besides its envelope (RFC 3261 §8.1.1, §8.2).</summary>
internal static class RequestRules
{
    private static readonly HeaderId[] OnlyOnce = [HeaderId.From, HeaderId.To, HeaderId.CallId, HeaderId.CSeq, HeaderId.MaxForwards];

    /// <summary>Returns the first rule broken, or <see cref="SipFault.None"/>.</summary>
    public static SipFault Check(SipMessage request)
    {
        foreach (var id in OnlyOnce)
            if (Contradicts(request, id))
                return SipFault.Repeated;
        if (request.Has(HeaderId.MaxForwards) && !(SipText.TryNumber(request.Header(HeaderId.MaxForwards), out var hops) && hops <= 255))
            return SipFault.MaxForwards;
        var uri = CheckUri(request.RequestUri);
        return uri != SipFault.None ? uri : CheckContacts(request);
    }

    /// <summary>The same value twice is clumsy; two different ones are an attack or a bug, and nobody may guess which one counts.</summary>
    private static bool Contradicts(SipMessage request, HeaderId id)
    {
        var isFirst = true;
        ReadOnlySpan<byte> first = [];
        foreach (var field in request.Fields(id))
        {
            if (isFirst) first = field;
            else if (!field.SequenceEqual(first)) return true;
            isFirst = false;
        }

        return false;
    }

    private static SipFault CheckUri(ReadOnlySpan<byte> text)
    {
        if (!SipUri.TryParse(text, out var uri)) return SipFault.RequestUri;
        if (!uri.IsSip && !uri.IsTel) return SipFault.Scheme;
        return uri.Headers.IsEmpty && !text.Contains((byte)'?') || uri.User.Contains((byte)'?') ? SipFault.None : SipFault.RequestUri; // §19.1.1: no headers here
    }

    private static SipFault CheckContacts(SipMessage request)
    {
        foreach (var contact in request.Values(HeaderId.Contact))
        {
            if (contact is [(byte)'*']) continue;
            if (!NameAddr.TryParse(contact, out var address) || !SipUri.TryParse(address.Uri, out _)) return SipFault.Contact;
        }

        return SipFault.None;
    }
}
