using System.Collections.Immutable;
using Conference.Media.Codecs;
using Conference.Media.Files;
using Conference.Media.Mixing;

namespace Conference.Media.Sessions;

/// <summary>One room in the mixer's time: who is heard by whom, 20 ms at a go. Owned by the mixer thread.</summary>
internal sealed class RoomMixer(EventRing events, IMixerListener owner)
{
    private readonly int[] _sum = new int[Bus.Frame];
    private readonly int[] _heard = new int[Bus.Frame];
    private readonly short[] _shared = new short[Bus.Frame];
    private readonly byte[][] _codes = [new byte[Bus.Frame], new byte[Bus.Frame]]; // by law
    private readonly bool[] _isEncoded = new bool[2];
    private readonly Limiter _limiter = new();
    private readonly List<Player> _sounds = [];
    private readonly List<Tape> _tapes = [];
    private MixPlan _seated = MixPlan.Empty;
    private MixPlan _plan = MixPlan.Empty;
    private ImmutableArray<Chair> _chairs = [];
    private int _voices;
    private bool _someoneLeaves;
    private bool _isSharedReady;

    /// <summary>Who should sit here; swapped by any thread, seated at the next tick.</summary>
    public void Use(MixPlan plan) => Volatile.Write(ref _plan, plan);

    /// <summary>A moment's levels, for any thread.</summary>
    public ImmutableArray<SeatLevel> Levels
    {
        get
        {
            var chairs = ImmutableInterlocked.InterlockedCompareExchange(ref _chairs, default, default);
            return [.. chairs.Where(c => !c.IsLeaving).Select(c => new SeatLevel(c.Id, c.Level))];
        }
    }

    public void Play(Sound sound)
    {
        var player = new Player();
        player.Add(new Playback([sound]));
        _sounds.Add(player);
    }

    public void Add(Tape tape) => _tapes.Add(tape);

    public void Remove(Tape tape) => _tapes.Remove(tape);

    /// <summary>The room is no more: recordings end, and whoever waits for talk changes is told.</summary>
    public void Close()
    {
        foreach (var tape in _tapes)
            tape.End();
        _tapes.Clear();
        events.Add(new MixerEvent(MixerEventKind.Closed, owner));
    }

    /// <summary>Mixes one tick; the legs have received.</summary>
    public void Tick(long tick)
    {
        Seat();
        Array.Clear(_sum);
        _voices = 0;
        (_isSharedReady, _isEncoded[0], _isEncoded[1]) = (false, false, false);
        foreach (var chair in _chairs)
            Listen(chair);
        PlaySounds();
        foreach (var chair in _chairs)
            Serve(chair, tick);
        foreach (var tape in _tapes)
            tape.Write(tick, Shared());
    }

    private void Seat()
    {
        var plan = Volatile.Read(ref _plan);
        if (!ReferenceEquals(plan, _seated) || _someoneLeaves) Seat(plan);
    }

    /// <summary>Seats a new plan. Whoever lost his seat fades out during one more tick.</summary>
    private void Seat(MixPlan plan)
    {
        var before = _chairs;
        var seats = plan.Seats.Where(s => s.Session is MediaSession).ToImmutableArray();
        var staying = seats.Select(seat => (before.FirstOrDefault(c => c.Id == seat.Id && !c.IsLeaving) ?? new Chair(seat)).Use(seat)).ToList();
        foreach (var chair in before.Where(c => !c.IsLeaving && !staying.Contains(c)))
        {
            StopTalking(chair);
            chair.IsLeaving = true;
            staying.Add(chair);
        }

        _seated = plan;
        _someoneLeaves = staying.Any(c => c.IsLeaving);
        ImmutableInterlocked.InterlockedExchange(ref _chairs, [.. staying]);
    }

    private void Listen(Chair chair)
    {
        var leg = chair.Leg;
        var isOpen = chair.Seat.Speaks && leg.MaySpeak && !chair.IsLeaving;
        chair.Contributes = chair.Gate.Apply(isOpen, leg.Voice) && leg.HasVoice;
        if (chair.Contributes) Bus.Add(_sum, leg.Voice);
        if (chair.Contributes) _voices++;
        if (!chair.Seat.Speaks || chair.IsLeaving) StopTalking(chair);
        chair.Measure(chair.Contributes && isOpen);
        if (chair.Seat.Speaks && !chair.IsLeaving && chair.Talk.Feed(chair.FrameLevel)) Tell(chair);
    }

    private void StopTalking(Chair chair)
    {
        var was = chair.Talk.IsTalking;
        chair.Talk.Reset();
        if (was) Tell(chair);
    }

    private void Tell(Chair chair) =>
        events.Add(new MixerEvent(MixerEventKind.Talk, owner, Seat: chair.Id, Flag: chair.Talk.IsTalking));

    private void PlaySounds()
    {
        for (var i = _sounds.Count - 1; i >= 0; i--)
        {
            _sounds[i].Mix(_sum, out _, out _);
            _voices++;
            if (!_sounds[i].IsPlaying) _sounds.RemoveAt(i);
        }
    }

    private void Serve(Chair chair, long tick)
    {
        if (chair.IsLeaving) return; // another room, or none, serves it now
        var leg = chair.Leg;
        var hasExtras = leg.Player.IsPlaying || chair.Music.Sound is not null;
        if (chair.Seat.Hears && !chair.Contributes && !hasExtras)
            leg.SendShared(tick, SharedCodes(leg.Law));
        else
            leg.SendPrivate(tick, HeardBy(chair), VoicesFor(chair), chair.Music, _limiter);
    }

    private ReadOnlySpan<int> HeardBy(Chair chair)
    {
        if (!chair.Seat.Hears) Array.Clear(_heard);
        else if (chair.Contributes) Bus.Hear(_sum, chair.Leg.Voice, _heard);
        else return _sum;
        return _heard;
    }

    private int VoicesFor(Chair chair) => !chair.Seat.Hears ? 0 : chair.Contributes ? _voices - 1 : _voices;

    /// <summary>The mix as everybody hears it who does not speak, made at most once a tick.</summary>
    private ReadOnlySpan<short> Shared()
    {
        if (!_isSharedReady) _limiter.Apply(_sum, _voices, _shared);
        _isSharedReady = true;
        return _shared;
    }

    private ReadOnlySpan<byte> SharedCodes(Law law)
    {
        var codes = _codes[(int)law];
        if (!_isEncoded[(int)law]) G711.Encode(law, Shared(), codes);
        _isEncoded[(int)law] = true;
        return codes;
    }

    /// <summary>A seat with what the mixer knows about it.</summary>
    private sealed class Chair(Seat seat)
    {
        private const int LevelFrames = 5; // 100 ms

        private readonly double[] _powers = new double[LevelFrames];
        private int _frame;
        private float _level = -127;

        public Seat Seat { get; private set; } = seat;

        public Guid Id => Seat.Id;

        public Leg Leg { get; private set; } = ((MediaSession)seat.Session).Leg;

        public Looped Music { get; } = new();

        public TalkDetector Talk { get; } = new();

        public Fade Gate;

        public bool Contributes { get; set; }

        public bool IsLeaving { get; set; }

        /// <summary>dBov of this tick.</summary>
        public float FrameLevel { get; private set; }

        /// <summary>dBov over the last 100 ms; read by any thread.</summary>
        public float Level => Volatile.Read(ref _level);

        public Chair Use(Seat seat)
        {
            Seat = seat;
            Leg = ((MediaSession)seat.Session).Leg;
            Music.Use(seat.Music);
            return this;
        }

        public void Measure(bool isHeard)
        {
            var power = isHeard ? Bus.Power(Leg.Voice) : 0;
            _powers[_frame++ % LevelFrames] = power;
            FrameLevel = Bus.Decibels(power);
            double sum = 0;
            foreach (var one in _powers)
                sum += one;
            Volatile.Write(ref _level, Bus.Decibels(sum / LevelFrames));
        }
    }
}
