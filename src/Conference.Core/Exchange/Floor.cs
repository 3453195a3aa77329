using Conference.Core.Calls;
using Conference.Core.Events;
using Conference.Core.Rooms;
using Conference.Media.Files;
using Conference.Media.Mixing;
using Conference.Media.Sessions;
using Conference.Sip.Calls;

namespace Conference.Core.Exchange;

/// <summary>Where answered legs go: into conversations and into rooms, each told of as a call.</summary>
internal sealed class Floor(
    IMediaEngine media, CallDesk desk, RoomDirectory directory, LegBook book, LiveCalls live, EventFeed feed, ExchangeSounds sounds, TimeProvider time)
{
    public CallRecord Begin(LegParty from, string to, string toName, string callId) => new(live, feed, time, from, to, toName, callId);

    /// <summary>A conversation for two legs that are on their way to it.</summary>
    public Bridge Open(CallRecord record, IMixRoom? mix = null) =>
        new(media, mix ?? media.OpenRoom(), sounds.Hold, record, book, time);

    /// <summary>A leg in a room or at its menu.</summary>
    /// <param name="record">The call it belongs to; ends with the visit.</param>
    public Stage Visit(CallRecord record, Caller caller, DialRoute route) => Visit(record, desk.Enter(caller, route), route.Room);

    /// <summary>The same for somebody a member leads there: no PIN is asked for.</summary>
    public Stage VisitVouched(CallRecord record, Caller caller, RoomNumber room) => Visit(record, desk.EnterVouched(caller, room), room);

    /// <summary>A leg that was moved into a room: a call of its own from here on.</summary>
    public Stage VisitVouched(LegParty party, RoomNumber room) => (leg, stop) =>
        VisitVouched(Begin(party, room.Value, TitleOf(room), leg.Call.CallId), Caller.Of(party), room)(leg, stop);

    /// <summary>A leg that moves itself into another room: the PIN is asked for.</summary>
    public Stage Visit(LegParty party, DialRoute route) => (leg, stop) =>
        Visit(Begin(party, route.Room?.Value ?? "", route.Room is { } room ? TitleOf(room) : "", leg.Call.CallId), Caller.Of(party), route)(leg, stop);

    /// <summary>What somebody is asked who was called into a conference.</summary>
    public IReadOnlyList<Sound> PressOne(LegParty who) => [.. desk.VoiceFor(who).Say(Voice.PressOne), Tones.Beep];

    public string TitleOf(RoomNumber room) => directory.Find(room)?.Title ?? "";

    /// <summary>Nobody could be reached: a moment of busy tone, and the call ends.</summary>
    public Stage Disappoint(int status, string reason) => async (leg, stop) =>
    {
        await leg.Media.PlayAsync([sounds.Busy], stop);
        return new CallEnd(status, reason);
    };

    private Stage Visit(CallRecord record, Stage enter, RoomNumber? room) => async (leg, stop) =>
    {
        var end = new CallEnd(500, "Internal error");
        void Retell() => record.Tell(leg);
        leg.Changed += Retell;
        try
        {
            record.Tell(leg);
            record.Answer(room is { } known ? TitleOf(known) : "");
            return end = await enter(leg, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return end = new CallEnd(200, "Hung up");
        }
        finally
        {
            leg.Changed -= Retell;
            record.End(end.Status, end.Text);
        }
    };
}
