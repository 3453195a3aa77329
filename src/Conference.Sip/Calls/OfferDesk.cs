using Conference.Sip.Dialogs;
using Conference.Sip.Messages;
using Conference.Sip.Transactions;
using Conference.Sip.Transport;

namespace Conference.Sip.Calls;

/// <summary>
/// Offers inside a call, one at a time, and who may make one when (RFC 3261 §14, RFC 3311, RFC 6337): 491 while ours is open,
/// 500 with Retry-After while theirs is.
/// </summary>
internal sealed class OfferDesk(CallServices services, Dialog dialog, SipCall call, CallSession session)
{
    private const int MostInASecond = 10;

    private enum Open
    {
        Nothing,
        Theirs,
        Ours,
    }

    private Open _open;
    private bool _offeredInAnswer; // our offer went out in a 2xx; its answer comes in the ACK
    private InviteServerTransaction? _theirInvite;
    private long _second;
    private int _inThisSecond;
    private bool _peerTakesUpdate = true; // until it says otherwise

    public void OnInvite(SipMessage request, Flow flow, bool isAwaitingAck)
    {
        if (Refuse(request, isAwaitingAck) is { } refusal)
        {
            TransactionLayer.Reply(request, flow, refusal);
            return;
        }

        var invite = services.Layer.OpenInvite(request, flow, dialog.Key.LocalTag, new Reinvite(this, session));
        _theirInvite = invite;
        SessionInterval.Answer(request, out var interval);
        AskHouse(request, answer => AnswerInvite(invite, flow, interval, answer));
    }

    public void OnUpdate(SipMessage request, Flow flow, bool isAwaitingAck)
    {
        if (Refuse(request, isAwaitingAck && request.Body.Length > 0) is { } refusal)
        {
            TransactionLayer.Reply(request, flow, refusal);
            return;
        }

        var update = services.Layer.Open(request, flow, dialog.Key.LocalTag);
        SessionInterval.Answer(request, out var interval);
        if (request.Body.Length == 0) AnswerUpdate(update, flow, interval, null);
        else AskHouse(request, answer =>
        {
            if (answer is null) update.Respond(new SipReply(488));
            else AnswerUpdate(update, flow, interval, answer);
        });
    }

    /// <summary>The ACK of a re-INVITE: the answer when the offer was ours.</summary>
    public void OnAck(SipBody? body)
    {
        if (!_offeredInAnswer) return;
        _offeredInAnswer = false;
        if (body is not null) TellLateAnswer(body);
    }

    /// <summary>The call is over: an open re-INVITE is answered 487 (§15.1.2).</summary>
    public void Abandon()
    {
        _theirInvite?.Respond(new SipReply(487));
        _theirInvite = null;
    }

    /// <summary>Keeps the session alive (RFC 4028 §10): UPDATE without a body; a peer that knows no UPDATE gets a re-INVITE.</summary>
    public void Refresh(uint seconds)
    {
        if (_open != Open.Nothing) session.RetryRefresh();
        else if (_peerTakesUpdate) SendUpdate(seconds);
        else OfferAgain(seconds);
    }

    private SipReply? Refuse(SipMessage request, bool isAwaitingAck)
    {
        if (_open == Open.Ours || (isAwaitingAck && _offeredInAnswer)) return new SipReply(491);
        if (_open == Open.Theirs || isAwaitingAck || IsStorm()) return new SipReply(500, "Request Pending").With(HeaderId.RetryAfter, Random.Shared.Next(0, 10));
        if (!SessionInterval.Answer(request, out _)) return new SipReply(422).With(HeaderId.MinSe, SessionInterval.Shortest);
        return Capabilities.RefuseBody(request);
    }

    private bool IsStorm()
    {
        var second = services.Loop.Now / 1_000;
        if (second != _second) (_second, _inThisSecond) = (second, 0);
        return ++_inThisSecond > MostInASecond;
    }

    /// <summary>Lets the house answer an offer, or make one, on the pool; the result comes back to the loop.</summary>
    private void AskHouse(SipMessage request, Action<SipBody?> onAnswer)
    {
        _open = Open.Theirs;
        var offer = request.Body.Length > 0 ? new SipBody(request.ContentType, request.Body) : null;
        _offeredInAnswer = offer is null;
        Consult(offer, answer =>
        {
            _open = Open.Nothing;
            onAnswer(answer);
        });
    }

    private void Consult(SipBody? offer, Action<SipBody?> onAnswer) => services.Pool(() =>
    {
        SipBody? answer = null;
        try
        {
            answer = call.OnOffer?.Invoke(offer);
        }
        catch (Exception error)
        {
            services.Trouble("An offer inside a call could not be answered.", error);
        }

        services.Loop.Post(() => onAnswer(answer));
    });

    private void TellLateAnswer(SipBody body) => services.Pool(() =>
    {
        try
        {
            call.OnLateAnswer?.Invoke(body);
        }
        catch (Exception error)
        {
            services.Trouble("A late answer inside a call could not be taken.", error);
        }
    });

    private void AnswerInvite(InviteServerTransaction invite, Flow flow, SessionInterval interval, SipBody? answer)
    {
        _theirInvite = null;
        if (invite.IsAnswered) return; // cancelled, or the call ended meanwhile
        if (answer is null)
        {
            _offeredInAnswer = false;
            invite.Respond(new SipReply(488)); // the session stays as it was (§14.2)
            return;
        }

        dialog.Refresh(invite.Request, flow);
        session.Accept(invite, answer, interval);
    }

    private void AnswerUpdate(NonInviteServerTransaction update, Flow flow, SessionInterval interval, SipBody? answer)
    {
        dialog.Refresh(update.Request, flow);
        update.Respond(session.Success(answer, interval));
        session.RestartClock(interval, interval.Refresher == Refresher.Uas);
    }

    private void SendUpdate(uint seconds)
    {
        _open = Open.Ours;
        services.Layer.Send(dialog.Request(SipMethod.Update, services.Me, Timer(seconds)), dialog.Flow, answer =>
        {
            if (answer is { Status: < 200 }) return;
            _open = Open.Nothing;
            if (answer?.Status is 405 or 501) _peerTakesUpdate = false;
            OnRefreshed(answer);
        });
    }

    /// <summary>A re-INVITE with an offer that the house makes; its answer is a late answer to it.</summary>
    private void OfferAgain(uint seconds)
    {
        _open = Open.Ours;
        Consult(null, offer =>
        {
            if (offer is null || session.IsOver)
            {
                _open = Open.Nothing;
                return;
            }

            var bytes = dialog.Request(SipMethod.Invite, services.Me, Timer(seconds), offer.ContentType, offer.Bytes.Span);
            services.Layer.Send(bytes, dialog.Flow, OnReinviteAnswer);
        });
    }

    private void OnReinviteAnswer(SipMessage? answer)
    {
        if (answer is { Status: < 200 }) return;
        var isFirst = _open == Open.Ours;
        _open = Open.Nothing;
        if (answer is { Status: < 300 }) dialog.Flow.Send(dialog.Ack(answer.Envelope.CSeq, services.Me));
        if (!isFirst) return; // a repeated 2xx only wants its ACK again
        if (answer is { Status: < 300, Body.Length: > 0 }) TellLateAnswer(new SipBody(answer.ContentType, answer.Body));
        OnRefreshed(answer);
    }

    /// <summary>Nobody there, or nobody who knows the call: it is over. Anything else is tried again.</summary>
    private void OnRefreshed(SipMessage? answer)
    {
        if (answer is null or { Status: 408 or 481 })
        {
            session.EndByTimer();
        }
        else if (answer.Status < 300)
        {
            dialog.Refresh(answer);
            var interval = SessionInterval.Agreed(answer);
            session.RestartClock(interval, interval.Refresher == Refresher.Uac);
        }
        else
        {
            session.RetryRefresh();
        }
    }

    private static (HeaderId Id, string Value)[] Timer(uint seconds) =>
    [
        (HeaderId.Allow, Capabilities.Allow),
        (HeaderId.Supported, Capabilities.Supported),
        (HeaderId.SessionExpires, new SessionInterval(seconds, Refresher.Uac).Header),
    ];

    /// <summary>A re-INVITE can be cancelled too; the call goes on (§9.2).</summary>
    private sealed class Reinvite(OfferDesk desk, CallSession session) : IInviteOwner
    {
        public void OnCancel() => desk.Abandon();

        public void OnRepeat() => session.RepeatAnswer();

        public void OnNoAck()
        {
            // a refused change that nobody acknowledged changes nothing
        }
    }
}
