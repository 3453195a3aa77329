using Conference.Sip.Dialogs;
using Conference.Sip.Messages;
using Conference.Sip.Requests;
using Conference.Sip.Transactions;
using Conference.Sip.Transport;

namespace Conference.Sip.Calls;

/// <summary>One of those who answer an INVITE of ours: its dialog, its reliable answers and the ACK it gets. Lives on the SIP loop.</summary>
internal sealed class EarlyDialog : ICallOrigin
{
    private readonly CallServices _services;
    private readonly OutgoingLeg _leg;
    private byte[] _ack = [];
    private bool _isAcknowledging;
    private bool _isAgreed;
    private uint? _rseq;
    private int _lastStatus;

    public EarlyDialog(CallServices services, OutgoingLeg leg, Dialog dialog, Keyring? keys)
    {
        (_services, _leg) = (services, leg);
        Session = new CallSession(services, dialog, this) { Keys = keys, Account = leg.Account, Trunk = leg.Target.Trunk, Number = leg.Number, ForcesRport = leg.Account is { ForcesRport: true } };
    }

    public CallSession Session { get; }

    public string Tag => Session.Dialog.Key.RemoteTag;

    /// <summary>What it answered to our offer so far.</summary>
    public SipBody? Answer { get; private set; }

    /// <summary>Whether its network lets us hear it before the answer (P-Early-Media, RFC 5009 §8); so it is unless it says otherwise.</summary>
    public bool MayBeHeard { get; private set; } = true;

    /// <summary>Takes what an answer says of that.</summary>
    /// <returns>Whether it may be heard from now on, and was not to be before.</returns>
    public bool Authorises(SipMessage answer)
    {
        var before = MayBeHeard;
        foreach (var value in answer.Values(HeaderId.PEarlyMedia))
        {
            if (SipText.Is(value, "inactive"u8) || SipText.Is(value, "recvonly"u8)) MayBeHeard = false; // seen from them: they only receive
            else if (SipText.Is(value, "sendrecv"u8) || SipText.Is(value, "sendonly"u8)) MayBeHeard = true;
        }

        return MayBeHeard && !before;
    }

    /// <summary>Whether a provisional answer comes in its turn; a reliable one is acknowledged by PRACK (RFC 3262 §4).</summary>
    public bool TakesInOrder(SipMessage answer)
    {
        if (!answer.Lists(HeaderId.Require, "100rel"u8) || !SipText.TryNumber(SipText.Trim(answer.Header(HeaderId.Rseq)), out var rseq)) return true;
        if (rseq == 0 || (_rseq is { } last && rseq != last + 1)) return false;
        (_rseq, _isAgreed) = (rseq, _isAgreed || !answer.Body.IsEmpty);
        Reach(() => Session.Send(SipMethod.Prack, [(HeaderId.Rack, $"{rseq} {answer.Envelope.CSeq} INVITE")], null, _ => { }));
        return true;
    }

    /// <summary>Whether it says only what it said before.</summary>
    public bool IsRepeated(SipMessage answer)
    {
        var isSame = _lastStatus == answer.Status && (answer.Body.IsEmpty || IsKnown(answer));
        _lastStatus = answer.Status;
        return isSame;
    }

    /// <summary>The body of an answer when it says something new.</summary>
    public SipBody? TakeMedia(SipMessage answer)
    {
        if (answer.Body.IsEmpty || IsKnown(answer)) return null;
        return Answer = new SipBody(answer.ContentType, answer.Body);
    }

    /// <summary>Acknowledges a 2xx (§13.2.2.4), once the way to the peer is known.</summary>
    public void Acknowledge(SipMessage answer, Action done)
    {
        _isAcknowledging = true;
        Reach(() =>
        {
            _ack = Session.Dialog.Ack(answer.Envelope.CSeq, _services.Me);
            Session.Dialog.Flow.Send(_ack);
            done();
        });
    }

    /// <summary>The 2xx came again: so does its ACK.</summary>
    /// <returns>Whether there is one, or will be in a moment.</returns>
    public bool RepeatAck()
    {
        if (_ack.Length > 0) Session.Dialog.Flow.Send(_ack);
        return _isAcknowledging;
    }

    void ICallOrigin.OnPrack(SipMessage request, Flow flow) => TransactionLayer.Reply(request, flow, new SipReply(481));

    /// <summary>Only after a reliable answer to our own offer (RFC 3311 §5.2).</summary>
    SipReply? ICallOrigin.RefuseEarlyOffer() => _isAgreed ? null : new SipReply(491);

    SipBody? ICallOrigin.AnswerEarly(SipBody offer) => _leg.AnswerEarly(offer);

    void ICallOrigin.OnEarlyBye() => Session.Finish(new CallEnd(487, "Ended before the answer", ByPeer: true));

    void ICallOrigin.OnEarlyHangUp(CallEnd why) => _leg.Cancel(null);

    void ICallOrigin.OnOver()
    {
        if (!_isAcknowledging) _leg.Forget(this); // else a repeated 2xx must still find its ACK
    }

    private bool IsKnown(SipMessage answer) => Answer is not null && Answer.Bytes.Span.SequenceEqual(answer.Body.Span);

    /// <summary>Requests go by the flow of the INVITE, unless a proxy that wants to stay in between is elsewhere (§12.2.1.1).</summary>
    private void Reach(Action then)
    {
        if (Session.Dialog.FirstRoute is not { } route || IsBehind(route, Session.Dialog.Flow))
        {
            then();
            return;
        }

        _services.Sending.Roads.Locator.Locate(route, hops =>
        {
            if (hops.IsEmpty || hops.Any(h => h.Remote.Equals(Session.Dialog.Flow.Remote))) then();
            else _services.Sending.Roads.Flows.Open(hops[0], (flow, _) =>
            {
                if (flow is not null) Session.Dialog.GoBy(flow);
                then();
            });
        });
    }

    private static bool IsBehind(string route, Flow flow) =>
        SipUri.TryParse(System.Text.Encoding.Latin1.GetBytes(route), out var uri) && SipText.Latin(uri.Host).Trim('[', ']') == flow.Remote.Address.ToString();
}
