using Conference.Core;
using Conference.Core.Events;
using Conference.Infrastructure.Data;

namespace Conference.Infrastructure.Tests.Testing;

/// <summary>A meeting as its room would tell it, with the seconds at which things happen.</summary>
internal sealed class Story
{
    private readonly List<(int Second, RoomEvent What)> _facts = [];

    public MeetingId Meeting { get; } = MeetingId.New();

    public ParticipantId Anna { get; } = ParticipantId.New();

    public ParticipantId Bob { get; } = ParticipantId.New();

    public RecordingId Recording { get; } = RecordingId.New();

    public string BobsName { get; init; } = "Bob";

    public IReadOnlyList<(int Second, RoomEvent What)> Facts => _facts;

    /// <summary>Anna and Bob meet, Anna speaks for seven seconds in two spurts, it is recorded, Bob is put out, Anna hangs up.</summary>
    public static Story Whole(string bob = "Bob")
    {
        var s = new Story { BobsName = bob };
        return s.Opens(0).Joins(0, s.Anna).Joins(10, s.Bob).Records(12).Talks(20, 25, s.Anna).Talks(30, 32, s.Anna).Leaves(40, s.Bob, LeaveReason.Removed, 1)
            .Tell(60, new RoomEvent.Left(s.Meeting, s.Anna, LeaveReason.HungUp, 0) { Quality = new CallQuality(4.1, 3.2, 0.5, 2.5, 41) }).Stops(60).Tell(60, new RoomEvent.Closed(s.Meeting, CloseReason.Empty));
    }

    /// <summary>The same, cut off while Anna speaks and the tape runs.</summary>
    public static Story CutOff()
    {
        var s = new Story();
        return s.Opens(0).Joins(0, s.Anna).Joins(10, s.Bob).Records(12).Tell(20, new RoomEvent.TalkingStarted(s.Meeting, s.Anna));
    }

    public Story Opens(int at) => Tell(at, new RoomEvent.Opened(Meeting, "Budget", null, "anna"));

    public Story Joins(int at, ParticipantId who) =>
        Tell(at, new RoomEvent.Joined(Meeting, who, who == Anna ? "Anna" : BobsName, "101", who == Anna ? Role.Host : Role.Guest, Via.Phone, false, false, $"call-{(who == Anna ? "anna" : "bob")}"));

    public Story Leaves(int at, ParticipantId who, LeaveReason reason, int people) => Tell(at, new RoomEvent.Left(Meeting, who, reason, people));

    public Story Talks(int from, int to, ParticipantId who) => Tell(from, new RoomEvent.TalkingStarted(Meeting, who)).Tell(to, new RoomEvent.TalkingStopped(Meeting, who));

    public Story Records(int at) => Tell(at, new RoomEvent.RecordingStarted(Meeting, Recording));

    public Story Stops(int at) => Tell(at, new RoomEvent.RecordingStopped(Meeting, Recording, TimeSpan.FromSeconds(48)));

    public Story Tell(int at, RoomEvent what)
    {
        _facts.Add((at, what));
        return this;
    }

    /// <summary>As journal rows.</summary>
    public IEnumerable<JournalRow> Rows(long after = 0) => _facts.Select((f, i) =>
        Journal.RowOf(new Envelope(after + i + 1, Some.Monday.AddSeconds(f.Second), Actor.System, new RoomNumber("2001"), i + 1, f.What)));
}
