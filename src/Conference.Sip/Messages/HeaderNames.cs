using System.Text;

namespace Conference.Sip.Messages;

/// <summary>Header names: long and compact on the way in (RFC 3261 §7.3.3, RFC 4028, RFC 6665), long on the way out unless space is short.</summary>
internal static class HeaderNames
{
    private static readonly (HeaderId Id, string Name, char Compact)[] Known =
    [
        (HeaderId.Via, "Via", 'v'),
        (HeaderId.MaxForwards, "Max-Forwards", '\0'),
        (HeaderId.Route, "Route", '\0'),
        (HeaderId.RecordRoute, "Record-Route", '\0'),
        (HeaderId.From, "From", 'f'),
        (HeaderId.To, "To", 't'),
        (HeaderId.CallId, "Call-ID", 'i'),
        (HeaderId.CSeq, "CSeq", '\0'),
        (HeaderId.Contact, "Contact", 'm'),
        (HeaderId.Authorization, "Authorization", '\0'),
        (HeaderId.WwwAuthenticate, "WWW-Authenticate", '\0'),
        (HeaderId.ProxyAuthenticate, "Proxy-Authenticate", '\0'),
        (HeaderId.ProxyAuthorization, "Proxy-Authorization", '\0'),
        (HeaderId.Expires, "Expires", '\0'),
        (HeaderId.MinExpires, "Min-Expires", '\0'),
        (HeaderId.Date, "Date", '\0'),
        (HeaderId.Allow, "Allow", '\0'),
        (HeaderId.Accept, "Accept", '\0'),
        (HeaderId.AcceptEncoding, "Accept-Encoding", '\0'),
        (HeaderId.Supported, "Supported", 'k'),
        (HeaderId.Require, "Require", '\0'),
        (HeaderId.Unsupported, "Unsupported", '\0'),
        (HeaderId.Path, "Path", '\0'),
        (HeaderId.ServiceRoute, "Service-Route", '\0'),
        (HeaderId.FlowTimer, "Flow-Timer", '\0'),
        (HeaderId.SessionExpires, "Session-Expires", 'x'),
        (HeaderId.MinSe, "Min-SE", '\0'),
        (HeaderId.RetryAfter, "Retry-After", '\0'),
        (HeaderId.Reason, "Reason", '\0'),
        (HeaderId.PEarlyMedia, "P-Early-Media", '\0'),
        (HeaderId.MaxBreadth, "Max-Breadth", '\0'),
        (HeaderId.Event, "Event", 'o'),
        (HeaderId.SubscriptionState, "Subscription-State", '\0'),
        (HeaderId.AllowEvents, "Allow-Events", 'u'),
        (HeaderId.Timestamp, "Timestamp", '\0'),
        (HeaderId.UserAgent, "User-Agent", '\0'),
        (HeaderId.ContentType, "Content-Type", 'c'),
        (HeaderId.ContentEncoding, "Content-Encoding", 'e'),
        (HeaderId.ContentDisposition, "Content-Disposition", '\0'),
        (HeaderId.ContentLength, "Content-Length", 'l'),
        (HeaderId.Rseq, "RSeq", '\0'),
        (HeaderId.Rack, "RAck", '\0'),
        (HeaderId.ReferTo, "Refer-To", 'r'),
        (HeaderId.ReferredBy, "Referred-By", 'b'),
        (HeaderId.ReferSub, "Refer-Sub", '\0'),
        (HeaderId.Replaces, "Replaces", '\0'),
        (HeaderId.PAssertedIdentity, "P-Asserted-Identity", '\0'),
        (HeaderId.PPreferredIdentity, "P-Preferred-Identity", '\0'),
        (HeaderId.Privacy, "Privacy", '\0'),
        (HeaderId.RemotePartyId, "Remote-Party-ID", '\0'),
    ];

    private static readonly byte[][] LongNames = Names();
    private static readonly byte[][] ShortNames = Shorts();
    private static readonly HeaderId[] Compact = Compacts();
    private static readonly HeaderId[][] ByLength = Lengths();

    /// <summary>The canonical name, as written.</summary>
    public static ReadOnlySpan<byte> Of(HeaderId id) => LongNames[(int)id];

    /// <summary>Its letter, or its name where it has none.</summary>
    public static ReadOnlySpan<byte> ShortOf(HeaderId id) => ShortNames[(int)id];

    /// <summary>Finds a header by name in any case; <see cref="HeaderId.Other"/> when it means nothing here.</summary>
    public static HeaderId Find(ReadOnlySpan<byte> name)
    {
        if (name.Length == 1) return name[0] < 128 ? Compact[name[0]] : HeaderId.Other;
        if (name.Length >= ByLength.Length) return HeaderId.Other;
        foreach (var id in ByLength[name.Length])
            if (Ascii.EqualsIgnoreCase(name, LongNames[(int)id]))
                return id;
        return HeaderId.Other;
    }

    private static byte[][] Names()
    {
        var names = new byte[Known.Length + 1][];
        names[0] = [];
        foreach (var (id, name, _) in Known) names[(int)id] = Encoding.ASCII.GetBytes(name);
        return names;
    }

    private static byte[][] Shorts()
    {
        var names = (byte[][])LongNames.Clone();
        foreach (var (id, _, letter) in Known)
            if (letter != '\0')
                names[(int)id] = [(byte)letter];
        return names;
    }

    private static HeaderId[] Compacts()
    {
        var letters = new HeaderId[128];
        foreach (var (id, _, letter) in Known)
            if (letter != '\0')
                letters[letter] = letters[char.ToUpperInvariant(letter)] = id;
        return letters;
    }

    private static HeaderId[][] Lengths() =>
        [.. Enumerable.Range(0, Known.Max(k => k.Name.Length) + 1).Select(n => Known.Where(k => k.Name.Length == n).Select(k => k.Id).ToArray())];
}
