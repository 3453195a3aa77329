using System.Net;
using Conference.Sip.Messages;
using Conference.Sip.Transactions;
using Conference.Sip.Transport;

namespace Conference.Sip.Dialogs;

/// <summary>A peer-to-peer relation (RFC 3261 §12): who, where to, in which order.</summary>
internal sealed class Dialog
{
    private readonly byte[] _local;
    private readonly byte[] _remote;
    private readonly byte[] _callId;
    private byte[][] _routes;
    private byte[] _target;
    private uint _localCSeq;
    private uint? _remoteCSeq;

    /// <summary>The dialog of somebody who calls us (§12.1.1).</summary>
    public Dialog(SipMessage invite, Flow flow, string localTag)
    {
        Key = new DialogId(invite.Envelope.CallId, localTag, invite.Envelope.FromTag);
        Flow = flow;
        _callId = invite.Header(HeaderId.CallId).ToArray();
        _local = [.. SipText.Flat(invite.Header(HeaderId.To)), .. ";tag="u8, .. System.Text.Encoding.ASCII.GetBytes(localTag)];
        _remote = SipText.Flat(invite.Header(HeaderId.From));
        _target = ContactOf(invite) ?? invite.RequestUri.ToArray();
        _routes = RoutesOf(invite);
        _remoteCSeq = invite.Envelope.CSeq;
        _localCSeq = (uint)Random.Shared.Next(1, 10_000);
    }

    /// <summary>A dialog of one who answers our call (§12.1.2); a missing To tag is a tag like any other (§12.1.2, RFC 2543).</summary>
    /// <param name="invite">Our INVITE as it was sent.</param>
    /// <param name="answer">A 101 to 299.</param>
    /// <param name="flow">Where the INVITE went: where the peer is behind, whatever its Contact says.</param>
    /// <param name="contactUser">User part of our Contact, or empty.</param>
    public Dialog(SipMessage invite, SipMessage answer, Flow flow, string contactUser)
    {
        Key = new DialogId(invite.Envelope.CallId, invite.Envelope.FromTag, answer.Envelope.ToTag);
        (Flow, IsOurs, ContactUser) = (flow, true, contactUser);
        _callId = invite.Header(HeaderId.CallId).ToArray();
        _local = SipText.Flat(invite.Header(HeaderId.From));
        _remote = SipText.Flat(answer.Header(HeaderId.To));
        _target = ContactOf(answer) ?? invite.RequestUri.ToArray();
        _routes = Reversed(RoutesOf(answer));
        _localCSeq = invite.Envelope.CSeq;
    }

    public DialogId Key { get; }

    /// <summary>Whether we made the Call-ID: who waits longer after a collision (§14.1).</summary>
    public bool IsOurs { get; }

    /// <summary>User part of our Contact, or empty.</summary>
    public string ContactUser { get; private set; } = "";

    /// <summary>Whether we are a conference and say so (RFC 4579 §5.1).</summary>
    public bool IsFocus { get; private set; }

    /// <summary>The first proxy on the way to the peer as a URI, or <see langword="null"/> when there is none.</summary>
    public string? FirstRoute => _routes.Length == 0 ? null : SipText.Latin(UriOf(_routes[0]));

    /// <summary>Whether the proxy nearest to us, or the peer when there is none, calls itself by that address.</summary>
    public bool IsNamed(IPAddress address) =>
        SipUri.TryParse(_routes.Length > 0 ? UriOf(_routes[0]) : _target, out var uri)
        && IPAddress.TryParse(SipText.Latin(uri.Host).Trim('[', ']'), out var named) && named.Equals(address);

    /// <summary>The way to the peer: the one it last used itself, whatever its Contact says (RFC 5626; NAT makes a liar of Contact).</summary>
    public Flow Flow { get; private set; }

    /// <summary>Takes a request's CSeq (§12.2.2). ACK and CANCEL do not count.</summary>
    /// <returns>Whether it is higher than all before.</returns>
    public bool Accepts(uint cseq)
    {
        if (cseq <= _remoteCSeq) return false; // the first request of a peer we called sets the mark
        _remoteCSeq = cseq;
        return true;
    }

    /// <summary>A request that moves the peer: its Contact and its flow are the new ones (target refresh, §12.2.2).</summary>
    public void Refresh(SipMessage request, Flow flow)
    {
        _target = ContactOf(request) ?? _target;
        Flow = flow;
    }

    /// <summary>A peer whose connection broke speaks again on another: ours go there from now on.</summary>
    public void Follow(Flow flow)
    {
        if (!Flow.IsOpen) Flow = flow;
    }

    /// <summary>
    /// The peer's device registered again: when its connection broke, or a translator of addresses gave it another port, requests of ours go
    /// by the flow it has now (RFC 5626 §5.3). Who is reached through a proxy is where that proxy is.
    /// </summary>
    /// <param name="flow">The flow it registered on last.</param>
    /// <param name="contact">The Contact it registered: another device may have taken the account over.</param>
    public void Follow(Flow flow, string contact)
    {
        var hasMoved = _routes.Length == 0 && flow.Transport == Flow.Transport && SipUri.Same(_target, System.Text.Encoding.UTF8.GetBytes(contact));
        if (flow.IsOpen && (hasMoved || !Flow.IsOpen)) Flow = flow;
    }

    /// <summary>The peer's Contact in an answer to a request of ours.</summary>
    public void Refresh(SipMessage response) => _target = ContactOf(response) ?? _target;

    /// <summary>The 2xx to our INVITE: its Contact counts, and its route set when the early dialog had none (§13.2.2.4).</summary>
    public void Confirm(SipMessage answer)
    {
        Refresh(answer);
        if (_routes.Length == 0) _routes = Reversed(RoutesOf(answer));
    }

    /// <summary>Our Contact is the conference from now on: others may send requests for it there.</summary>
    /// <param name="user">Its number, escaped.</param>
    public void BeFocus(string user) => (ContactUser, IsFocus) = (user, true);

    /// <summary>What we call ourselves in it.</summary>
    public string Contact(Identity me) => me.Contact(Flow, ContactUser) + (IsFocus ? ";isfocus" : "");

    /// <summary>The peer is behind a proxy that is elsewhere: requests go by this flow from now on.</summary>
    public void GoBy(Flow flow) => Flow = flow;

    /// <summary>Writes a request in this dialog (§12.2.1.1) with the next CSeq.</summary>
    /// <param name="method">Any method but ACK.</param>
    /// <param name="me">Who we are.</param>
    /// <param name="headers">Headers to add.</param>
    /// <param name="contentType">Type of the body.</param>
    /// <param name="body">The body, or empty.</param>
    public byte[] Request(
        string method,
        Identity me,
        ReadOnlySpan<(HeaderId Id, string Value)> headers,
        string contentType = "",
        ReadOnlySpan<byte> body = default) => Write(method, ++_localCSeq, me, headers, contentType, body);

    /// <summary>Takes up the number of an INVITE that was sent again with credentials.</summary>
    public void CountFrom(uint cseq) => _localCSeq = Math.Max(_localCSeq, cseq);

    /// <summary>The ACK of a 2xx to our INVITE (§13.2.2.4): the INVITE's number, a branch of its own.</summary>
    public byte[] Ack(uint cseq, Identity me) => Write(SipMethod.Ack, cseq, me, [], "", []);

    private byte[] Write(
        string method,
        uint cseq,
        Identity me,
        ReadOnlySpan<(HeaderId Id, string Value)> headers,
        string contentType,
        ReadOnlySpan<byte> body)
    {
        var isStrict = _routes.Length > 0 && !IsLoose(_routes[0]);
        var writer = new SipWriter();
        writer.Request(method, isStrict ? UriOf(_routes[0]) : _target);
        writer.Header(HeaderId.Via, $"SIP/2.0/{Flow.Transport} {me.SentBy(Flow)};branch={SipTokens.Branch()};rport");
        writer.Header(HeaderId.MaxForwards, 70);
        foreach (var route in _routes.AsSpan(isStrict ? 1 : 0)) writer.Header(HeaderId.Route, route);
        if (isStrict) writer.Header(HeaderId.Route, (byte[])[.. "<"u8, .. _target, .. ">"u8]);
        writer.Header(HeaderId.From, _local);
        writer.Header(HeaderId.To, _remote);
        writer.Header(HeaderId.CallId, _callId);
        writer.Header(HeaderId.CSeq, $"{cseq} {method}");
        if (method != SipMethod.Bye) writer.Header(HeaderId.Contact, Contact(me));
        foreach (var (id, value) in headers) writer.Header(id, value);
        return writer.Finish(contentType, body);
    }

    private static byte[]? ContactOf(SipMessage message)
    {
        foreach (var contact in message.Values(HeaderId.Contact))
            if (NameAddr.TryParse(contact, out var address) && SipUri.TryParse(address.Uri, out var uri) && uri.IsSip)
                return address.Uri.ToArray();
        return null;
    }

    /// <summary>The one who was called takes Record-Route as it stands (§12.1.1).</summary>
    private static byte[][] RoutesOf(SipMessage invite)
    {
        var routes = new List<byte[]>();
        foreach (var route in invite.Values(HeaderId.RecordRoute))
            if (NameAddr.TryParse(route, out _) && routes.Count < SipLimits.Routes)
                routes.Add(SipText.Flat(route));
        return [.. routes];
    }

    /// <summary>The one who called meets the last proxy first (§12.1.2).</summary>
    private static byte[][] Reversed(byte[][] routes)
    {
        Array.Reverse(routes);
        return routes;
    }

    private static bool IsLoose(byte[] route) =>
        NameAddr.TryParse(route, out var address) && SipUri.TryParse(address.Uri, out var uri) && Parameters.Find(uri.Parameters, "lr"u8, out _);

    private static byte[] UriOf(byte[] route)
    {
        NameAddr.TryParse(route, out var address);
        return address.Uri.ToArray();
    }
}
