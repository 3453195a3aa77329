using Conference.Core.Accounts;
using Conference.Core.Calls;
using Conference.Core.Events;

namespace Conference.Core.Exchange;

/// <summary>Tells the story of one call as it goes: to pages and lamps through <see cref="LiveCalls"/>, to the journal through the feed.</summary>
internal sealed class CallRecord
{
    /// <summary>Legs of devices that have not said anything yet have no Call-ID to be known by.</summary>
    public const string Waiting = "waiting:";

    private readonly Lock _gate = new(); // legs tell of themselves from several threads
    private readonly LiveCalls _live;
    private readonly EventFeed _feed;
    private readonly TimeProvider _time;
    private LiveCall _now;

    public CallRecord(LiveCalls live, EventFeed feed, TimeProvider time, LegParty from, string to, string toName, string callId)
    {
        (_live, _feed, _time) = (live, feed, time);
        _now = new LiveCall(Guid.CreateVersion7(), from.Number, from.Name, to, toName, LiveCallState.Ringing, time.GetUtcNow(), null, []);
        feed.Publish(Actor.System, new CallEvent.Started(_now.Id, from.Number, to, callId));
    }

    public Guid Id => _now.Id;

    /// <summary>A leg as it is now: a new one, or a change of one that is known by its Call-ID.</summary>
    public void Tell(LiveLeg leg) => Change(call => With(call, leg));

    /// <summary>The same for the first leg of an extension, unless that has all the calls it may have.</summary>
    /// <returns>Whether it was taken.</returns>
    public bool TryTell(LiveLeg leg, ExtensionCard card)
    {
        lock (_gate)
        {
            if (_now.State == LiveCallState.Ended) return true; // nobody counts it any more
            var next = With(_now, leg);
            if (!_live.TryTell(next, card.Number, card.MaxCalls)) return false;
            _now = next;
            return true;
        }
    }

    public void Tell(CallLeg leg) => Tell(new LiveLeg(
        leg.Call.CallId, leg.Party.Label, leg.Party.Extension, leg.Party.IsCaller, IsUp: true, leg.Media.IsHeld, leg.Media.Codec)
    { Dialog = leg.Call.Id });

    /// <summary>The call now rings somebody else.</summary>
    public void Forward() => Change(call => call with { Legs = [.. call.Legs.Where(l => l.IsCaller)] });

    /// <summary>Both sides can speak; legs that only rang are gone.</summary>
    public void Answer(string by)
    {
        if (!Change(call => call.State != LiveCallState.Ringing ? call : call with
        {
            State = LiveCallState.Up,
            AnsweredAt = _time.GetUtcNow(),
            ToName = by.Length > 0 ? by : call.ToName,
            Legs = [.. call.Legs.Where(l => l.IsUp)],
        })) return;
        _feed.Publish(Actor.System, new CallEvent.Answered(Id, by));
    }

    /// <summary>Over; told once.</summary>
    public void End(int status, string why)
    {
        if (!Change(call => call with { State = LiveCallState.Ended })) return;
        _feed.Publish(Actor.System, new CallEvent.Ended(Id, status, why));
    }

    private static LiveCall With(LiveCall call, LiveLeg leg) => call with
    {
        Legs = [.. call.Legs.Where(l => l.CallId != leg.CallId && l.CallId != Waiting + leg.Label).Append(leg).OrderByDescending(l => l.IsCaller)], // the caller's first
    };

    private bool Change(Func<LiveCall, LiveCall> how)
    {
        lock (_gate)
        {
            if (_now.State == LiveCallState.Ended) return false;
            _now = how(_now);
            _live.Tell(_now);
            return true;
        }
    }
}
