using Conference.Media.Mixing;

namespace Conference.Media.Sessions;

/// <summary>A seat with what the mixer knows about it.</summary>
internal sealed class Chair(Seat seat, MediaSession session)
{
    private const int LevelFrames = 5; // 100 ms

    private readonly double[] _powers = new double[LevelFrames];
    private int _frame;
    private float _level = -127;
    private LegVoice? _sharedFor;

    public Fade Gate;

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

    /// <summary>Whether its voice is in the mix of this tick.</summary>
    public bool Contributes { get; set; }

    /// <summary>Whether it has lost its seat and fades out.</summary>
    public bool IsLeaving { get; set; }

    /// <summary>Whether it hears something of its own in this tick.</summary>
    public bool IsPrivate { get; set; }

    /// <summary>dBov of this tick.</summary>
    public float FrameLevel { get; private set; }

    /// <summary>dBov over the last 100 ms; read by any thread.</summary>
    public float Level => Volatile.Read(ref _level);

    /// <summary>Takes what a new plan says about it; for the mixer.</summary>
    public void Sit(Seat seat, Seating seating)
    {
        (Seat, Seating) = (seat, seating);
        Music.Use(seat.Music);
    }

    /// <summary>Whether <see cref="Shared"/> is still what its leg understands.</summary>
    public bool HasShared => ReferenceEquals(_sharedFor, Leg.Speech) && Shared is not null;

    public void Share(SharedVoice shared) => (Shared, _sharedFor) = (shared, Leg.Speech);

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
