using System.Collections.Immutable;
using System.Threading.Channels;
using Conference.Media.Files;
using Conference.Media.Mixing;

namespace Conference.Media.Remote;

/// <summary>A room of the media process, made again when that is started again: it outlives the process, its legs do not.</summary>
internal sealed class RemoteRoom : IMixRoom
{
    private const int UnreadChanges = 4096;

    private readonly Channel<TalkChange> _talk = Channel.CreateBounded<TalkChange>(new BoundedChannelOptions(UnreadChanges) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly Channel<Guid> _leads = Channel.CreateBounded<Guid>(new BoundedChannelOptions(UnreadChanges) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly Lock _gate = new(); // plans, and processes that come and go
    private readonly HashSet<Guid> _talking = [];
    private readonly long _id;
    private readonly TimeProvider _time;
    private readonly Action<RemoteRoom> _closed;
    private readonly Fresh<Box> _levels;
    private MixPlan _plan = MixPlan.Empty;
    private EngineLink? _link;
    private bool _isClosed;

    public RemoteRoom(long id, TimeProvider time, Action<RemoteRoom> closed)
    {
        (_id, _time, _closed) = (id, time, closed);
        _levels = new Fresh<Box>(new Box([]), ReadLevels, time);
    }

    public long Id => _id;

    public ChannelReader<TalkChange> Talk => _talk.Reader;

    public ChannelReader<Guid> Leads => _leads.Reader;

    public ImmutableArray<SeatLevel> Levels => _levels.Now.Seats;

    /// <summary>Makes the room in a process that has just begun.</summary>
    public void Attach(EngineLink link)
    {
        lock (_gate)
        {
            if (_isClosed || ReferenceEquals(_link, link)) return;
            _link = link;
            link.Send(new ToEngine.OpenRoom(_id));
            Tell();
        }
    }

    /// <summary>The process is gone, and nobody speaks any more.</summary>
    public void Detach()
    {
        lock (_gate)
        {
            _link = null;
            foreach (var seat in _talking)
                _talk.Writer.TryWrite(new TalkChange(seat, false));
            _talking.Clear();
            _leads.Writer.TryWrite(Guid.Empty);
        }
    }

    public void Use(MixPlan plan)
    {
        lock (_gate)
        {
            _plan = plan;
            Tell();
        }
    }

    public void Play(Sound sound)
    {
        lock (_gate) _link?.Send(new ToEngine.PlayToRoom(_id, _link.IdOf(sound)));
        GC.KeepAlive(sound);
    }

    public IRecordingTape Record(string path)
    {
        EngineLink? link;
        lock (_gate) link = _link;
        return RemoteTape.Begin(link ?? throw new IOException("The media process is being started again."), _id, path, _time);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_isClosed) return;
            _isClosed = true;
            _link?.Send(new ToEngine.CloseRoom(_id));
        }

        _talk.Writer.TryComplete();
        _leads.Writer.TryComplete();
        _closed(this);
    }

    public void On(FromEngine.Talk change)
    {
        lock (_gate)
        {
            if (change.Talking ? _talking.Add(change.Seat) : _talking.Remove(change.Seat))
                _talk.Writer.TryWrite(new TalkChange(change.Seat, change.Talking));
        }
    }

    public void On(FromEngine.Leads change) => _leads.Writer.TryWrite(change.Seat);

    private void Tell()
    {
        if (_link is not { } link) return;
        var seats = _plan.Seats.Where(s => s.Session is RemoteSession session && session.Link == link).Select(s => PlannedFor(s, link));
        link.Send(new ToEngine.UsePlan(_id, [.. seats], _plan.Relations));
    }

    private static PlannedSeat PlannedFor(Seat seat, EngineLink link) =>
        new(seat.Id, ((RemoteSession)seat.Session).Id, seat.Speaks, seat.Hears, seat.Music is null ? null : link.IdOf(seat.Music))
        {
            SpeakingVolume = seat.SpeakingVolume,
            HearingVolume = seat.HearingVolume,
            AutoGain = seat.AutoGain,
            NoiseGate = seat.NoiseGate,
            IsFavoured = seat.IsFavoured,
        };

    private Box? ReadLevels()
    {
        EngineLink? link;
        lock (_gate) link = _link;
        return new Box(link?.Ask<FromEngine.Levels>(new ToEngine.ReadLevels(_id))?.Seats ?? []);
    }

    private sealed record Box(ImmutableArray<SeatLevel> Seats);
}
