using Conference.Sip.Dialogs;
using Conference.Sip.Loop;
using Conference.Sip.Messages;
using Conference.Sip.Requests;
using Conference.Sip.Transactions;
using Conference.Sip.Transport;

namespace Conference.Sip.Calls;

/// <summary>A change of the session that the house wants, until it is agreed or refused.</summary>
/// <param name="Body">The offer.</param>
/// <param name="Done">Hears the end of it.</param>
internal sealed record OfferWish(SipBody Body, Action<OfferResult> Done)
{
    /// <summary>How often it met an offer of the peer.</summary>
    public int Collisions { get; set; }
}

/// <summary>
/// Offers inside a call, one at a time, and who may make one when (RFC 3261 §14, RFC 3311, RFC 6337): 491 while ours is open,
/// 500 with Retry-After while theirs is.
/// </summary>
internal sealed class OfferDesk(CallServices services, Dialog dialog, SipCall call, CallSession session)
{
    private const int MostInASecond = 10;
    private const int MostCollisions = 3;
    private const int Moments = 20; // for a house that has its hands full between its answer and the first offer
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60); // for one who said "trying" to a change of ours

    private static readonly OfferResult NotAcceptable = new(488, null);

    private enum Open
    {
        Nothing,
        Theirs,
        Ours,
    }

    private Open _open;
    private bool _offeredInAnswer; // our offer went out in a 2xx; its answer comes in the ACK
    private InviteServerTransaction? _theirInvite;
    private NonInviteServerTransaction? _theirUpdate;
    private long _second;
    private int _inThisSecond;
    private bool _peerTakesUpdate = true; // until it says otherwise
    private readonly Queue<OfferWish> _wishes = new();
    private SipTimer? _afterCollision;
    private SipTimer? _untilHeard;
    private byte[] _ack = [];
    private SipTimer? _patience;

    public void OnInvite(SipMessage request, Flow flow, bool isAwaitingAck)
    {
        if (Refuse(request, isAwaitingAck) is { } refusal)
        {
            TransactionLayer.Reply(request, flow, refusal);
            return;
        }

        var invite = services.Layer.OpenInvite(request, flow, dialog.Key.LocalTag, new Reinvite(this, session));
        invite.ForcesRport = session.ForcesRport;
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

        var update = session.Open(request, flow);
        SessionInterval.Answer(request, out var interval);
        if (request.Body.Length == 0)
        {
            AnswerUpdate(update, flow, interval, null);
            return;
        }

        _theirUpdate = update;
        AskHouse(request, answer =>
        {
            _theirUpdate = null;
            if (answer.Answer is null) update.Respond(new SipReply(answer.Status));
            else AnswerUpdate(update, flow, interval, answer.Answer);
        });
    }

    /// <summary>The ACK of a re-INVITE: the answer when the offer was ours.</summary>
    public void OnAck(SipBody? body)
    {
        if (!_offeredInAnswer) return;
        _offeredInAnswer = false;
        if (body is not null) TellLateAnswer(body);
    }

    /// <summary>The call is over: an open re-INVITE is answered 487 (§15.1.2), an open UPDATE 481.</summary>
    public void Abandon()
    {
        _theirInvite?.Respond(new SipReply(487));
        _theirUpdate?.Respond(new SipReply(481));
        (_theirInvite, _theirUpdate) = (null, null);
    }

    /// <summary>The call is over: nothing that was wanted will be, and a re-INVITE nobody finished answering is taken back.</summary>
    public void Close()
    {
        Abandon();
        if (_afterCollision is { } timer) services.Loop.Cancel(timer);
        if (_patience is { } patience)
        {
            services.Loop.Cancel(patience);
            patience.Fire();
        }

        if (_untilHeard is { } moment) services.Loop.Cancel(moment);
        while (_wishes.TryDequeue(out var wish)) wish.Done(new OfferResult(481, null));
    }

    /// <summary>Offers a change of ours, after whatever is open now.</summary>
    public void Offer(OfferWish wish)
    {
        if (!session.IsUp)
        {
            wish.Done(new OfferResult(481, null));
            return;
        }

        _wishes.Enqueue(wish);
        Next();
    }

    /// <summary>Something is settled: the next wish may go.</summary>
    public void Next()
    {
        if (_wishes.Count == 0 || _open != Open.Nothing || session.IsAwaitingAck || !session.IsUp || _afterCollision is { IsSet: true }) return;
        _open = Open.Ours;
        var wish = _wishes.Peek();
        SendOffer(wish.Body, Plain, answer => OnWishAnswered(wish, answer));
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
    private void AskHouse(SipMessage request, Action<OfferResult> onAnswer)
    {
        _open = Open.Theirs;
        var offer = request.Body.Length > 0 ? new SipBody(request.ContentType, request.Body) : null;
        _offeredInAnswer = offer is null;
        Consult(offer, Moments, answer =>
        {
            _open = Open.Nothing;
            if (session.IsLive) onAnswer(answer);
            else Abandon(); // the call ended while the house thought
            Next();
        });
    }

    /// <summary>An eager peer changes the session as soon as it has sent its ACK; who answered on the pool may need a moment more to listen.</summary>
    private void Consult(SipBody? offer, int moments, Action<OfferResult> onAnswer)
    {
        if (!session.IsUp || call.OnOffer is not null || moments == 0) Consult(offer, onAnswer);
        else services.Loop.Set(_untilHeard = new SipTimer(() => Consult(offer, moments - 1, onAnswer)), Moment);
    }

    private void Consult(SipBody? offer, Action<OfferResult> onAnswer) => services.Pool(() => _ = ConsultAsync(offer, onAnswer));

    private async Task ConsultAsync(SipBody? offer, Action<OfferResult> onAnswer)
    {
        var answer = NotAcceptable;
        try
        {
            answer = session.IsEarly ? Result(offer is null ? null : session.AnswerEarly(offer))
                : offer is not null && call.OnRelayedOffer?.Invoke(offer) is { } relayed ? await relayed
                : Result(call.OnOffer?.Invoke(offer));
        }
        catch (Exception error)
        {
            services.Trouble("An offer inside a call could not be answered.", error);
        }

        services.Loop.Post(() => onAnswer(answer));
    }

    /// <summary>The session stays as it was (§14.2) where nothing is answered.</summary>
    private static OfferResult Result(SipBody? answer) => answer is null ? NotAcceptable : new OfferResult(200, answer);

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

    private void AnswerInvite(InviteServerTransaction invite, Flow flow, SessionInterval interval, OfferResult answer)
    {
        _theirInvite = null;
        if (invite.IsAnswered) return; // cancelled, or the call ended meanwhile
        if (answer.Answer is null)
        {
            _offeredInAnswer = false;
            invite.Respond(new SipReply(answer.Status));
            return;
        }

        dialog.Refresh(invite.Request, flow);
        session.Accept(invite, answer.Answer, interval);
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
        session.Send(SipMethod.Update, Timer(seconds), null, answer =>
        {
            if (answer is { Status: < 200 }) return;
            _open = Open.Nothing;
            if (answer?.Status is 405 or 501) _peerTakesUpdate = false;
            OnRefreshed(answer);
            Next();
        });
    }

    /// <summary>A re-INVITE with an offer that the house makes; its answer is a late answer to it.</summary>
    private void OfferAgain(uint seconds)
    {
        _open = Open.Ours;
        Consult(null, made =>
        {
            if (made.Answer is not { } offer || !session.IsUp)
            {
                _open = Open.Nothing;
                return;
            }

            SendOffer(offer, Timer(seconds), answer =>
            {
                if (answer is { Status: < 300, Body.Length: > 0 }) TellLateAnswer(new SipBody(answer.ContentType, answer.Body));
                OnRefreshed(answer);
                Next();
            });
        });
    }

    /// <summary>Sends a re-INVITE; its answer is told once, and every 2xx gets its ACK. Whoever never comes to an answer has it taken back (§14.1, §9.1).</summary>
    private void SendOffer(SipBody offer, (HeaderId Id, string Value)[] headers, Action<SipMessage?> onAnswer)
    {
        var isFirst = true;
        Errand? errand = null;
        var patience = _patience = new SipTimer(() => errand?.Cancel(null));
        services.Loop.Set(patience, Patience);
        errand = session.Send(SipMethod.Invite, headers, offer, answer =>
        {
            if (answer is { Status: < 200 }) return;
            if (answer is { Status: < 300 }) Acknowledge(answer, isFirst);
            if (!isFirst) return; // a repeated 2xx only wants its ACK again
            isFirst = false;
            services.Loop.Cancel(patience);
            _open = Open.Nothing;
            onAnswer(answer);
        });
    }

    private void Acknowledge(SipMessage answer, bool isFirst)
    {
        if (isFirst) _ack = dialog.Ack(answer.Envelope.CSeq, services.Me);
        dialog.Flow.Send(_ack);
    }

    /// <summary>Agreed, refused, or met by an offer of the peer's: then again after a pause that the other side does not make (§14.1).</summary>
    private void OnWishAnswered(OfferWish wish, SipMessage? answer)
    {
        if (answer is { Status: 491 } && ++wish.Collisions <= MostCollisions && session.IsUp)
        {
            _afterCollision = new SipTimer(Next);
            var pause = dialog.IsOurs ? Random.Shared.Next(210, 401) : Random.Shared.Next(0, 201);
            services.Loop.Set(_afterCollision, TimeSpan.FromMilliseconds(10 * pause));
            return;
        }

        if (_wishes.TryPeek(out var first) && ReferenceEquals(first, wish)) _wishes.Dequeue();
        wish.Done(new OfferResult(answer?.Status ?? 408, answer is { Status: < 300, Body.Length: > 0 } ? new SipBody(answer.ContentType, answer.Body) : null));
        if (answer is null or { Status: 408 or 481 } or { Status: < 300 }) OnRefreshed(answer);
        Next();
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

    private static (HeaderId Id, string Value)[] Plain => [(HeaderId.Allow, Capabilities.Allow), (HeaderId.Supported, Capabilities.Supported)];

    private static (HeaderId Id, string Value)[] Timer(uint seconds) =>
    [
        .. Plain,
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
