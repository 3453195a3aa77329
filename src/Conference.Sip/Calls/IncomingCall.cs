using System.Net;
using Conference.Sip.Messages;
using Conference.Sip.Transport;

namespace Conference.Sip.Calls;

/// <summary>An INVITE as the house sees it; every wish is carried to the SIP loop.</summary>
internal sealed class IncomingCall : IIncomingCall
{
    private readonly CallServices _services;
    private readonly IncomingLeg _leg;

    public IncomingCall(CallServices services, IncomingLeg leg, SipMessage invite, Flow flow, SipAccount? account)
    {
        (_services, _leg, Account) = (services, leg, account);
        (Source, Transport) = (flow.Remote, flow.Transport);
        CallId = invite.Envelope.CallId;
        UserAgent = invite.Text(HeaderId.UserAgent);
        Body = invite.Body.Length > 0 ? new SipBody(invite.ContentType, invite.Body) : null;
        SipUri.TryParse(invite.RequestUri, out var dialled);
        Dialled = dialled.UserText();
        NameAddr.TryParse(invite.Header(HeaderId.From), out var from);
        FromDisplayName = from.DisplayText();
        if (SipUri.TryParse(from.Uri, out var uri)) FromUser = uri.UserText();
    }

    public string CallId { get; }

    public SipAccount? Account { get; }

    public string Dialled { get; }

    public string FromUser { get; } = "";

    public string FromDisplayName { get; }

    public IPEndPoint Source { get; }

    public string Transport { get; }

    public string? UserAgent { get; }

    public SipBody? Body { get; }

    public ValueTask RingAsync() => new(_services.AskAsync(_leg.Ring));

    public async ValueTask<ISipCall> AnswerAsync(SipBody body)
    {
        await _services.AskAsync(() => _leg.Answer(body));
        return _leg.Session.Call;
    }

    public ValueTask RejectAsync(int status, string? reason = null)
    {
        if (status is < 300 or > 699) throw new ArgumentOutOfRangeException(nameof(status), status, "A refusal is 300 to 699.");
        return new(_services.AskAsync(() => _leg.Reject(status, reason)));
    }
}
