using System.Net;
using Conference.Sip.Dialogs;
using Conference.Sip.Messages;
using Conference.Sip.Requests;
using Conference.Sip.Transactions;
using Conference.Sip.Transport;

namespace Conference.Sip.Calls;

/// <summary>What a session is to whoever bore it: the INVITE that came in, or the one we sent.</summary>
internal interface ICallOrigin
{
    /// <summary>PRACK is about provisional answers, which only an INVITE that came in gives (RFC 3262).</summary>
    void OnPrack(SipMessage request, Flow flow);

    /// <summary>What speaks against an offer before the call is answered (RFC 3311 §5.2), or <see langword="null"/>.</summary>
    SipReply? RefuseEarlyOffer();

    /// <summary>An offer before the answer (RFC 3311); the answer, or <see langword="null"/> to refuse. Runs on the pool.</summary>
    SipBody? AnswerEarly(SipBody offer);

    /// <summary>The peer gave up while it rang.</summary>
    void OnEarlyBye();

    /// <summary>The house gives up while it rings.</summary>
    void OnEarlyHangUp(CallEnd why);

    /// <summary>The dialog is gone.</summary>
    void OnOver();
}

/// <summary>
/// One dialog of a call, early or answered, from whichever side it was begun (RFC 3261 §12, §14, §15): changes, keys, its time and its end.
/// Lives on the SIP loop.
/// </summary>
internal sealed class CallSession : IDialogUser, IReferralWire
{
    private enum Phase
    {
        Early,
        Up,
        Ending,
        Over,
    }

    private const int MostReferrals = 4; // at once

    private readonly CallServices _services;
    private readonly ICallOrigin _origin;
    private readonly Dialog _dialog;
    private readonly SessionClock _clock;
    private readonly OfferDesk _offers;
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Referral> _referrals = [];
    private AnswerRepeater? _repeater;
    private uint? _birth; // the INVITE of the peer that this call began with
    private CallEnd? _hangUpAfterAck;
    private readonly IPEndPoint _home; // where the INVITE went or came from: nobody else gets our credentials, whatever Record-Route says
    private Phase _phase;

    public CallSession(CallServices services, Dialog dialog, ICallOrigin origin)
    {
        (_services, _dialog, _origin, _home) = (services, dialog, origin, dialog.Flow.Remote);
        _clock = new SessionClock(services.Loop, RefreshSession, EndByTimer);
        Call = new SipCall(services, this, dialog.Key);
        _offers = new OfferDesk(services, dialog, Call, this);
        services.Dialogs.Add(dialog.Key, this);
    }

    /// <summary>The secret for challenges inside the call, when we called somebody who has one of ours.</summary>
    public Keyring? Keys { get; init; }

    /// <summary>Whose call it is, when that was proved.</summary>
    public SipAccount? Account { get; init; }

    /// <summary>The trunk it goes by, or <see langword="null"/>.</summary>
    public string? Trunk { get; init; }

    /// <summary>The number this end of the call is.</summary>
    public string Number { get; init; } = "";

    /// <summary>Whether answers go where requests came from, whatever their Via says.</summary>
    public bool ForcesRport { get; init; }

    public SipCall Call { get; }

    public Dialog Dialog => _dialog;

    /// <summary>Whether the peer is known to be at that address, or the proxy that speaks for it.</summary>
    public bool IsAt(IPAddress address) => address.Equals(_dialog.Flow.Remote.Address) || address.Equals(_home.Address) || (MayBeNamed && _dialog.IsNamed(address));

    /// <summary>A device's own Contact is often an address of its private network, which is somebody else in ours.</summary>
    private bool MayBeNamed => Account is null || _dialog.FirstRoute is not null;

    public bool IsEarly => _phase == Phase.Early;

    public bool IsUp => _phase == Phase.Up;

    /// <summary>Whether neither side has said goodbye yet.</summary>
    public bool IsLive => IsEarly || IsUp;

    /// <summary>Told when nothing more is to be said, a BYE and its answer included.</summary>
    public Action? OnOver { get; set; }

    public bool IsOver => _phase == Phase.Over;

    /// <summary>Whether our own 2xx still waits for its ACK.</summary>
    public bool IsAwaitingAck => _repeater is { IsWaiting: true };

    /// <summary>The 2xx to our INVITE came: the call is up.</summary>
    public void Confirm(SessionInterval interval)
    {
        if (_phase != Phase.Early) return;
        _phase = Phase.Up;
        _clock.Restart(interval, interval.Refresher == Refresher.Uac);
        Call.TellAcknowledged(null);
    }

    /// <summary>Ends the call: at once, or after the ACK of our own 2xx (§15).</summary>
    /// <returns>Done when the BYE was answered or given up.</returns>
    public Task HangUpAsync(CallEnd why)
    {
        if (_phase == Phase.Early) _origin.OnEarlyHangUp(why);
        else if (_phase == Phase.Up && IsAwaitingAck) _hangUpAfterAck ??= why;
        else SendBye(why);
        return _over.Task;
    }

    /// <summary>The dialog ends without a BYE: it was never answered, or its peer is known to be gone.</summary>
    public void Finish(CallEnd why)
    {
        if (_phase == Phase.Over) return;
        _phase = Phase.Over;
        Quiet();
        _offers.Close();
        foreach (var referral in _referrals.ToArray()) referral.Leave();
        _services.Dialogs.Remove(_dialog.Key);
        Call.TellEnd(why);
        _over.TrySetResult();
        _origin.OnOver();
        OnOver?.Invoke();
    }

    /// <summary>An offer in a PRACK, which is answered like that of an UPDATE (RFC 3262 §5).</summary>
    public void TakeOffer(SipMessage prack, Flow flow) => _offers.OnUpdate(prack, flow, isAwaitingAck: false);

    /// <summary>Opens a transaction for a request inside the dialog.</summary>
    public NonInviteServerTransaction Open(SipMessage request, Flow flow)
    {
        var opened = _services.Layer.Open(request, flow, _dialog.Key.LocalTag);
        opened.ForcesRport = ForcesRport;
        return opened;
    }

    /// <summary>Offers a change of ours.</summary>
    public void Offer(OfferWish wish) => _offers.Offer(wish);

    /// <summary>Sends a request inside the dialog; challenges are answered when the peer is one of those we have a secret for.</summary>
    public Errand Send(string method, (HeaderId Id, string Value)[] headers, SipBody? body, Action<SipMessage?> tell)
    {
        if (Account is { } account && _services.Door.Registered(account.Username) is { } device) _dialog.Follow(device.Flow, device.Contact);
        var errand = new Errand(_services.Sending, Way.By(_dialog.Flow), (_, credentials) => Write(method, headers, body, credentials), IsAtHome ? Keys : null, tell);
        errand.Start();
        return errand;
    }

    /// <summary>Sends INFO (RFC 6086).</summary>
    public void SendInfo(SipBody body, Action<int> done)
    {
        if (_phase != Phase.Up)
        {
            done(481);
            return;
        }

        Send(SipMethod.Info, [], body, answer =>
        {
            if (answer is null or { Status: >= 200 }) done(answer?.Status ?? 408);
        });
    }

    /// <summary>Sends OPTIONS (RFC 3261 §11): any answer but 481 and 408 is a sign of life.</summary>
    public void AskWhetherThere(Action<bool> done)
    {
        if (_phase != Phase.Up)
        {
            done(false);
            return;
        }

        Send(SipMethod.Options, [], null, answer =>
        {
            if (answer is null or { Status: >= 200 }) done(answer is { Status: not (481 or 408) });
        });
    }

    bool IDialogUser.OnAck(SipMessage ack)
    {
        if (_repeater is null || ack.Envelope.CSeq != _repeater.CSeq) return false;
        if (!_repeater.IsWaiting) return true; // the ACK of a repeated answer
        _repeater.Stop();
        var body = ack.Body.Length > 0 ? new SipBody(ack.ContentType, ack.Body) : null;
        if (_repeater.CSeq == _birth) Call.TellAcknowledged(body);
        else _offers.OnAck(body);
        if (_hangUpAfterAck is { } why) SendBye(why);
        else _offers.Next();
        return true;
    }

    void IDialogUser.OnRequest(SipMessage request, Flow flow)
    {
        if (!_services.Door.Admits(request, flow, this)) return;
        flow.Keep();
        if (!_dialog.Accepts(request.Envelope.CSeq)) TransactionLayer.Reply(request, flow, new SipReply(500, "Request Out Of Order"));
        else if (Capabilities.RefuseExtensions(request) is { } refusal) TransactionLayer.Reply(request, flow, refusal);
        else Handle(request, flow);
    }

    /// <summary>Sends a 2xx to an INVITE and repeats it until its ACK.</summary>
    internal void Accept(InviteServerTransaction transaction, SipBody? body, SessionInterval interval)
    {
        if (_phase == Phase.Early) (_phase, _birth) = (Phase.Up, transaction.Request.Envelope.CSeq);
        var reply = Success(body, interval);
        transaction.Respond(reply);
        _clock.Restart(interval, interval.Refresher == Refresher.Uas);
        _repeater = new AnswerRepeater(
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
            .With(HeaderId.Contact, Contact)
            .With(HeaderId.Allow, Capabilities.Allow)
            .With(HeaderId.Supported, Capabilities.Supported);
        if (interval.Seconds > 0) reply.With(HeaderId.Require, "timer").With(HeaderId.SessionExpires, interval.Header);
        return body is null ? reply : reply.WithBody(body.ContentType, body.Bytes);
    }

    /// <summary>What this side calls itself in the dialog.</summary>
    internal string Contact => _dialog.Contact(_services.Me);

    internal SipBody? AnswerEarly(SipBody offer) => _origin.AnswerEarly(offer);

    internal void RepeatAnswer() => _repeater?.OnRepeat();

    internal void RestartClock(SessionInterval interval, bool isOurs) => _clock.Restart(interval, isOurs);

    internal void EndByTimer() => SendBye(new CallEnd(408, "Session timer expired"));

    internal void RetryRefresh() => _clock.RetryRefresh();

    /// <summary>Whether requests go where our INVITE went: whoever moves a call elsewhere shall not get credentials there.</summary>
    private bool IsAtHome => _home.Equals(_dialog.Flow.Remote);

    /// <summary>Writes an in-dialog request with its next number.</summary>
    private byte[] Write(string method, (HeaderId Id, string Value)[] headers, SipBody? body, ReadOnlySpan<(HeaderId Id, string Value)> credentials) =>
        _dialog.Request(method, _services.Me, [.. headers, .. credentials], body?.ContentType ?? "", body is null ? [] : body.Bytes.Span);

    private void Handle(SipMessage request, Flow flow)
    {
        _dialog.Follow(flow);
        switch (request.Method)
        {
            case SipMethod.Bye:
                OnBye(request, flow);
                break;
            case SipMethod.Invite when _phase == Phase.Up:
                _offers.OnInvite(request, flow, IsAwaitingAck);
                break;
            case SipMethod.Update when _phase == Phase.Early && request.Body.Length > 0 && _origin.RefuseEarlyOffer() is { } refusal:
                TransactionLayer.Reply(request, flow, refusal);
                break;
            case SipMethod.Update when _phase is Phase.Up or Phase.Early:
                _offers.OnUpdate(request, flow, IsAwaitingAck);
                break;
            case SipMethod.Invite or SipMethod.Update:
                TransactionLayer.Reply(request, flow, new SipReply(491));
                break;
            case SipMethod.Prack:
                _origin.OnPrack(request, flow);
                break;
            case SipMethod.Info:
                OnInfo(request, flow);
                break;
            case SipMethod.Refer when _phase == Phase.Up:
                OnRefer(request, flow);
                break;
            case SipMethod.Message when Account is { } account:
                MessageDoor.Take(_services, Open(request, flow), account, Number);
                break;
            default:
                TransactionLayer.Reply(request, flow, Refusals.InDialog(request, Contact));
                break;
        }
    }

    private void OnBye(SipMessage request, Flow flow)
    {
        Open(request, flow).Respond(new SipReply(200));
        _offers.Abandon();
        if (_phase == Phase.Early) _origin.OnEarlyBye();
        else Finish(new CallEnd(200, "Hung up", ByPeer: true) { Cause = Reasons.CauseIn(request) });
    }

    private void OnInfo(SipMessage request, Flow flow)
    {
        Open(request, flow).Respond(new SipReply(200));
        if (request.Body.Length > 0) Call.TellInfo(new SipBody(request.ContentType, request.Body));
    }

    /// <summary>A transfer is never refused because a change of the session is open: phones hold and refer in one breath.</summary>
    private void OnRefer(SipMessage request, Flow flow)
    {
        if (ReferTarget.Read(request) is not { } target)
        {
            TransactionLayer.Reply(request, flow, new SipReply(400, "Bad Refer-To"));
            return;
        }

        if (Call.OnRefer is not { } decide || _referrals.Count >= MostReferrals)
        {
            TransactionLayer.Reply(request, flow, new SipReply(403));
            return;
        }

        var referral = new Referral(_services, this, Open(request, flow), target, Account, Number);
        _referrals.Add(referral);
        _services.Pool(() => _ = OtherRequests.DecideAsync(_services, referral, decide));
    }

    void IReferralWire.Notify((HeaderId Id, string Value)[] headers, SipBody body, Action<SipMessage?> tell) => Send(SipMethod.Notify, headers, body, tell);

    void IReferralWire.OnReferralOver(Referral referral) => _referrals.Remove(referral);

    private void SendBye(CallEnd why)
    {
        if (_phase != Phase.Up) return;
        _phase = Phase.Ending;
        Quiet();
        (HeaderId, string)[] told = Reasons.ToTell(why.Cause, why.Status, Trunk) is { } q850 ? [(HeaderId.Reason, Reasons.Q850(q850))] : [];
        (HeaderId, string)[] reason = why.Status == 200 ? told : [(HeaderId.Reason, Reasons.Write(why.Status, why.Text)), .. told];
        Call.TellEnd(why);
        Send(SipMethod.Bye, reason, null, answer =>
        {
            if (answer is null or { Status: >= 200 }) Finish(why);
        });
    }

    private void RefreshSession() => _offers.Refresh(_clock.Seconds);

    private void Quiet()
    {
        _repeater?.Stop();
        _clock.Stop();
    }
}
