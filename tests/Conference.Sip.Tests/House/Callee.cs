using System.Globalization;
using System.Text;
using Conference.Sip.Messages;

namespace Conference.Sip.Tests.House;

/// <summary>The far end of a wire, as the one who is called: hears requests of the house and answers them.</summary>
internal sealed class Callee(Stage stage, WireFlow wire)
{
    public WireFlow Wire { get; } = wire;

    /// <summary>The INVITE heard last.</summary>
    public SipMessage Invite => Last(SipMethod.Invite);

    public string Tag { get; set; } = "callee";

    public string Contact { get; set; } = $"<sip:callee@{wire.Remote}>";

    /// <summary>The last request of that method.</summary>
    public SipMessage Last(string method) => Wire.Sent.FindLast(m => m.IsRequest && m.Method == method) ?? throw new InvalidOperationException($"No {method} was heard; only {Wire.Hear()}.");

    public int Count(string method) => Wire.Sent.Count(m => m.IsRequest && m.Method == method);

    /// <summary>Requests of that method, each counted once however often it was repeated.</summary>
    public int Different(string method) => Wire.Sent.Where(m => m.IsRequest && m.Method == method).Select(m => m.Envelope.CSeq).Distinct().Count();

    /// <summary>Answers the INVITE heard last.</summary>
    public void Say(int status, string headers = "", string body = "", string? tag = null) => Answer(Invite, status, headers, body, tag);

    /// <summary>Answers a request.</summary>
    public void Answer(SipMessage request, int status, string headers = "", string body = "", string? tag = null)
    {
        var to = SipText.Latin(request.Header(HeaderId.To));
        var toTag = request.IsOutOfDialog && status > 100 && (tag ?? Tag).Length > 0 ? ";tag=" + (tag ?? Tag) : "";
        var type = body.Length > 0 ? "Content-Type: application/sdp\r\n" : "";
        stage.Receive(
            $"SIP/2.0 {status} {(status == 200 ? "OK" : "Status " + status)}\r\nVia: {SipText.Latin(request.Header(HeaderId.Via))}\r\nFrom: {SipText.Latin(request.Header(HeaderId.From))}\r\n"
            + $"To: {to}{toTag}\r\nCall-ID: {request.Envelope.CallId}\r\nCSeq: {request.Envelope.CSeq} {request.Method}\r\n"
            + $"{(headers.StartsWith("m:", StringComparison.Ordinal) ? "" : $"Contact: {Contact}\r\n")}{headers}{type}Content-Length: {body.Length}\r\n\r\n{body}",
            Wire);
    }

    /// <summary>Sends a request in the dialog of the INVITE heard last.</summary>
    public void Ask(string method, uint cseq, string headers = "", string body = "", string? tag = null)
    {
        var invite = Invite;
        var to = SipText.Latin(invite.Header(HeaderId.From));
        var from = $"{SipText.Latin(invite.Header(HeaderId.To))};tag={tag ?? Tag}";
        var type = body.Length > 0 && !headers.Contains("Content-Type", StringComparison.Ordinal) ? "Content-Type: application/sdp\r\n" : "";
        stage.Receive(
            $"{method} sip:house@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/{Wire.Transport} {Wire.Remote};branch=z9hG4bK-callee-{cseq.ToString(CultureInfo.InvariantCulture)}-{method}-{tag};rport\r\n"
            + $"Max-Forwards: 70\r\nFrom: {from}\r\nTo: {to}\r\nCall-ID: {invite.Envelope.CallId}\r\nCSeq: {cseq} {method}\r\nContact: {Contact}\r\n"
            + $"{headers}{type}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}",
            Wire);
    }
}
