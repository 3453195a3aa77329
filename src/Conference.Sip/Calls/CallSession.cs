using Conference.Sip.Dialogs;
using Conference.Sip.Loop;
using Conference.Sip.Messages;
using Conference.Sip.Transactions;
using Conference.Sip.Transport;

namespace Conference.Sip.Calls;

/// <summary>One call from INVITE to the end of its dialog, as the one who was called (RFC 3261 §13, §14, §15). Lives on the SIP loop.</summary>
internal sealed class CallSession : IInviteOwner, IDialogUser
{
    private enum Phase
    {
        Ringing,
        Answered,
        Ending,
        Over,
    }

    private static readonly TimeSpan RingAgain = TimeSpan.FromSeconds(60); // proxies forget calls that are silent for three minutes (§13.3.1.1)

    private readonly CallServices _services;
    private readonly Dialog _dialog;
    private readonly InviteServerTransaction _invite;
    private readonly CancellationTokenSource _abandoned = new();
    private readonly SipTimer _ringAgain;
    private readonly SessionClock _clock;
    private readonly OfferDesk _offers;
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action _onOver;
    private SessionInterval _interval;
    private AnswerRepeater? _repeater;
    private CallEnd? _hangUpAfterAck;
    private Phase _phase;

    public CallSession(CallServices services, SipMessage invite, Flow flow, SipAccount? account, SessionInterval interval, Action onOver)
    {
        (_services, _interval, _onOver) = (services, interval, onOver);
        var tag = SipTokens.Tag();
        _dialog = new Dialog(invite, flow, tag);
        _invite = services.Layer.OpenInvite(invite, flow, tag, this);
        _ringAgain = new SipTimer(Ring);
        _clock = new SessionClock(services.Loop, RefreshSession, () => SendBye(new CallEnd(408, "Session timer expired")));
        Call = new SipCall(services, this, new DialogId(_dialog.Key.CallId, _dialog.Key.LocalTag, _dialog.Key.RemoteTag));
        Incoming = new IncomingCall(services, this, invite, flow, account);
        _offers = new OfferDesk(services, _dialog, Call, this);
        services.Dialogs.Add(_dialog.Key, this);
    }

    public SipCall Call { get; }

    public IncomingCall Incoming { get; }

    /// <summary>Cancelled when the caller gives up before the answer.</summary>
    public CancellationToken Abandoned => _abandoned.Token;

    public bool IsOver => _phase == Phase.Over;

    /// <summary>Whether it came by this connection and is not answered yet.</summary>
    public bool IsRingingOn(Flow flow) => _phase == Phase.Ringing && ReferenceEquals(_invite.Flow, flow);

    public void Ring()
    {
        if (_phase != Phase.Ringing) return;
        _invite.Respond(new SipReply(180) { CopiesRecordRoute = true }.With(HeaderId.Contact, _services.Me.Contact(_dialog.Flow)));
        _services.Loop.Set(_ringAgain, RingAgain);
    }

    public void Answer(SipBody body)
    {
        if (_phase != Phase.Ringing) return;
        _phase = Phase.Answered;
        _services.Loop.Cancel(_ringAgain);
        _repeater = Accept(_invite, body, _interval);
    }

    public void Reject(int status, string? reason = null)
    {
        if (_phase != Phase.Ringing) return;
        _invite.Respond(new SipReply(status, reason));
        Finish(new CallEnd(status, reason ?? SipReason.Of(status)));
    }

    /// <summary>The connection is gone or the house closes: nobody is left to be answered.</summary>
    public void Abandon(int status)
    {
        if (_phase != Phase.Ringing) return;
        Reject(status);
        _services.Pool(_abandoned.Cancel);
    }

    /// <summary>Ends the call: at once, or after the ACK of our own 2xx (§15).</summary>
    /// <returns>Done when the BYE was answered or given up.</returns>
    public Task HangUpAsync(CallEnd why)
    {
        if (_phase == Phase.Ringing) Reject(why.Status is >= 300 and <= 699 ? why.Status : 480);
        else if (_phase == Phase.Answered && _repeater is { IsWaiting: true }) _hangUpAfterAck ??= why;
        else SendBye(why);
        return _over.Task;
    }

    void IInviteOwner.OnCancel() => Withdraw("Cancelled");

    void IInviteOwner.OnRepeat() => RepeatAnswer();

    void IInviteOwner.OnNoAck()
    {
        // a refusal nobody acknowledged: the call is over all the same
    }

    bool IDialogUser.OnAck(SipMessage ack)
    {
        if (_repeater is null || ack.Envelope.CSeq != _repeater.CSeq) return false;
        if (!_repeater.IsWaiting) return true; // the ACK of a repeated answer
        _repeater.Stop();
        var body = ack.Body.Length > 0 ? new SipBody(ack.ContentType, ack.Body) : null;
        if (_repeater.CSeq == _invite.Request.Envelope.CSeq) Call.TellAcknowledged(body);
        else _offers.OnAck(body);
        if (_hangUpAfterAck is { } why) SendBye(why);
        return true;
    }

    void IDialogUser.OnRequest(SipMessage request, Flow flow)
    {
        if (!_dialog.Accepts(request.Envelope.CSeq)) TransactionLayer.Reply(request, flow, new SipReply(500, "Request Out Of Order"));
        else if (Capabilities.RefuseExtensions(request) is { } refusal) TransactionLayer.Reply(request, flow, refusal);
        else Handle(request, flow);
    }

    /// <summary>Sends a 2xx to an INVITE and repeats it until its ACK.</summary>
    internal AnswerRepeater Accept(InviteServerTransaction transaction, SipBody? body, SessionInterval interval)
    {
        var reply = Success(body, interval);
        transaction.Respond(reply);
        _clock.Restart(interval, interval.Refresher == Refresher.Uas);
        return _repeater = new AnswerRepeater(
            _services.Loop,
            _services.Layer.Times,
            transaction.Request.Envelope.CSeq,
            () => transaction.Respond(reply),
            () => SendBye(new CallEnd(408, "No ACK")));
    }

    /// <summary>A 2xx as every INVITE and UPDATE gets it.</summary>
    internal SipReply Success(SipBody? body, SessionInterval interval)
    {
        var reply = new SipReply(200) { CopiesRecordRoute = true }
            .With(HeaderId.Contact, _services.Me.Contact(_dialog.Flow))
            .With(HeaderId.Allow, Capabilities.Allow)
            .With(HeaderId.Supported, Capabilities.Supported);
        if (interval.Seconds > 0) reply.With(HeaderId.Require, "timer").With(HeaderId.SessionExpires, interval.Header);
        return body is null ? reply : reply.WithBody(body.ContentType, body.Bytes);
    }

    internal void RepeatAnswer() => _repeater?.OnRepeat();

    internal void RestartClock(SessionInterval interval, bool isOurs) => _clock.Restart(interval, isOurs);

    internal void EndByTimer() => SendBye(new CallEnd(408, "Session timer expired"));

    internal void RetryRefresh() => _clock.RetryRefresh();

    private void Handle(SipMessage request, Flow flow)
    {
        _dialog.Follow(flow);
        switch (request.Method)
        {
            case SipMethod.Bye:
                OnBye(request, flow);
                break;
            case SipMethod.Invite when _phase == Phase.Answered:
                _offers.OnInvite(request, flow, isAwaitingAck: _repeater is { IsWaiting: true });
                break;
            case SipMethod.Update when _phase == Phase.Answered:
                _offers.OnUpdate(request, flow, isAwaitingAck: _repeater is { IsWaiting: true });
                break;
            case SipMethod.Invite or SipMethod.Update:
                TransactionLayer.Reply(request, flow, new SipReply(491));
                break;
            case SipMethod.Info:
                OnInfo(request, flow);
                break;
            default:
                TransactionLayer.Reply(request, flow, Refusals.InDialog(request));
                break;
        }
    }

    private void OnBye(SipMessage request, Flow flow)
    {
        Open(request, flow).Respond(new SipReply(200));
        _offers.Abandon();
        if (_phase == Phase.Ringing) Withdraw("Ended before the answer");
        else Finish(new CallEnd(200, "Hung up", ByPeer: true));
    }

    private void OnInfo(SipMessage request, Flow flow)
    {
        Open(request, flow).Respond(new SipReply(200));
        if (request.Body.Length > 0) Call.TellInfo(new SipBody(request.ContentType, request.Body));
    }

    private NonInviteServerTransaction Open(SipMessage request, Flow flow) => _services.Layer.Open(request, flow, _dialog.Key.LocalTag);

    private void Withdraw(string why)
    {
        if (_phase != Phase.Ringing) return;
        _invite.Respond(new SipReply(487));
        _services.Pool(_abandoned.Cancel);
        Finish(new CallEnd(487, why, ByPeer: true));
    }

    private void SendBye(CallEnd why)
    {
        if (_phase != Phase.Answered) return;
        _phase = Phase.Ending;
        Quiet();
        (HeaderId, string)[] reason = why.Status == 200 ? [] : [(HeaderId.Reason, $"SIP;cause={why.Status};text=\"{Quotable(why.Text)}\"")];
        Call.TellEnd(why);
        _services.Layer.Send(_dialog.Request(SipMethod.Bye, _services.Me, reason), _dialog.Flow, answer =>
        {
            if (answer is null or { Status: >= 200 }) Finish(why);
        });
    }

    private void RefreshSession() => _offers.Refresh(_clock.Seconds);

    private void Quiet()
    {
        _repeater?.Stop();
        _clock.Stop();
        _services.Loop.Cancel(_ringAgain);
    }

    private void Finish(CallEnd why)
    {
        if (_phase == Phase.Over) return;
        _phase = Phase.Over;
        Quiet();
        _services.Dialogs.Remove(_dialog.Key);
        Call.TellEnd(why);
        _over.TrySetResult();
        _onOver();
    }

    private static string Quotable(string text) => new([.. text.Where(c => c is >= ' ' and < (char)127 and not '"' and not '\\').Take(64)]);
}
