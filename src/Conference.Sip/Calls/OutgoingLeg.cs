using Conference.Sip.Dialogs;
using Conference.Sip.Messages;
using Conference.Sip.Requests;

namespace Conference.Sip.Calls;

/// <summary>Whoever placed an INVITE and wants to know how it goes. Told on the loop.</summary>
internal interface ILegOwner
{
    /// <summary>Asks for the call, now that it is answered; whether nobody else was faster.</summary>
    bool Claim(OutgoingLeg leg);

    /// <summary>A 101 to 199, and the body that came with it.</summary>
    void OnProgress(OutgoingLeg leg, SipMessage answer, EarlyDialog early, SipBody? media);

    /// <summary>Answered: the call is up.</summary>
    /// <param name="leg">By whom.</param>
    /// <param name="session">The call.</param>
    /// <param name="media">The answer to our offer; <see langword="null"/> when there was none.</param>
    void OnAnswered(OutgoingLeg leg, CallSession session, SipBody? media);

    /// <summary>It came to nothing.</summary>
    /// <param name="leg">Which.</param>
    /// <param name="status">The final status; 408 for silence, 503 for no way.</param>
    /// <param name="reason">Its phrase.</param>
    /// <param name="answer">The refusal, or <see langword="null"/>.</param>
    void OnEnded(OutgoingLeg leg, int status, string reason, SipMessage? answer);
}

/// <summary>
/// One INVITE of ours and everything that answers it: one dialog per To tag, one of which may become the call (RFC 3261 §13.2.2.4).
/// Lives on the SIP loop.
/// </summary>
internal sealed class OutgoingLeg
{
    private const int MostDialogs = 32; // behind one INVITE; whoever forks wider is not followed
    private const int MostTooBrief = 2;

    private readonly CallServices _services;
    private readonly ILegOwner _owner;
    private readonly Destination _destination;
    private readonly ICallMedia _media;
    private readonly OutgoingRequest _request;
    private readonly Errand _errand;
    private readonly Dictionary<string, EarlyDialog> _dialogs = [];
    private SessionWish _timer;
    private int _tooBrief;
    private bool _isCancelled;
    private bool _isOver;
    private bool _isWon;

    public OutgoingLeg(CallServices services, ILegOwner owner, OutgoingCall call, CallTarget target, Destination destination, ICallMedia media, Offered offer, bool hasAlternative, int breadth)
    {
        (_services, _owner, Target, _destination, _media) = (services, owner, target, destination, media);
        (Account, Number) = (target.Account is { } account ? services.Policy.FindAccount(account) : null, (target.From ?? call.From).User);
        _timer = SessionWish.For(destination.Line);
        _request = new OutgoingRequest(services.Me, SipMethod.Invite, target, destination, target.From ?? call.From)
        {
            MaxForwards = call.MaxForwards,
            MaxBreadth = breadth < OutgoingCall.UsualBreadth ? breadth : null,
            Body = offer.Whole,
            Brief = offer.Brief,
            HasContact = true,
            More = call.Headers,
            Extras = Extras(),
        };
        _errand = new Errand(services.Sending, destination.Way, _request.Write, destination.Keys, OnAnswer) { HasAlternative = hasAlternative, DeadFor = destination.Line?.DeadFor };
    }

    public CallTarget Target { get; }

    /// <summary>Whose device is called, or <see langword="null"/>.</summary>
    public SipAccount? Account { get; }

    /// <summary>The number we call as.</summary>
    public string Number { get; }

    public ICallMedia Media => _media;

    /// <summary>Transport, address and port it went to last, for people.</summary>
    public string Where => _errand.Flow is { } flow ? $"{flow.Transport} {flow.Remote}" : _errand.Trouble;

    public void Start() => _errand.Start();

    /// <summary>Takes the INVITE back; when an answer crosses it the call is acknowledged and ended.</summary>
    public void Cancel(string? reason)
    {
        if (_isCancelled || _isWon) return;
        _isCancelled = true;
        _errand.Cancel(reason);
    }

    internal SipBody? AnswerEarly(SipBody offer) => _media.AnswerEarly(offer);

    internal void Forget(EarlyDialog dialog) => _dialogs.Remove(dialog.Tag);

    private (HeaderId Id, string Value)[] Extras()
    {
        var may100Rel = _destination.Line is not { Takes100Rel: false };
        (HeaderId, string)[] basics =
        [
            (HeaderId.Allow, Capabilities.Allow),
            (HeaderId.Supported, may100Rel ? Capabilities.Supported : Capabilities.SupportedWithout100Rel),
        ];
        return [.. basics, .. _timer.Headers];
    }

    private void OnAnswer(SipMessage? answer)
    {
        if (answer is { Status: 100 }) return;
        if (answer is { Status: < 200 }) OnProvisional(answer);
        else if (answer is { Status: < 300 }) OnSuccess(answer);
        else if (answer is { Status: 422 } && MayTryLonger(answer)) _errand.Again();
        else End(answer?.Status ?? _errand.Silence, answer is null ? SipReason.Of(_errand.Silence) : answer.Phrase, answer);
    }

    /// <summary>The interval was too brief for them (RFC 4028 §7.4).</summary>
    private bool MayTryLonger(SipMessage answer)
    {
        if (_isCancelled || ++_tooBrief > MostTooBrief || !_timer.Lengthen(answer, out var longer)) return false;
        _timer = longer;
        _request.Extras = Extras();
        return true;
    }

    private void OnProvisional(SipMessage answer)
    {
        if (_isOver || _isWon || _isCancelled || Find(answer) is not { } dialog) return;
        if (!dialog.TakesInOrder(answer)) return; // a reliable one again, or before its turn (RFC 3262 §4)
        if (answer.Status == 199) dialog.Session.Finish(new CallEnd(199, answer.Phrase, ByPeer: true)); // RFC 6228
        else Tell(dialog, answer);
    }

    private void Tell(EarlyDialog dialog, SipMessage answer)
    {
        var isHeardNow = dialog.Authorises(answer);
        if (dialog.IsRepeated(answer) && !isHeardNow) return; // phones ring again every minute (RFC 3261 §13.3.1.1)
        _owner.OnProgress(this, answer, dialog, dialog.TakeMedia(answer) ?? (isHeardNow ? dialog.Answer : null));
    }

    private void OnSuccess(SipMessage answer)
    {
        if (Find(answer) is not { } dialog) return;
        if (dialog.RepeatAck()) return;
        dialog.Session.Dialog.Confirm(answer);
        dialog.Session.Dialog.CountFrom(answer.Envelope.CSeq);
        dialog.Acknowledge(answer, () => OnAcknowledged(dialog, answer));
    }

    private void OnAcknowledged(EarlyDialog dialog, SipMessage answer)
    {
        dialog.Session.Confirm(SessionInterval.Agreed(answer));
        if (_isWon || _isOver || _isCancelled || !_owner.Claim(this)) Drop(dialog);
        else Win(dialog, dialog.TakeMedia(answer) ?? dialog.Answer);
    }

    /// <summary>Nobody waits for this answer any more: somebody else was faster, or the caller gave up.</summary>
    private void Drop(EarlyDialog dialog)
    {
        _ = dialog.Session.HangUpAsync(new CallEnd(200, "Nobody waits for it"));
        if (!_isWon) End(487, SipReason.Of(487), null);
    }

    private void Win(EarlyDialog winner, SipBody? media)
    {
        _isWon = true;
        foreach (var other in _dialogs.Values.Where(d => d != winner).ToArray())
            if (other.Session.IsEarly)
                other.Session.Finish(new CallEnd(487, "Another answered"));
        _owner.OnAnswered(this, winner.Session, media);
    }

    private void End(int status, string reason, SipMessage? answer)
    {
        if (_isOver) return;
        _isOver = true;
        foreach (var dialog in _dialogs.Values.ToArray())
            if (dialog.Session.IsEarly)
                dialog.Session.Finish(new CallEnd(status, reason, ByPeer: true));
        _owner.OnEnded(this, status, reason, answer);
    }

    /// <summary>The dialog an answer belongs to, new or known.</summary>
    private EarlyDialog? Find(SipMessage answer)
    {
        if (_dialogs.TryGetValue(answer.Envelope.ToTag, out var known)) return known;
        if (_dialogs.Count >= MostDialogs) return null;
        var dialog = new Dialog(_errand.Request!, answer, _errand.Flow!, _request.ContactUser);
        return _dialogs[answer.Envelope.ToTag] = new EarlyDialog(_services, this, dialog, _destination.Keys);
    }
}
