using Conference.Core.Calls;
using Conference.Core.Events;
using Conference.Core.Routing;
using Conference.Media.Mixing;
using Conference.Media.Sessions;
using Conference.Sip.Calls;

namespace Conference.Core.Exchange;

/// <summary>A way out behind a PIN: the caller is answered, asked, and only then somebody is called. What he may spend was judged before; it is counted now.</summary>
internal sealed class PinGate(CallDesk desk, Dialler dialler, Floor floor, EventFeed feed, ExchangeSounds sounds)
{
    private readonly Guid _near = Guid.CreateVersion7();
    private readonly Guid _far = Guid.CreateVersion7();

    /// <summary>What the answered caller goes through.</summary>
    /// <param name="approach">Who, and where to.</param>
    /// <param name="order">How the way out is dialled.</param>
    /// <param name="mix">Where both will sit; disposed when nobody comes.</param>
    /// <param name="join">Seats the far leg in a conversation.</param>
    public Stage Pass(Approach approach, RulePin pin, DialOrder order, IMixRoom mix, Func<CallLeg, Bridge> join) => async (leg, stop) =>
    {
        var isJoined = false;
        try
        {
            if (await desk.AskPinAsync(leg, approach.Caller, pin, stop) is { } refusal)
            {
                feed.Publish(Actor.Phone(default, approach.Caller.Name), new CallEvent.Refused(approach.Dialled, approach.Caller.Number, refusal, leg.Call.CallId));
                order.Record.End(403, refusal.ToString());
                return new CallEnd(403, refusal.ToString());
            }

            leg.Media.Hold(sounds.Ringing);
            var end = await dialler.DialAsync(order with { HasGivenPin = true, Codec = leg.Media.Codec, OnProgress = (said, far) => Hear(leg.Media, mix, said, far) }, stop);
            leg.Media.Hold(null);
            if (end.Leg is not { } reached)
            {
                mix.Use(MixPlan.Empty);
                order.Record.End(end.Status, end.Reason);
                return await floor.Disappoint(end.Status, end.Reason)(leg, stop);
            }

            isJoined = true;
            var bridge = join(reached);
            order.Record.Answer(reached.Party.Name);
            return await bridge.StayAsync(leg, stop);
        }
        finally
        {
            leg.Media.Hold(null);
            if (!isJoined) mix.Dispose();
            order.Record.End(200, "Hung up"); // unless it was told already how it ended
        }
    };

    /// <summary>The far side's own announcements take the place of our ringing.</summary>
    private ValueTask Hear(IMediaSession near, IMixRoom mix, CallProgress progress, IMediaSession? far)
    {
        if (!progress.HasMedia || far is null) return ValueTask.CompletedTask;
        near.Hold(null);
        mix.Use(new MixPlan([new Seat(_near, near, Speaks: false, Hears: true), new Seat(_far, far, Speaks: true, Hears: false)]));
        return ValueTask.CompletedTask;
    }
}
