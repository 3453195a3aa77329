using Conference.Core.Accounts;
using Conference.Core.Calls;
using Conference.Core.Routing;
using Conference.Media.Mixing;
using Conference.Media.Sdp;
using Conference.Media.Sessions;
using Conference.Sip.Calls;

namespace Conference.Core.Exchange;

/// <summary>Connects a caller with whom he called: rings, answers both, and seats them together; or leads him into a room.</summary>
internal sealed class Connector(IMediaEngine media, Dialler dialler, PinGate gate, Floor floor, LegBook book, ExchangeSounds sounds, TimeProvider time)
{
    /// <summary>Serves one call until the caller's leg is over.</summary>
    /// <returns>Why it was refused; <see langword="null"/> when it was answered or given up.</returns>
    public async Task<ConnectRefusal?> ConnectAsync(IIncomingCall incoming, Approach approach, CancellationToken cancel)
    {
        var codec = incoming.Body is null ? "" : OfferedCodec.First(incoming.Body.Bytes.Span, approach.From.Trunk is { Codecs.IsEmpty: false } trunk ? trunk.Codecs : media.Codecs);
        if (incoming.Body is not null && codec.Length == 0 && approach.Target is not (RouteTarget.Room or RouteTarget.AccessMenu)) return new(488, "No common codec");
        if (media.OpenSession(incoming.Source.Address, Audio.TermsFor(incoming.Transport, approach.From.Voice)) is not { } session) return new(503, "No port");
        incoming.OnEarlyOffer = offer => Audio.Negotiate(session, offer);
        var record = floor.Begin(approach.From, approach.Dialled, approach.ToName, incoming.CallId);
        var near = new LiveLeg(incoming.CallId, approach.From.Label, approach.From.Extension, true, false, false, "") { Dialog = incoming.Id };
        if (approach.Limit is null) record.Tell(near);
        else if (!record.TryTell(near, approach.Limit))
        {
            session.Dispose();
            record.End(403, "Too Many Calls");
            return new(403, "Too Many Calls");
        }

        if (approach.Target is RouteTarget.Outside { Pin: { } pin }) return await AskFirstAsync(incoming, approach, pin, record, session);
        var mix = media.OpenRoom();
        var isTaken = false;
        try
        {
            var end = await ReachAsync(incoming, approach, record, session, mix, codec, cancel);
            if (end.Refusal is { } refusal)
            {
                record.End(refusal.Status, refusal.Reason);
                return refusal;
            }

            var call = await AnswerAsync(incoming, end.Reached!, end.Body!);
            isTaken = true;
            await LeadAsync(call, incoming.Body is null, approach, record, session, mix, end.Reached!);
            return null;
        }
        finally
        {
            if (!isTaken)
            {
                session.Dispose();
                mix.Dispose();
            }

            record.End(500, "Internal error"); // unless it was told already how it ended
        }
    }

    private async Task<(ConnectRefusal? Refusal, DialEnd? Reached, SipBody? Body)> ReachAsync(
        IIncomingCall incoming, Approach approach, CallRecord record, IMediaSession session, IMixRoom mix, string codec, CancellationToken cancel)
    {
        using var near = new NearSide(incoming, session, mix, sounds, time);
        var reached = await dialler.DialAsync(OrderOf(incoming, approach, record) with { Codec = codec, HasVideo = incoming.Body is { } offer && OfferedCodec.HasVideo(offer.Bytes.Span), OnProgress = near.HearAsync }, cancel);
        if (reached is { Leg: null, Elsewhere: null }) return (new(reached.Status, reached.Reason) { Why = reached.Why, Cause = reached.Cause }, null, null);
        if (near.Answer() is { } body) return (null, reached, body);
        Drop(reached.Leg, new CallEnd(488, "No common codec"));
        return (new(488, "No common codec"), null, null);
    }

    private static DialOrder OrderOf(IIncomingCall incoming, Approach approach, CallRecord record) => new(approach.Target, approach.From, record)
    {
        Payer = approach.Payer,
        NotDevice = approach.From.Device?.Username,
        MaxForwards = incoming.MaxForwards,
        MaxBreadth = incoming.MaxBreadth,
        Headers = approach.Headers,
        Hops = Diversion.Before(incoming.Header("Diversion"), incoming.Header("History-Info")),
    };

    /// <summary>Answers the caller before anybody is called: keys reach us for certain only in a call that is up.</summary>
    private async Task<ConnectRefusal?> AskFirstAsync(IIncomingCall incoming, Approach approach, RulePin pin, CallRecord record, IMediaSession session)
    {
        var isTaken = false;
        try
        {
            if (Audio.Negotiate(session, incoming.Body) is not { } body)
            {
                record.End(488, "No common codec");
                return new(488, "No common codec");
            }

            var call = await incoming.AnswerAsync(body);
            isTaken = true;
            var leg = book.Open(call, session, approach.From);
            record.Tell(leg);
            var mix = media.OpenRoom();
            var pass = gate.Pass(approach, pin, OrderOf(incoming, approach, record), mix, far => Join(record, mix, far));
            await leg.LiveAsync(async (self, stop) =>
            {
                if (incoming.Body is not null || await Audio.TookLateAnswerAsync(call, session)) return await pass(self, stop);
                mix.Dispose();
                return new CallEnd(488, "No common codec");
            });
            return null;
        }
        finally
        {
            if (!isTaken) session.Dispose();
            record.End(500, "Internal error"); // unless it was told already how it ended
        }
    }

    private static async Task<ISipCall> AnswerAsync(IIncomingCall incoming, DialEnd reached, SipBody body)
    {
        try
        {
            return await incoming.AnswerAsync(body, isFocus: reached.Elsewhere is RouteTarget.Room);
        }
        catch (Exception)
        {
            Drop(reached.Leg, new CallEnd(500, "Internal error"));
            throw;
        }
    }

    private async Task LeadAsync(ISipCall call, bool isLate, Approach approach, CallRecord record, IMediaSession session, IMixRoom mix, DialEnd reached)
    {
        var leg = book.Open(call, session, approach.From);
        if (reached.Leg is null) mix.Dispose();
        await leg.LiveAsync(async (self, stop) =>
        {
            if (isLate && !await Audio.TookLateAnswerAsync(call, session))
            {
                Drop(reached.Leg, new CallEnd(488, "No common codec"));
                return new CallEnd(488, "No common codec");
            }

            if (reached.Leg is not { } far) return await floor.Visit(record, approach.Caller, approach.RouteTo(reached.Elsewhere!))(self, stop);
            var bridge = Join(record, mix, far);
            record.Answer(far.Party.Name);
            return await bridge.StayAsync(self, stop);
        });
    }

    /// <summary>The far leg begins to live, or is moved here when it lives already.</summary>
    private Bridge Join(CallRecord record, IMixRoom mix, CallLeg far)
    {
        var bridge = floor.Open(record, mix);
        record.Tell(far);
        if (!far.IsAlive) _ = far.LiveAsync(bridge.StayAsync);
        else if (!far.Move(bridge.StayAsync)) bridge.End(new CallEnd(200, "Hung up"));
        return bridge;
    }

    private static void Drop(CallLeg? leg, CallEnd why)
    {
        if (leg is null) return;
        if (leg.IsAlive) leg.Move((_, _) => Task.FromResult(why));
        else _ = leg.LiveAsync((_, _) => Task.FromResult(why));
    }
}

/// <summary>A call that may be connected: who, where to, at whose cost.</summary>
/// <param name="Target">Never a refusal.</param>
/// <param name="ToName">The name of what was called.</param>
internal sealed record Approach(LegParty From, Caller Caller, string Dialled, RouteTarget Target, string ToName, ExtensionCard? Payer)
{
    /// <summary>What the dialplan says of the room that was dialled, or <see langword="null"/>.</summary>
    public DialRoute? Route { get; init; }

    /// <summary>The extension whose calls are counted; <see langword="null"/> for calls that always may be placed.</summary>
    public ExtensionCard? Limit { get; init; }

    /// <summary>Headers that go on to the called side.</summary>
    public System.Collections.Immutable.ImmutableArray<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>How a room is entered: as the dialplan says, unless a forward led to another.</summary>
    public DialRoute RouteTo(RouteTarget target) =>
        Route is not null && target == Target ? Route : new DialRoute(target is RouteTarget.Room room ? new RoomNumber(room.Number) : null, new EntryOptions(), null);
}

/// <summary>Why a call was not connected.</summary>
internal sealed record ConnectRefusal(int Status, string Reason)
{
    /// <summary>What the telephone network gave as its cause (Q.850), or <see langword="null"/>.</summary>
    public int? Cause { get; init; }

    public RouteReason? Why { get; init; }
}
