using System.Collections.Immutable;
using System.Threading.Channels;
using Conference.Media.Codecs;
using Conference.Media.Files;
using Conference.Media.Mixing;

namespace Conference.Media.Sessions;

/// <summary>The handle of a room, for any thread.</summary>
internal sealed class MixRoom : IMixRoom, IMixerListener
{
    private const int UnreadChanges = 4096; // a reader that never reads must not cost memory

    private readonly MediaEngine _engine;
    private readonly Channel<TalkChange> _talk = Channel.CreateBounded<TalkChange>(
        new BoundedChannelOptions(UnreadChanges) { FullMode = BoundedChannelFullMode.DropOldest });

    private int _disposed;

    public MixRoom(MediaEngine engine, EventRing events)
    {
        _engine = engine;
        Mixer = new RoomMixer(events, this);
    }

    /// <summary>The room in the mixer's time.</summary>
    public RoomMixer Mixer { get; }

    public ChannelReader<TalkChange> Talk => _talk.Reader;

    public ImmutableArray<SeatLevel> Levels => Mixer.Levels;

    public void Use(MixPlan plan) => Mixer.Use(new MixPlan(
        [.. plan.Seats.Select(s => s.Music is null ? s : s with { Music = s.Music.AtRate(G711.Rate) })]));

    public void Play(Sound sound)
    {
        var ready = sound.AtRate(G711.Rate);
        _engine.Ask(() => Mixer.Play(ready));
    }

    public IRecordingTape Record(string path)
    {
        var tape = _engine.OpenTape(path, Stop);
        _engine.Ask(() => Mixer.Add(tape));
        return tape;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0) _engine.Close(this);
    }

    public void On(MixerEvent happened)
    {
        if (happened.Kind == MixerEventKind.Talk) _talk.Writer.TryWrite(new TalkChange(happened.Seat, happened.Flag));
        if (happened.Kind == MixerEventKind.Closed) _talk.Writer.TryComplete();
    }

    private void Stop(Tape tape) => _engine.Ask(() =>
    {
        Mixer.Remove(tape);
        tape.End();
    });
}
