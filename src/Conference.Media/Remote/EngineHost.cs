using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Conference.Media.Files;
using Conference.Media.Mixing;
using Conference.Media.Sessions;

namespace Conference.Media.Remote;

/// <summary>The media process' end of the line: does what the portal asks of an engine of its own.</summary>
/// <remarks>Messages are served one after the other on one thread; what takes its time (a file, a sound) is answered later.</remarks>
internal sealed class EngineHost : IDisposable
{
    private readonly Line<ToEngine, FromEngine> _line;
    private readonly Func<MediaOptions, IMediaEngine> _open;
    private ToEngine.OpenSession? _opening; // the engine asks for its addresses meanwhile
    private readonly Dictionary<long, Sound> _sounds = [];
    private readonly Dictionary<long, IMediaSession> _sessions = [];
    private readonly Dictionary<long, IMixRoom> _rooms = [];
    private readonly Dictionary<long, IFaxRelay> _faxes = [];
    private readonly ConcurrentDictionary<long, IRecordingTape> _tapes = new();
    private readonly ConcurrentDictionary<int, CancellationTokenSource> _playing = new();
    private IMediaEngine? _engine;

    /// <param name="open">Makes the engine, once its settings are known.</param>
    public EngineHost(Stream input, Stream output, Func<MediaOptions, IMediaEngine> open)
    {
        _open = open;
        _line = new Line<ToEngine, FromEngine>(input, MessageFormat.Default.ToEngine, output, MessageFormat.Default.FromEngine);
    }

    /// <summary>The build that both ends must be of: messages have no other version.</summary>
    public static Guid Build => typeof(EngineHost).Module.ModuleVersionId;

    /// <summary>Serves until the portal is gone, then ends recordings and legs.</summary>
    public async Task RunAsync()
    {
        _line.Start(Serve);
        await _line.Over;
        Dispose();
    }

    public void Dispose()
    {
        _line.Dispose();
        _engine?.Dispose();
        _engine = null;
    }

    private void Serve(ToEngine asked)
    {
        try
        {
            if (AnswerTo(asked) is { } answer) Reply(asked.Question, answer);
        }
        catch (Exception e) when (e is not OutOfMemoryException) // one message fails; the others are still served, and nobody waits for this one
        {
            Reply(asked.Question, new FromEngine.Done(false));
        }
    }

    private FromEngine? AnswerTo(ToEngine asked) => asked switch
    {
        ToEngine.Begin begin => BeginWith(begin),
        ToEngine.ReadHealth => new FromEngine.Health(_engine!.Health),
        ToEngine.Learn learn => Learn(learn),
        ToEngine.Forget forget => Nothing(_sounds.Remove(forget.Sound)),
        ToEngine.OpenSession open => Open(open),
        ToEngine.TakeOffer offer => TakeOffer(offer),
        ToEngine.MakeOffer offer => MakeOffer(_sessions[offer.Session], offer.Voice),
        ToEngine.Withdraw offer => Done(_sessions[offer.Session].Withdraw),
        ToEngine.OfferVideo offer => Done(_sessions[offer.Session].OfferVideo),
        ToEngine.AskForPicture ask => Done(_sessions[ask.Session].AskForPicture),
        ToEngine.OpenFax open => Open(open),
        ToEngine.OfferFax offer => new FromEngine.Mirrored(_faxes[offer.Fax].Offer(offer.Sdp, out var mirrored), mirrored),
        ToEngine.AcceptFax answer => new FromEngine.Mirrored(_faxes[answer.Fax].Accept(answer.Sdp, out var mirrored), mirrored),
        ToEngine.CloseFax close => Close(_faxes, close.Fax),
        ToEngine.TakeAnswer answer => StateOf(_sessions[answer.Session], _sessions[answer.Session].Accept(answer.Sdp), []),
        ToEngine.SendKey key => new FromEngine.Done(_sessions[key.Session].SendKey(key.Key)),
        ToEngine.SayKey key => Say(key),
        ToEngine.HearTones hear => Hear(hear),
        ToEngine.Play play => Play(play),
        ToEngine.StopPlaying stop => Stop(stop),
        ToEngine.Hold hold => Hold(hold),
        ToEngine.ReadStats stats => new FromEngine.Stats(_sessions[stats.Session].Stats),
        ToEngine.BelieveAlive believe => BelieveAlive(believe),
        ToEngine.CloseSession close => Close(_sessions, close.Session),
        ToEngine.OpenRoom open => Open(open),
        ToEngine.UsePlan plan => Use(plan),
        ToEngine.PlayToRoom play => Play(play),
        ToEngine.ReadLevels levels => new FromEngine.Levels(_rooms[levels.Room].Levels),
        ToEngine.CloseRoom close => Close(_rooms, close.Room),
        ToEngine.Record record => Begin(record),
        ToEngine.ReadTape read => StateOf(_tapes[read.Tape]),
        ToEngine.PauseTape pause => Pause(pause),
        ToEngine.StopTape stop => Stop(stop),
        _ => new FromEngine.Done(false),
    };

    private void Reply(int question, FromEngine answer)
    {
        if (question != 0) _line.Send(answer with { Question = question });
    }

    private FromEngine.Began BeginWith(ToEngine.Begin begin)
    {
        if (begin.Build != Build) return new FromEngine.Began(false);
        _engine = _open(begin.Options with { AdvertisedTo = peer => _opening?.Advertised ?? peer, CandidatesTo = peer => _opening?.Candidates ?? [peer] });
        _engine.LoadChanged += worker => _line.Send(new FromEngine.Load(worker));
        return new FromEngine.Began(true);
    }

    private FromEngine? Learn(ToEngine.Learn learn)
    {
        _sounds[learn.Sound] = new Sound(learn.Key, learn.Rate, MemoryMarshal.Cast<byte, short>(learn.Samples).ToArray());
        return null;
    }

    private FromEngine.Opened Open(ToEngine.OpenSession open)
    {
        _opening = open;
        var session = _engine!.OpenSession(open.SignallingPeer, open.Terms);
        if (session is null) return new FromEngine.Opened(0);
        _sessions[open.Session] = session;
        session.PictureWanted += () => _line.Send(new FromEngine.PictureWanted(open.Session));
        _ = PassKeysAsync(open.Session, session);
        _ = PassSilenceAsync(open.Session, session);
        return new FromEngine.Opened(session.Port);
    }

    private async Task PassKeysAsync(long id, IMediaSession session)
    {
        await foreach (var key in session.Digits.ReadAllAsync())
            _line.Send(new FromEngine.Digit(id, key));
    }

    private async Task PassSilenceAsync(long id, IMediaSession session)
    {
        await session.Silent;
        _line.Send(new FromEngine.Silent(id));
    }

    private FromEngine? BelieveAlive(ToEngine.BelieveAlive believe)
    {
        var session = _sessions[believe.Session];
        session.BelieveAlive();
        _ = PassSilenceAsync(believe.Session, session);
        return null;
    }

    private FromEngine.Agreed TakeOffer(ToEngine.TakeOffer offer)
    {
        var session = _sessions[offer.Session];
        return StateOf(session, session.Answer(offer.Sdp, out var answer), answer);
    }

    private static FromEngine.Agreed MakeOffer(IMediaSession session, bool voice) =>
        StateOf(session, MediaProblem.None, voice ? session.OfferVoice() : session.Offer());

    private static FromEngine? Done(Action what)
    {
        what();
        return null;
    }

    private FromEngine.Done Open(ToEngine.OpenFax open)
    {
        if (_engine!.OpenFax(_sessions[open.From], _sessions[open.To]) is not { } fax) return new FromEngine.Done(false);
        _faxes[open.Fax] = fax;
        _ = PassSilenceAsync(open.Fax, fax);
        return new FromEngine.Done(true);
    }

    private async Task PassSilenceAsync(long id, IFaxRelay fax)
    {
        await fax.Silent;
        _line.Send(new FromEngine.FaxSilent(id));
    }

    private static FromEngine.Agreed StateOf(IMediaSession session, MediaProblem problem, byte[] sdp) => new(problem, sdp, session.Codec, session.IsHeld);

    private FromEngine? Say(ToEngine.SayKey key)
    {
        _sessions[key.Session].SayKey(key.Key);
        return null;
    }

    private FromEngine? Hear(ToEngine.HearTones hear)
    {
        _sessions[hear.Session].HearTones(hear.Always);
        return null;
    }

    private FromEngine? Play(ToEngine.Play play)
    {
        var stop = _playing[play.Question] = new CancellationTokenSource();
        _ = PlayAsync(_sessions[play.Session], [.. play.Sounds.Select(s => _sounds[s])], play.Question, stop);
        return null; // answered when it ends
    }

    private async Task PlayAsync(IMediaSession session, Sound[] sounds, int question, CancellationTokenSource stop)
    {
        var toTheEnd = await session.PlayAsync(sounds, stop.Token);
        _playing.TryRemove(question, out _);
        Reply(question, new FromEngine.Done(toTheEnd));
        stop.Dispose();
    }

    private FromEngine? Stop(ToEngine.StopPlaying stop)
    {
        if (_playing.TryRemove(stop.Playing, out var playing)) playing.Cancel();
        return null;
    }

    private FromEngine? Hold(ToEngine.Hold hold)
    {
        _sessions[hold.Session].Hold(SoundOf(hold.Music));
        return null;
    }

    private FromEngine? Open(ToEngine.OpenRoom open)
    {
        var room = _rooms[open.Room] = _engine!.OpenRoom();
        _ = PassTalkAsync(open.Room, room);
        _ = PassLeadersAsync(open.Room, room);
        return null;
    }

    private async Task PassTalkAsync(long id, IMixRoom room)
    {
        await foreach (var change in room.Talk.ReadAllAsync())
            _line.Send(new FromEngine.Talk(id, change.Seat, change.Talking));
    }

    private async Task PassLeadersAsync(long id, IMixRoom room)
    {
        await foreach (var seat in room.Leads.ReadAllAsync())
            _line.Send(new FromEngine.Leads(id, seat));
    }

    /// <summary>Seats of legs that are no more are left out.</summary>
    private FromEngine? Use(ToEngine.UsePlan plan)
    {
        var seats = plan.Seats.Where(s => _sessions.ContainsKey(s.Session)).Select(SeatOf).ToImmutableArray();
        _rooms[plan.Room].Use(new MixPlan(seats) { Relations = plan.Relations });
        return null;
    }

    private Seat SeatOf(PlannedSeat seat) => new(seat.Id, _sessions[seat.Session], seat.Speaks, seat.Hears, SoundOf(seat.Music))
    {
        SpeakingVolume = seat.SpeakingVolume,
        HearingVolume = seat.HearingVolume,
        AutoGain = seat.AutoGain,
        NoiseGate = seat.NoiseGate,
        IsFavoured = seat.IsFavoured,
    };

    private FromEngine? Play(ToEngine.PlayToRoom play)
    {
        _rooms[play.Room].Play(_sounds[play.Sound]);
        return null;
    }

    private FromEngine.TapeState Begin(ToEngine.Record record)
    {
        try
        {
            return StateOf(_tapes[record.Tape] = _rooms[record.Room].Record(record.Path));
        }
        catch (IOException e)
        {
            return new FromEngine.TapeState(TimeSpan.Zero, true, e.Message);
        }
    }

    private static FromEngine.TapeState StateOf(IRecordingTape tape) => new(tape.Length, tape.IsInTrouble, "");

    private FromEngine? Pause(ToEngine.PauseTape pause)
    {
        if (!_tapes.TryGetValue(pause.Tape, out var tape)) return null;
        if (pause.IsPaused) tape.Pause();
        else tape.Resume();
        return null;
    }

    private FromEngine? Stop(ToEngine.StopTape stop)
    {
        if (!_tapes.TryRemove(stop.Tape, out var tape)) return new FromEngine.Done(false);
        _ = StopAsync(tape, stop.Question);
        return null;
    }

    private async Task StopAsync(IRecordingTape tape, int question) =>
        Reply(question, new FromEngine.TapeState(await tape.StopAsync(), tape.IsInTrouble, ""));

    private static FromEngine? Close<T>(Dictionary<long, T> open, long id)
        where T : IDisposable
    {
        if (open.Remove(id, out var closed)) closed.Dispose();
        return null;
    }

    private Sound? SoundOf(long? id) => id is { } known ? _sounds[known] : null;

    private static FromEngine? Nothing(bool _) => null;
}
