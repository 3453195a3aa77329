using Conference.Core;
using Conference.Core.Events;
using Conference.Infrastructure.Data;
using Conference.Infrastructure.Tests.Testing;

namespace Conference.Infrastructure.Tests.Data;

public sealed class EventJsonTests
{
    private static readonly Guid s_id = Guid.Parse("01950000-0000-7000-8000-000000000001");
    private static readonly MeetingId s_meeting = new(s_id);
    private static readonly ParticipantId s_who = new(s_id);

    /// <summary>One of each kind; the test below fails when a kind is missing.</summary>
    private static readonly DomainEvent[] s_each =
    [
        new RoomEvent.Opened(s_meeting, "Budget", new BookingId(s_id), "anna"),
        new RoomEvent.Joined(s_meeting, s_who, "Bob", "101", Role.Guest, Via.Phone, true, false, "call@1"),
        new RoomEvent.Admitted(s_meeting, s_who),
        new RoomEvent.Left(s_meeting, s_who, LeaveReason.ConnectionLost, 3),
        new RoomEvent.Left(s_meeting, s_who, LeaveReason.HungUp, 2) { Quality = new CallQuality(4.12, 3.5, 0.25, 2.5, 41) },
        new RoomEvent.Muted(s_meeting, s_who),
        new RoomEvent.Unmuted(s_meeting, s_who),
        new RoomEvent.TalkingStarted(s_meeting, s_who),
        new RoomEvent.TalkingStopped(s_meeting, s_who),
        new RoomEvent.Led(s_meeting, s_who),
        new RoomEvent.Led(s_meeting, null),
        new RoomEvent.Locked(s_meeting),
        new RoomEvent.Unlocked(s_meeting),
        new RoomEvent.RecordingStarted(s_meeting, new RecordingId(s_id)),
        new RoomEvent.RecordingPaused(s_meeting, new RecordingId(s_id)),
        new RoomEvent.RecordingResumed(s_meeting, new RecordingId(s_id)),
        new RoomEvent.RecordingStopped(s_meeting, new RecordingId(s_id), TimeSpan.FromSeconds(61.52)),
        new RoomEvent.Closed(s_meeting, CloseReason.EndedByHost),
        new CallEvent.Refused("6001", "101", CallRefusal.WrongPin, "call@1"),
        new CallEvent.Started(s_id, "200", "201", "call@1"),
        new CallEvent.Answered(s_id, "Bruno"),
        new CallEvent.Ended(s_id, 200, "Hung up"),
        new CallEvent.LimitReached("200", "Expensive"),
        new DeviceEvent.Registered("anna", "192.0.2.1:5060", "UDP", Some.Monday),
        new DeviceEvent.Unregistered("anna", "expired"),
        new DeviceEvent.SignInRefused("anna", "192.0.2.1:5060"),
        new DeviceEvent.PlaceRefused("anna", "192.0.2.1:5060"),
        new TrunkEvent.Up("Telecom", "Registered."),
        new TrunkEvent.Degraded("Telecom", "The first server is silent."),
        new TrunkEvent.Down("Telecom", "No answer."),
        new MediaEvent.LoadChanged(1, "closed", 72),
        new BanEvent.Began("192.0.2.1", "anna", DateTimeOffset.UnixEpoch, 10),
        new BanEvent.Ended("192.0.2.1", null),
        new DiskEvent.Recovered(30_000_000_000),
        new DiskEvent.Low(1_900_000_000),
        new DiskEvent.Scarce(400_000_000),
        new DiskEvent.Full(100_000_000),
        new BookingEvent.Booked(new BookingId(s_id), "Budget", Some.Monday),
        new BookingEvent.Cancelled(new BookingId(s_id)),
        new AdminEvent.Done(AdminAct.SecretRenewed, AdminSubject.Account, "anna-mobile"),
    ];

    [Fact]
    public void Each_fact_is_written_as_approved() => Golden.Is("events.jsonl", string.Concat(s_each.Select(e => EventJson.Write(e) + "\n")));

    [Fact]
    public void Each_fact_is_read_back_as_it_was() => Assert.All(s_each, e => Assert.Equal(e, EventJson.Read(EventJson.Write(e))));

    [Fact]
    public void No_kind_of_fact_is_forgotten() => Assert.Equal(
        typeof(DomainEvent).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(DomainEvent)) && !t.IsAbstract).OrderBy(t => t.FullName),
        s_each.Select(e => e.GetType()).Distinct().OrderBy(t => t.FullName));

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("{\"type\":\"room.exploded\"}")]
    [InlineData("{\"type\":\"room.left\",\"meeting\":\"x\"}")]
    [InlineData("null")]
    public void What_is_no_fact_is_none(string json) => Assert.Null(EventJson.Read(json));
}
