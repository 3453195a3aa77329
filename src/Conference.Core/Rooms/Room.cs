using System.Collections.Immutable;
using System.Threading.Channels;
using Conference.Core.Events;
using Conference.Core.Recordings;
using Conference.Media.Mixing;
using Conference.Media.Sessions;

namespace Conference.Core.Rooms;

/// <summary>A live room: one loop owns its state, its seats and its tape. Everybody else asks, and reads snapshots.</summary>
public sealed class Room
{
    private readonly Channel<Ask> _inbox = Channel.CreateUnbounded<Ask>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Dictionary<ParticipantId, Leg> _legs = [];
    private readonly IMixRoom _mix;
    private readonly EventFeed _feed;
    private readonly RoomSounds _sounds;
    private readonly RecordingPlaces _places;
    private readonly TimeProvider _time;
    private RoomState _state;
    private IRecordingTape? _tape;
    private ImmutableDictionary<ParticipantId, IMediaSession> _seated = ImmutableDictionary<ParticipantId, IMediaSession>.Empty; // for readers

    public Room(RoomPlan plan, IMixRoom mix, EventFeed feed, RoomSounds sounds, RecordingPlaces places, TimeProvider time)
    {
        (_mix, _feed, _sounds, _places, _time) = (mix, feed, sounds, places, time);
        _state = RoomState.Empty(plan, MeetingId.New(), time.GetUtcNow());
        Closed = Task.WhenAll(RunAsync(), ListenAsync());
        _ = FollowAsync(); // ends with the mix
    }

    /// <summary>Completes when the last has left and the file is whole.</summary>
    public Task Closed { get; }

    /// <summary>Whether the story is told; the file may not be whole yet.</summary>
    public bool IsOver => Volatile.Read(ref _state).IsClosed;

    public RoomSnapshot Snapshot => Volatile.Read(ref _state).Snapshot();

    public ImmutableArray<SeatLevel> Levels => _mix.Levels;

    /// <summary>How everybody sounds at this moment; whoever was not heard yet is left out.</summary>
    public ImmutableArray<PersonQuality> Quality =>
    [
        .. from leg in Volatile.Read(ref _seated)
           let quality = LegQuality.Now(leg.Value.Stats)
           where quality is not null
           select new PersonQuality(leg.Key, quality),
    ];

    /// <summary>Whether the room records and the disk refuses: the conversation goes on, the recording has a gap.</summary>
    public bool RecordingIsInTrouble => Volatile.Read(ref _tape)?.IsInTrouble ?? false;

    /// <summary>Asks and waits until it is done or refused.</summary>
    public async Task<Refusal> AskAsync(RoomCommand command, Actor by)
    {
        var ask = new Ask(command, by, new TaskCompletionSource<Refusal>(TaskCreationOptions.RunContinuationsAsynchronously));
        return _inbox.Writer.TryWrite(ask) ? await ask.Answer.Task : Refusal.NotLive;
    }

    /// <summary>Takes a seat.</summary>
    /// <returns>The seat, or <see langword="null"/> with the reason why not.</returns>
    public async Task<(Seated? Seated, Refusal Refusal)> JoinAsync(RoomCommand.Join join, Actor by)
    {
        var tells = Channel.CreateUnbounded<RoomEvent>(new UnboundedChannelOptions { SingleReader = true });
        var ask = new Ask(join, by, new TaskCompletionSource<Refusal>(TaskCreationOptions.RunContinuationsAsynchronously)) { Tells = tells.Writer };
        var refusal = _inbox.Writer.TryWrite(ask) ? await ask.Answer.Task : Refusal.NotLive;
        return refusal == Refusal.None ? (new Seated(this, join.Who, tells.Reader), refusal) : (null, refusal);
    }

    private async Task RunAsync()
    {
        await foreach (var ask in _inbox.Reader.ReadAllAsync())
        {
            await AnswerAsync(ask);
            if (_state.IsClosed) break;
        }

        _inbox.Writer.Complete();
        _mix.Dispose();
        while (_inbox.Reader.TryRead(out var late)) late.Answer.SetResult(Refusal.NotLive);
    }

    /// <summary>One command may fail; the room goes on, and whoever asked hears of it.</summary>
    private async Task AnswerAsync(Ask ask)
    {
        try
        {
            ask.Answer.SetResult(await DoAsync(ask));
        }
        catch (Exception e)
        {
            ask.Answer.SetException(e);
        }
    }

    private async Task ListenAsync()
    {
        await foreach (var change in _mix.Talk.ReadAllAsync())
            _inbox.Writer.TryWrite(new Ask(new RoomCommand.Talk(new ParticipantId(change.Seat), change.Talking), Actor.System, new TaskCompletionSource<Refusal>()));
    }

    private async Task FollowAsync()
    {
        await foreach (var seat in _mix.Leads.ReadAllAsync())
            _inbox.Writer.TryWrite(new Ask(new RoomCommand.Lead(seat == Guid.Empty ? null : new ParticipantId(seat)), Actor.System, new TaskCompletionSource<Refusal>()));
    }

    private async Task<Refusal> DoAsync(Ask ask)
    {
        var (refusal, happened) = _state.Decide(ask.Command);
        if (refusal != Refusal.None) return refusal;
        if (happened.OfType<RoomEvent.RecordingStarted>().FirstOrDefault() is { } start && !TryRecord(start.Recording))
        {
            if (ask.Command is RoomCommand.StartRecording) return Refusal.NoDiskSpace;
            happened = happened.Remove(start); // nobody is kept out because the disk is full
        }

        if (ask.Command is RoomCommand.Join join) Seat(join, ask.Tells!);
        foreach (var what in happened) Tell(await FinishedAsync(what), ask.By);
        _mix.Use(Plan());
        return Refusal.None;
    }

    /// <summary>A tape that ends tells its true length before the story does, and a leg how it sounded.</summary>
    private async Task<RoomEvent> FinishedAsync(RoomEvent what)
    {
        if (what is RoomEvent.Left left) return left with { Quality = LegQuality.Whole(_legs[left.Who].Join.Session.Stats) };
        if (what is not RoomEvent.RecordingStopped stopped || _tape is null) return what;
        var length = await _tape.StopAsync();
        Volatile.Write(ref _tape, null);
        return stopped with { Length = length };
    }

    private void Tell(RoomEvent what, Actor by)
    {
        var at = _time.GetUtcNow();
        if (what is RoomEvent.RecordingPaused) _tape?.Pause();
        if (what is RoomEvent.RecordingResumed) _tape?.Resume();
        Volatile.Write(ref _state, _state.Apply(what, at)); // replaced, never edited
        _feed.Publish(_state.Plan.Number, _state.Version, by, what);
        Sound(what);
        Pass(what);
    }

    private void Sound(RoomEvent what)
    {
        if (what is RoomEvent.Joined { Held: false } joined && !_legs[joined.Who].Join.Quiet) _mix.Play(_sounds.Join);
        if (what is RoomEvent.Left { People: > 0 } left && !_legs[left.Who].Join.Quiet) _mix.Play(_sounds.Leave);
    }

    /// <summary>Each leg hears what concerns it; nobody's queue outlives their seat.</summary>
    private void Pass(RoomEvent what)
    {
        foreach (var (who, leg) in _legs)
            if (Concerns(what, who)) leg.Tells.TryWrite(what);
        if (what is not RoomEvent.Left left) return;
        _legs[left.Who].Tells.TryComplete();
        _legs.Remove(left.Who);
        Volatile.Write(ref _seated, _seated.Remove(left.Who));
    }

    private void Seat(RoomCommand.Join join, ChannelWriter<RoomEvent> tells)
    {
        _legs[join.Who] = new Leg(join, tells);
        Volatile.Write(ref _seated, _seated.SetItem(join.Who, join.Session));
    }

    private static bool Concerns(RoomEvent what, ParticipantId who) => what switch
    {
        RoomEvent.Muted m => m.Who == who,
        RoomEvent.Unmuted u => u.Who == who,
        RoomEvent.Admitted a => a.Who == who,
        RoomEvent.Left l => l.Who == who,
        RoomEvent.RecordingStarted or RoomEvent.RecordingStopped => true,
        _ => false,
    };

    private bool TryRecord(RecordingId id)
    {
        try
        {
            if (!_places.HasRoom()) return false;
            Volatile.Write(ref _tape, _mix.Record(_places.Prepare(id)));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private MixPlan Plan()
    {
        var alone = _state.People.Length == 1;
        return new MixPlan([.. _state.People.Select(p => new Seat(
            p.Id.Value, _legs[p.Id].Join.Session, Speaks: !p.Muted && !p.Held, Hears: !p.Held, p.Held || alone ? _sounds.Music : null))]);
    }

    private sealed record Ask(RoomCommand Command, Actor By, TaskCompletionSource<Refusal> Answer)
    {
        public ChannelWriter<RoomEvent>? Tells { get; init; }
    }

    private sealed record Leg(RoomCommand.Join Join, ChannelWriter<RoomEvent> Tells);
}

/// <summary>A seat taken: the leg's own view of the room.</summary>
/// <param name="Tells">What concerns this leg, in order; ends with its <see cref="RoomEvent.Left"/>.</param>
public sealed record Seated(Room Room, ParticipantId Who, ChannelReader<RoomEvent> Tells)
{
    /// <summary>Gives the seat back; harmless when it is gone already.</summary>
    public Task LeaveAsync(LeaveReason reason) => Room.AskAsync(new RoomCommand.Leave(Who, reason), Actor.System);
}
