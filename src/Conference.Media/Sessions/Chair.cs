using System.Runtime.CompilerServices;
using Conference.Media.Dsp;
using Conference.Media.Mixing;

namespace Conference.Media.Sessions;

/// <summary>A seat with what the mixer knows about it: how loud it is, whether it speaks, what is done to its voice.</summary>
internal sealed class Chair(Seat seat, MediaSession session)
{
    private const int LevelFrames = 5; // 100 ms

    private Powers _powers;
    private Volume _speaking;
    private Volume _hearing;
    private Fade _gate;
    private NoiseGate? _noiseGate;
    private AutoGain? _autoGain;
    private DcBlock? _dcBlock;
    private int _frame;
    private double _power; // over the last 100 ms
    private ListenerClass? _sharedFor;
    private LegVoice? _chainFor;
    private bool _toldTalking;
    private long _toldAt = long.MinValue / 2;

    public Seat Seat { get; private set; } = seat;

    public Guid Id => Seat.Id;

    public Leg Leg { get; } = session.Leg;

    public MediaSession Session => session;

    /// <summary>The seating it belongs to; another one means that its seat is lost.</summary>
    public Seating Seating { get; private set; } = Seating.Empty;

    public Looped Music { get; } = new();

    public TalkDetector Talk { get; } = new();

    /// <summary>What the listeners like it are sent; <see langword="null"/> until it is one.</summary>
    public SharedVoice? Shared { get; private set; }

    /// <summary>What the selection remembers of it while chairs are moved.</summary>
    public Contender Contender { get; set; }

    /// <summary>What <see cref="Leader"/> remembers of it while chairs are moved.</summary>
    public Presence Presence { get; set; }

    /// <summary>Whether somebody hears it otherwise than the room: it then whispers, or he is deaf to it.</summary>
    public bool IsWhisperer { get; set; }

    /// <summary>Whether it hears somebody otherwise than the room does.</summary>
    public bool HasRelations { get; set; }

    /// <summary>Whether its leg is served here, agreed on, and allowed to be heard.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Whether its voice is in the mix of this tick.</summary>
    public bool Contributes { get; private set; }

    /// <summary>Whether its voice goes to those it whispers to.</summary>
    public bool Whispers { get; private set; }

    /// <summary>Whether it has lost its seat and fades out.</summary>
    public bool IsLeaving { get; set; }

    /// <summary>Whether it hears something of its own in this tick.</summary>
    public bool IsPrivate { get; set; }

    /// <summary>dBov of this tick.</summary>
    public float FrameLevel { get; private set; } = -127;

    /// <summary>Mean square of this tick; 0 while it may not be heard.</summary>
    public double FramePower { get; private set; }

    /// <summary>dBov over the last 100 ms; read by any thread.</summary>
    public float Level => Bus.Decibels(Volatile.Read(ref _power));

    /// <summary>Whether <see cref="Shared"/> is still what its leg understands.</summary>
    public bool HasShared => ReferenceEquals(_sharedFor, Leg.Class) && Shared is not null;

    /// <summary>Takes what a new plan says about it; for the mixer.</summary>
    public void Sit(Seat seat, Seating seating)
    {
        (Seat, Seating) = (seat, seating);
        (_speaking.Decibels, _hearing.Decibels) = (seat.SpeakingVolume, seat.HearingVolume);
        (IsWhisperer, HasRelations) = (false, false);
        Music.Use(seat.Music);
    }

    public void Share(SharedVoice shared) => (Shared, _sharedFor) = (shared, Leg.Class);

    /// <summary>Looks at the voice of this tick: is it allowed, how loud is it, is it speech.</summary>
    /// <param name="isHere">Whether the leg is served by this slot and understands us.</param>
    public void Listen(bool isHere)
    {
        IsOpen = isHere && Seat.Speaks && Leg.MaySpeak && !IsLeaving;
        if (IsOpen && Leg.HasVoice && !Leg.IsLazy) Shape();
        Measure(IsOpen ? LevelOf() : 0);
        if (Seat.Speaks && !IsLeaving) Talk.Feed(FrameLevel, Leg.IsPressing);
        else Talk.Reset();
    }

    /// <summary>Whether its talking, or its silence, is to be told now; then it counts as told.</summary>
    /// <param name="tick">Number of the tick.</param>
    /// <param name="apart">Ticks between two such events at least, unless it may not be heard any more.</param>
    public bool HasNews(long tick, int apart)
    {
        if (Talk.IsTalking == _toldTalking) return false;
        if (tick - _toldAt < apart && Seat.Speaks && !IsLeaving) return false;
        (_toldTalking, _toldAt) = (Talk.IsTalking, tick);
        return true;
    }

    /// <summary>Whether recordings have it talking.</summary>
    public bool NotedTalking { get; set; }

    /// <summary>Lets its voice into the mix, or out of it, without a click.</summary>
    /// <param name="isHeard">Whether it was chosen.</param>
    public void Pass(bool isHeard, bool isHere)
    {
        var passes = isHere && _gate.Apply(IsOpen && isHeard, Leg.Voice) && Leg.HasVoice && !Leg.IsLazy;
        Contributes = passes && !IsWhisperer;
        Whispers = passes && IsWhisperer;
    }

    /// <summary>Turns what it hears up or down.</summary>
    /// <returns>Whether anything was done: then it is no longer what all others hear.</returns>
    public bool HearsAtOwnVolume => !_hearing.IsNeutral;

    public void Hear(Span<int> heard)
    {
        if (!_hearing.IsNeutral) _hearing.Apply(heard);
    }

    private double LevelOf()
    {
        if (!Leg.IsLazy) return Leg.HasVoice ? Bus.Power(Leg.Voice) : 0;
        return float.IsNaN(Leg.KnownLevel) ? 0 : Math.Pow(10, Leg.KnownLevel / 10) * (1 << 30);
    }

    /// <summary>What is done to a voice before anybody hears it; where nothing is to be done, nothing changes.</summary>
    private void Shape()
    {
        var speech = Leg.Speech!;
        if (!ReferenceEquals(speech, _chainFor)) Equip(speech);
        var pcm = Leg.Voice;
        _dcBlock!.Apply(pcm);
        if (Seat.NoiseGate) _noiseGate!.Apply(pcm, Bus.Decibels(Bus.Power(pcm)), Talk.Floor);
        if (Seat.AutoGain) _autoGain!.Apply(pcm, Bus.Power(pcm), Talk.Floor, Talk.IsSpeech);
        if (!_speaking.IsNeutral) _speaking.Apply(pcm);
    }

    private void Equip(LegVoice speech)
    {
        if (_chainFor?.Format.Rate != speech.Format.Rate)
            (_dcBlock, _noiseGate, _autoGain) = (new DcBlock(speech.Format.Rate), new NoiseGate(speech.Format.Rate), new AutoGain());
        _chainFor = speech;
    }

    private void Measure(double power)
    {
        _powers[_frame++ % LevelFrames] = power;
        (FramePower, FrameLevel) = (power, Bus.Decibels(power));
        double sum = 0;
        foreach (var one in _powers)
            sum += one;
        Volatile.Write(ref _power, sum / LevelFrames);
    }

    [InlineArray(LevelFrames)]
    private struct Powers
    {
        private double _first;
    }
}
