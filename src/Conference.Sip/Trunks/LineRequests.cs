using System.Globalization;
using Conference.Sip.Dialogs;
using Conference.Sip.Messages;
using Conference.Sip.Transactions;
using Conference.Sip.Transport;

namespace Conference.Sip.Trunks;

/// <summary>Writes what is said over one line outside calls: REGISTER and OPTIONS, always for the provider's own name (RFC 3261 §10.2, §11.1).</summary>
/// <param name="line">The line.</param>
/// <param name="me">Who we are.</param>
/// <param name="token">User of the Contact we register.</param>
internal sealed class LineRequests(TrunkLine line, Identity me, string token)
{
    private readonly string _callId = SipTokens.Tag() + SipTokens.Tag();
    private readonly string _tag = SipTokens.Tag();
    private uint _cseq = (uint)Random.Shared.Next(1, 10_000);

    /// <summary>The address of record: what the provider knows us as.</summary>
    public string AddressOfRecord => $"sip:{SipUri.EscapeUser(line.User)}@{line.Domain}";

    public byte[] Register(Flow flow, TimeSpan expires, ReadOnlySpan<(HeaderId Id, string Value)> credentials)
    {
        var writer = Begin(SipMethod.Register, flow, AddressOfRecord, AddressOfRecord, _callId, _tag, ++_cseq);
        writer.Header(HeaderId.Contact, me.Contact(flow, token));
        writer.Header(HeaderId.Expires, (long)expires.TotalSeconds);
        foreach (var (id, value) in credentials) writer.Header(id, value);
        return writer.Finish();
    }

    public byte[] Options(Flow flow)
    {
        var from = line.User.Length > 0 ? AddressOfRecord : $"sip:{me.SentBy(flow)}";
        var writer = Begin(SipMethod.Options, flow, from, $"sip:{line.Domain}", SipTokens.Tag() + SipTokens.Tag(), SipTokens.Tag(), 1);
        writer.Header(HeaderId.Contact, me.Contact(flow, token));
        writer.Header(HeaderId.Allow, SipMethod.Allowed);
        writer.Header(HeaderId.Accept, "application/sdp");
        return writer.Finish();
    }

    /// <summary>Seconds granted for our own Contact in a 2xx; others of the same account are none of our business.</summary>
    public TimeSpan Granted(SipMessage answer, TimeSpan asked)
    {
        foreach (var value in answer.Values(HeaderId.Contact))
            if (NameAddr.TryParse(value, out var contact) && SipUri.TryParse(contact.Uri, out var uri) && SipText.Latin(uri.User) == token
                && Parameters.Find(contact.Parameters, "expires"u8, out var expires) && SipText.TryNumber(Parameters.Unquote(expires), out var own))
                return TimeSpan.FromSeconds(own);
        return SipText.TryNumber(answer.Header(HeaderId.Expires), out var seconds) ? TimeSpan.FromSeconds(seconds) : asked;
    }

    private SipWriter Begin(string method, Flow flow, string from, string to, string callId, string tag, uint cseq)
    {
        var writer = new SipWriter();
        writer.Request(method, System.Text.Encoding.ASCII.GetBytes($"sip:{line.Domain}"));
        writer.Header(HeaderId.Via, $"SIP/2.0/{flow.Transport} {me.SentBy(flow)};branch={SipTokens.Branch()};rport");
        writer.Header(HeaderId.MaxForwards, 70);
        if (line is { RoutesByProxy: true, Servers.IsEmpty: false }) writer.Header(HeaderId.Route, TrunkServers.Loose(line.Servers[0]));
        writer.Header(HeaderId.From, $"<{from}>;tag={tag}");
        writer.Header(HeaderId.To, $"<{to}>");
        writer.Header(HeaderId.CallId, callId);
        writer.Header(HeaderId.CSeq, string.Create(CultureInfo.InvariantCulture, $"{cseq} {method}"));
        return writer;
    }
}
