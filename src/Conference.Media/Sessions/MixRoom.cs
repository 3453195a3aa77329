using System.Collections.Immutable;
using System.Threading.Channels;
using Conference.Media.Files;
using Conference.Media.Mixing;
using Conference.Media.Recording;

namespace Conference.Media.Sessions;

/// <summary>The handle of a room, for any thread.</summary>
internal sealed class MixRoom : IMixRoom, IMixerListener
{
    private const int UnreadChanges = 4096; // a reader that never reads must not cost memory

    private readonly MediaEngine _engine;
    private readonly Channel<TalkChange> _talk = Channel.CreateBounded<TalkChange>(
        new BoundedChannelOptions(UnreadChanges) { FullMode = BoundedChannelFullMode.DropOldest });

    private readonly Channel<Guid> _leads = Channel.CreateBounded<Guid>(
        new BoundedChannelOptions(UnreadChanges) { FullMode = BoundedChannelFullMode.DropOldest });

    private readonly Lock _gate = new(); // plans may come from several threads; the mixer never waits for it
    private Dictionary<Guid, Chair> _chairs = [];
    private ImmutableArray<ChairRelation> _relations = []; // those that stay go on
    private int _disposed;

    public MixRoom(MediaEngine engine, MixSlot slot)
    {
        _engine = engine;
        Mixer = new RoomMixer(slot, engine.Voices, this);
    }

    /// <summary>The room in the mixer's time.</summary>
    public RoomMixer Mixer { get; }

    public ChannelReader<TalkChange> Talk => _talk.Reader;

    public ChannelReader<Guid> Leads => _leads.Reader;

    public ImmutableArray<SeatLevel> Levels => Mixer.Levels;

    public void Use(MixPlan plan)
    {
        lock (_gate)
        {
            var seats = plan.Seats.Where(s => s.Session is MediaSession).Select(Ready).ToImmutableArray();
            ImmutableArray<Chair> chairs = [.. seats.Select(ChairFor)];
            _chairs = chairs.ToDictionary(c => c.Id);
            foreach (var chair in chairs)
                chair.Session.MoveTo(Mixer.Slot);
            _relations = [.. plan.Relations.Select(RelationFor).OfType<ChairRelation>()];
            Mixer.Use(new Seating(seats, chairs, _relations));
        }
    }

    public void Play(Sound sound)
    {
        var ready = sound.AtRate(RoomMixer.SoundRate);
        Mixer.Slot.Worker.Ask(() => Mixer.Play(ready));
    }

    public IRecordingTape Record(string path)
    {
        var tape = _engine.OpenTape(path, HighestRate(), Stop);
        Mixer.Slot.Worker.Ask(() => Mixer.Add(tape));
        return tape;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0) _engine.Close(this);
    }

    public void On(MixerEvent happened)
    {
        if (happened.Kind == MixerEventKind.Talk) _talk.Writer.TryWrite(new TalkChange(happened.Seat, happened.Flag));
        if (happened.Kind == MixerEventKind.Leads) _leads.Writer.TryWrite(happened.Seat);
        if (happened.Kind != MixerEventKind.Closed) return;
        _talk.Writer.TryComplete();
        _leads.Writer.TryComplete();
    }

    /// <summary>Whoever sits already keeps his chair, unless he comes back on another leg.</summary>
    private Chair ChairFor(Seat seat) =>
        _chairs.TryGetValue(seat.Id, out var known) && ReferenceEquals(known.Session, seat.Session) ? known : new Chair(seat, (MediaSession)seat.Session);

    private ChairRelation? RelationFor(Relation relation) =>
        _chairs.TryGetValue(relation.Speaker, out var speaker) && _chairs.TryGetValue(relation.Listener, out var listener) && speaker != listener
            ? _relations.FirstOrDefault(r => r.Speaker == speaker && r.Listener == listener && r.Kind == relation.Kind) ?? new ChairRelation(speaker, listener, relation.Kind)
            : null;

    private static Seat Ready(Seat seat) =>
        seat is { Music: { } music, Session: MediaSession session } ? seat with { Music = music.AtRate(session.Rate) } : seat;

    /// <summary>The rate of a recording is fixed at its start: as high as the best voice that is there.</summary>
    private int HighestRate()
    {
        lock (_gate) return _chairs.Values.Max(c => (int?)c.Session.Rate) ?? 0;
    }

    private void Stop(Tape tape) => Mixer.Slot.Worker.Ask(() =>
    {
        Mixer.Remove(tape);
        tape.End();
    });
}
