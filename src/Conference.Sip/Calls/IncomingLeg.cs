using Conference.Sip.Dialogs;
using Conference.Sip.Loop;
using Conference.Sip.Messages;
using Conference.Sip.Transactions;
using Conference.Sip.Transport;

namespace Conference.Sip.Calls;

/// <summary>An INVITE that came in, until it is answered, refused or taken back (RFC 3261 §13.3, §9.2). Lives on the SIP loop.</summary>
internal sealed class IncomingLeg : IInviteOwner, ICallOrigin
{
    private static readonly TimeSpan RingAgain = TimeSpan.FromSeconds(60); // proxies forget calls that are silent for three minutes (§13.3.1.1)

    private readonly CallServices _services;
    private readonly InviteServerTransaction _invite;
    private readonly CancellationTokenSource _abandoned = new();
    private readonly SessionInterval _interval;
    private readonly SipTimer _ringAgain;
    private readonly ReliableAnswers _provisional;
    private int _lastStatus = 180;
    private readonly Action _onOver;

    public IncomingLeg(CallServices services, SipMessage invite, Flow flow, Caller caller, SessionInterval interval, Action onOver)
    {
        (_services, _interval, _onOver) = (services, interval, onOver);
        var tag = SipTokens.Tag();
        var forcesRport = caller.Account is { ForcesRport: true };
        _invite = services.Layer.OpenInvite(invite, flow, tag, this);
        _invite.ForcesRport = forcesRport;
        _ringAgain = new SipTimer(() => Progress(_lastStatus, null));
        _provisional = new ReliableAnswers(services.Loop, services.Layer.Times, _invite, () => Reject(500, "No PRACK"));
        Session = new CallSession(services, new Dialog(invite, flow, tag), this) { ForcesRport = forcesRport, Account = caller.Account, Trunk = caller.Peer?.Name, Number = NumberOf(invite) };
        Incoming = new IncomingCall(services, this, invite, flow, caller);
    }

    public CallSession Session { get; }

    public IncomingCall Incoming { get; }

    /// <summary>Cancelled when the caller gives up before the answer.</summary>
    public CancellationToken Abandoned => _abandoned.Token;

    /// <summary>Whether it came by this connection and is not answered yet.</summary>
    public bool IsRingingOn(Flow flow) => Session.IsEarly && ReferenceEquals(_invite.Flow, flow);

    public void Ring() => Progress(180, null);

    /// <summary>Sends 101 to 199; what was said last is repeated every minute.</summary>
    public void Progress(int status, SipBody? body)
    {
        if (!Session.IsEarly) return;
        _lastStatus = status;
        var reply = new SipReply(status) { CopiesRecordRoute = true }.With(HeaderId.Contact, Session.Contact).With(HeaderId.Allow, Capabilities.Allow);
        _provisional.Send(body is null ? reply : reply.WithBody(body.ContentType, body.Bytes));
        _services.Loop.Set(_ringAgain, RingAgain);
    }

    /// <summary>Answers, once nothing with a body waits for its PRACK; a body that was agreed on before is not said twice.</summary>
    public void Answer(SipBody body, bool isFocus)
    {
        if (!Session.IsEarly) return;
        if (isFocus) Session.Dialog.BeFocus(SipUri.EscapeUser(Incoming.Dialled));
        _provisional.AfterBody(() => Accept(body));
    }

    public void Reject(int status, string? reason = null, int? cause = null)
    {
        if (!Session.IsEarly) return;
        _provisional.Stop();
        var reply = new SipReply(status, reason);
        if (Reasons.ToTell(cause, status, Session.Trunk) is { } told) reply.With(HeaderId.Reason, Reasons.Q850(told));
        _invite.Respond(reply);
        Session.Finish(new CallEnd(status, reason ?? SipReason.Of(status)));
    }

    /// <summary>The connection is gone or the house closes: nobody is left to be answered.</summary>
    public void Abandon(int status)
    {
        if (!Session.IsEarly) return;
        Reject(status);
        _services.Pool(_abandoned.Cancel);
    }

    void IInviteOwner.OnCancel() => Withdraw("Cancelled");

    void IInviteOwner.OnRepeat() => Session.RepeatAnswer();

    void IInviteOwner.OnNoAck()
    {
        // a refusal nobody acknowledged: the call is over all the same
    }

    /// <summary>A PRACK may carry the answer to our offer, or, once that is settled, another one (RFC 3262 §5).</summary>
    void ICallOrigin.OnPrack(SipMessage request, Flow flow)
    {
        var wasAgreed = _provisional.IsBodyAgreed;
        if (!_provisional.Acknowledge(request)) TransactionLayer.Reply(request, flow, new SipReply(481));
        else if (request.Body.IsEmpty) Session.Open(request, flow).Respond(new SipReply(200));
        else if (!wasAgreed && _invite.Request.Body.IsEmpty) TakeAnswer(request, flow);
        else Session.TakeOffer(request, flow);
    }

    /// <summary>Not before the offer of the INVITE is answered reliably: until then theirs is open (RFC 3311 §5.2).</summary>
    SipReply? ICallOrigin.RefuseEarlyOffer() => _provisional.IsBodyAgreed
        ? null
        : new SipReply(500, "Request Pending").With(HeaderId.RetryAfter, Random.Shared.Next(0, 10));

    SipBody? ICallOrigin.AnswerEarly(SipBody offer) => Incoming.OnEarlyOffer?.Invoke(offer);

    void ICallOrigin.OnEarlyBye() => Withdraw("Ended before the answer");

    void ICallOrigin.OnEarlyHangUp(CallEnd why) => Reject(why.Status is >= 300 and <= 699 ? why.Status : 480);

    void ICallOrigin.OnOver()
    {
        _services.Loop.Cancel(_ringAgain);
        _provisional.Stop();
        _onOver();
    }

    private static string NumberOf(SipMessage invite) => SipUri.TryParse(invite.RequestUri, out var dialled) ? dialled.UserText() : "";

    private void Accept(SipBody body)
    {
        if (!Session.IsEarly) return;
        _services.Loop.Cancel(_ringAgain);
        _provisional.Stop();
        Session.Accept(_invite, _provisional.HasSentBody ? null : body, _interval);
    }

    private void TakeAnswer(SipMessage prack, Flow flow)
    {
        Session.Open(prack, flow).Respond(new SipReply(200));
        Session.Call.TellAcknowledged(new SipBody(prack.ContentType, prack.Body));
    }

    private void Withdraw(string why)
    {
        if (!Session.IsEarly) return;
        _provisional.Stop();
        _invite.Respond(new SipReply(487));
        _services.Pool(_abandoned.Cancel);
        Session.Finish(new CallEnd(487, why, ByPeer: true));
    }
}
