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
    private readonly Action _onOver;

    public IncomingLeg(CallServices services, SipMessage invite, Flow flow, SipAccount? account, SessionInterval interval, Action onOver)
    {
        (_services, _interval, _onOver) = (services, interval, onOver);
        var tag = SipTokens.Tag();
        _invite = services.Layer.OpenInvite(invite, flow, tag, this);
        _ringAgain = new SipTimer(Ring);
        Session = new CallSession(services, new Dialog(invite, flow, tag), this);
        Incoming = new IncomingCall(services, this, invite, flow, account);
    }

    public CallSession Session { get; }

    public IncomingCall Incoming { get; }

    /// <summary>Cancelled when the caller gives up before the answer.</summary>
    public CancellationToken Abandoned => _abandoned.Token;

    /// <summary>Whether it came by this connection and is not answered yet.</summary>
    public bool IsRingingOn(Flow flow) => Session.IsEarly && ReferenceEquals(_invite.Flow, flow);

    public void Ring()
    {
        if (!Session.IsEarly) return;
        _invite.Respond(new SipReply(180) { CopiesRecordRoute = true }.With(HeaderId.Contact, Session.Contact));
        _services.Loop.Set(_ringAgain, RingAgain);
    }

    public void Answer(SipBody body)
    {
        if (!Session.IsEarly) return;
        _services.Loop.Cancel(_ringAgain);
        Session.Accept(_invite, body, _interval);
    }

    public void Reject(int status, string? reason = null)
    {
        if (!Session.IsEarly) return;
        _invite.Respond(new SipReply(status, reason));
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

    void ICallOrigin.OnPrack(SipMessage request, Flow flow) => TransactionLayer.Reply(request, flow, new SipReply(481));

    SipBody? ICallOrigin.AnswerEarly(SipBody offer) => null;

    void ICallOrigin.OnEarlyBye() => Withdraw("Ended before the answer");

    void ICallOrigin.OnEarlyHangUp(CallEnd why) => Reject(why.Status is >= 300 and <= 699 ? why.Status : 480);

    void ICallOrigin.OnOver()
    {
        _services.Loop.Cancel(_ringAgain);
        _onOver();
    }

    private void Withdraw(string why)
    {
        if (!Session.IsEarly) return;
        _invite.Respond(new SipReply(487));
        _services.Pool(_abandoned.Cancel);
        Session.Finish(new CallEnd(487, why, ByPeer: true));
    }
}
