using System.Collections.Immutable;
using Conference.Core.Events;

namespace Conference.Core.Rooms;

/// <summary>The rules of a room: pure. <see cref="Decide"/> may refuse, <see cref="Apply"/> may not.</summary>
/// <param name="WasStopped">Somebody has ended a recording: the next caller does not start another behind his back.</param>
/// <remarks>Replaying a meeting's journal through <see cref="Apply"/> ends in the state the room had.</remarks>
public sealed record RoomState(
    RoomPlan Plan,
    MeetingId Meeting,
    DateTimeOffset OpenedAt,
    ImmutableArray<Participant> People,
    bool IsLocked,
    RecordingId? Recording,
    DateTimeOffset? RecordingSince,
    bool WasStopped,
    bool IsClosed,
    long Version)
{
    public static RoomState Empty(RoomPlan plan, MeetingId meeting, DateTimeOffset now) =>
        new(plan, meeting, now, [], false, null, null, false, false, 0);

    /// <summary>Who has the floor; <see langword="null"/> while nobody has spoken.</summary>
    public ParticipantId? Leader { get; init; }

    /// <summary>Whether the recording goes on but takes nothing in.</summary>
    public bool IsPaused { get; private init; }

    /// <summary>Nobody waits any more once anybody is inside, be it the host or somebody he let in.</summary>
    private bool HasBegun => People.Any(p => !p.Held);

    public Participant? Find(ParticipantId who) => People.FirstOrDefault(p => p.Id == who);

    /// <summary>What follows from a command: a refusal, or the facts it makes.</summary>
    public (Refusal Refusal, ImmutableArray<RoomEvent> Happened) Decide(RoomCommand command) => command switch
    {
        _ when IsClosed => (Refusal.NotLive, []),
        RoomCommand.Join join => WhenJoining(join),
        RoomCommand.Leave leave => Find(leave.Who) is null ? (Refusal.NotInRoom, []) : (Refusal.None, WhenLeaving(leave.Who, leave.Reason)),
        RoomCommand.Kick kick => Find(kick.Who) is null ? (Refusal.NotInRoom, []) : (Refusal.None, WhenLeaving(kick.Who, LeaveReason.Removed)),
        RoomCommand.Admit => People.Any(p => p.Held) ? (Refusal.None, [.. Admitting()]) : (Refusal.NobodyWaits, []),
        RoomCommand.Mute mute => WhenMuting(mute.Who),
        RoomCommand.Unmute unmute => WhenUnmuting(unmute.Who),
        RoomCommand.MuteAll => (Refusal.None, [.. People.Where(p => p is { Role: Role.Guest, Muted: false }).SelectMany(Silenced)]),
        RoomCommand.UnmuteAll => (Refusal.None, [.. People.Where(p => p.Muted).Select(p => new RoomEvent.Unmuted(Meeting, p.Id))]),
        RoomCommand.Lock => IsLocked ? (Refusal.AlreadyLocked, []) : (Refusal.None, [new RoomEvent.Locked(Meeting)]),
        RoomCommand.Unlock => IsLocked ? (Refusal.None, [new RoomEvent.Unlocked(Meeting)]) : (Refusal.NotLocked, []),
        RoomCommand.StartRecording => Recording is null ? (Refusal.None, [new RoomEvent.RecordingStarted(Meeting, RecordingId.New())]) : (Refusal.AlreadyRecording, []),
        RoomCommand.PauseRecording when Recording is null => (Refusal.NotRecording, []),
        RoomCommand.PauseRecording => IsPaused ? (Refusal.AlreadyPaused, []) : (Refusal.None, [new RoomEvent.RecordingPaused(Meeting, Recording!.Value)]),
        RoomCommand.ResumeRecording => IsPaused ? (Refusal.None, [new RoomEvent.RecordingResumed(Meeting, Recording!.Value)]) : (Refusal.NotPaused, []),
        RoomCommand.StopRecording => Recording is null ? (Refusal.NotRecording, []) : (Refusal.None, EndOfRecording()),
        RoomCommand.Talk talk => WhenTalking(talk),
        RoomCommand.Lead lead => WhenLeading(lead),
        RoomCommand.End end => (Refusal.None, WhenEnding(end.Reason)),
        _ => throw new NotSupportedException(command.GetType().Name),
    };

    /// <summary>The state after a fact.</summary>
    public RoomState Apply(RoomEvent what, DateTimeOffset at)
    {
        var next = what switch
        {
            RoomEvent.Opened => this with { OpenedAt = at },
            RoomEvent.Joined j => this with { People = People.Add(new Participant(j.Who, j.Name, j.Number, j.Role, j.Via, at, j.Held, j.IsMuted, false, null, j.Call)) },
            RoomEvent.Admitted a => Change(a.Who, p => p with { Held = false }),
            RoomEvent.Left l => this with { People = People.RemoveAll(p => p.Id == l.Who), Leader = Leader == l.Who ? null : Leader },
            RoomEvent.Muted m => Change(m.Who, p => p with { Muted = true }),
            RoomEvent.Unmuted u => Change(u.Who, p => p with { Muted = false }),
            RoomEvent.TalkingStarted t => Change(t.Who, p => p with { Talking = true, LastSpokeAt = at }),
            RoomEvent.TalkingStopped t => Change(t.Who, p => p with { Talking = false }),
            RoomEvent.Led l => this with { Leader = l.Who },
            RoomEvent.Locked => this with { IsLocked = true },
            RoomEvent.Unlocked => this with { IsLocked = false },
            RoomEvent.RecordingStarted r => this with { Recording = r.Recording, RecordingSince = at },
            RoomEvent.RecordingPaused => this with { IsPaused = true },
            RoomEvent.RecordingResumed => this with { IsPaused = false },
            RoomEvent.RecordingStopped => this with { Recording = null, RecordingSince = null, IsPaused = false, WasStopped = true },
            RoomEvent.Closed => this with { IsClosed = true },
            _ => throw new NotSupportedException(what.GetType().Name),
        };
        return next with { Version = Version + 1 };
    }

    public RoomSnapshot Snapshot() => new(
        Plan.Number, Meeting, Plan.Title, Plan.Booking, Plan.OwnerId, OpenedAt, Plan.EndsAt, IsLocked, Recording, RecordingSince, Version, People)
    { Leader = Leader, IsPaused = IsPaused };

    private (Refusal, ImmutableArray<RoomEvent>) WhenJoining(RoomCommand.Join join)
    {
        if (IsLocked && join.Role != Role.Host) return (Refusal.Locked, []);
        if (People.Length >= Plan.Seats) return (Refusal.Full, []);

        var held = join.WaitsForHost && join.Role != Role.Host && !HasBegun;
        var happened = ImmutableArray.CreateBuilder<RoomEvent>();
        if (Version == 0) happened.Add(new RoomEvent.Opened(Meeting, Plan.Title, Plan.Booking, Plan.OwnerId));
        happened.Add(new RoomEvent.Joined(Meeting, join.Who, join.Name, join.Number, join.Role, join.Via, held, join.Muted, join.Call));
        if (join.Role == Role.Host) happened.AddRange(Admitting());
        if (join.Records && Recording is null && !WasStopped) happened.Add(new RoomEvent.RecordingStarted(Meeting, RecordingId.New()));
        return (Refusal.None, happened.ToImmutable());
    }

    private ImmutableArray<RoomEvent> WhenLeaving(ParticipantId who, LeaveReason reason)
    {
        var left = People.Length - 1;
        ImmutableArray<RoomEvent> story = [.. Hushed(Find(who)!), new RoomEvent.Left(Meeting, who, reason, left)];
        return left > 0 ? story : [.. story, .. Closing(CloseReason.Empty)];
    }

    private ImmutableArray<RoomEvent> WhenEnding(CloseReason reason)
    {
        var why = reason == CloseReason.ServerStopped ? LeaveReason.ServerStopped : LeaveReason.ConferenceEnded;
        var left = People.Length;
        return [.. People.SelectMany(p => (RoomEvent[])[.. Hushed(p), new RoomEvent.Left(Meeting, p.Id, why, --left)]), .. Closing(reason)];
    }

    private (Refusal, ImmutableArray<RoomEvent>) WhenMuting(ParticipantId who) => Find(who) switch
    {
        null => (Refusal.NotInRoom, []),
        { Muted: true } => (Refusal.AlreadyMuted, []),
        var person => (Refusal.None, [.. Silenced(person)]),
    };

    private (Refusal, ImmutableArray<RoomEvent>) WhenUnmuting(ParticipantId who) => Find(who) switch
    {
        null => (Refusal.NotInRoom, []),
        { Muted: false } => (Refusal.NotMuted, []),
        _ => (Refusal.None, [new RoomEvent.Unmuted(Meeting, who)]),
    };

    private (Refusal, ImmutableArray<RoomEvent>) WhenTalking(RoomCommand.Talk talk) => Find(talk.Who) switch
    {
        null => (Refusal.NotInRoom, []),
        { } person when person.Talking == talk.Talking || (talk.Talking && (person.Muted || person.Held)) => (Refusal.None, []),
        _ when talk.Talking => (Refusal.None, [new RoomEvent.TalkingStarted(Meeting, talk.Who)]),
        _ => (Refusal.None, [new RoomEvent.TalkingStopped(Meeting, talk.Who)]),
    };

    /// <summary>Whoever left or may not be heard leads nobody: the mixer said so before it knew.</summary>
    private (Refusal, ImmutableArray<RoomEvent>) WhenLeading(RoomCommand.Lead lead)
    {
        if (lead.Who == Leader) return (Refusal.None, []);
        if (lead.Who is { } who && Find(who) is not { Muted: false, Held: false }) return (Refusal.None, []);
        return (Refusal.None, [new RoomEvent.Led(Meeting, lead.Who)]);
    }

    private IEnumerable<RoomEvent> Admitting() => People.Where(p => p.Held).Select(p => new RoomEvent.Admitted(Meeting, p.Id));

    /// <summary>Nobody is left "talking" who can no longer be heard.</summary>
    private IEnumerable<RoomEvent> Hushed(Participant person) =>
        person.Talking ? [new RoomEvent.TalkingStopped(Meeting, person.Id)] : [];

    private IEnumerable<RoomEvent> Silenced(Participant person) =>
        [.. Hushed(person), new RoomEvent.Muted(Meeting, person.Id)];

    private ImmutableArray<RoomEvent> Closing(CloseReason reason) =>
        [.. Recording is null ? [] : EndOfRecording(), new RoomEvent.Closed(Meeting, reason)];

    /// <summary>The length is filled in by the room once the file is whole.</summary>
    private ImmutableArray<RoomEvent> EndOfRecording() => [new RoomEvent.RecordingStopped(Meeting, Recording!.Value, TimeSpan.Zero)];

    private RoomState Change(ParticipantId who, Func<Participant, Participant> how) =>
        this with { People = [.. People.Select(p => p.Id == who ? how(p) : p)] };
}
