using System.Collections.Immutable;

namespace Conference.Media.Sessions;

/// <summary>How far a worker has gone to keep its promises when there is more work than time. Each step keeps what the ones before it did.</summary>
public enum OverloadStep
{
    /// <summary>There is time for everything.</summary>
    None,

    /// <summary>New legs go elsewhere, or are refused.</summary>
    Closed,

    /// <summary>Opus is encoded with less effort: complexity 3.</summary>
    Simple,

    /// <summary>Complexity 1.</summary>
    Simpler,

    /// <summary>Complexity 0.</summary>
    Simplest,

    /// <summary>Whoever was not heard for 10 s is not decoded, talking is told twice a second, no video is passed on.</summary>
    Spare,

    /// <summary>The work takes longer than the time there is: ticks are left out.</summary>
    Skipping,
}

/// <param name="Step">What is done.</param>
/// <param name="Enter">Share of the time spent on work above which it is done.</param>
/// <param name="Leave">Share below which it must have been for <see cref="OverloadLadder.Calm"/> before it is done no more.</param>
/// <param name="Complexity">Effort of Opus on this step.</param>
public readonly record struct OverloadRung(OverloadStep Step, double Enter, double Leave, int Complexity);

/// <summary>What a worker gives up first, and what next, when its time runs out. No clock: it is fed once a tick.</summary>
public sealed class OverloadLadder
{
    /// <summary>How long it must have been calmer before a step is taken back.</summary>
    public static readonly TimeSpan Calm = TimeSpan.FromSeconds(5);

    /// <summary>The whole ladder.</summary>
    public static readonly ImmutableArray<OverloadRung> Rungs =
    [
        new(OverloadStep.None, 0, 0, 5),
        new(OverloadStep.Closed, 0.70, 0.60, 5),
        new(OverloadStep.Simple, 0.80, 0.70, 3),
        new(OverloadStep.Simpler, 0.84, 0.74, 1),
        new(OverloadStep.Simplest, 0.87, 0.77, 0),
        new(OverloadStep.Spare, 0.90, 0.80, 0),
        new(OverloadStep.Skipping, 1.00, 0.90, 0),
    ];

    private const double Weight = 0.04; // of the latest tick: about half a second counts
    private const double MostShare = 2; // one tick that a stopped machine made long must not count for many
    private const int FullTicks = 3; // in a row
    private static readonly int s_calmTicks = (int)(Calm.TotalMilliseconds / 20);

    private readonly int[] _calm = new int[Rungs.Length];
    private double _busy;
    private int _full;
    private int _step;

    /// <summary>Share of the time that work took lately; 1 is all of it.</summary>
    public double Busy => Volatile.Read(ref _busy);

    /// <summary>The step it stands on; read by any thread.</summary>
    public OverloadStep Step => (OverloadStep)Volatile.Read(ref _step);

    /// <summary>Effort of Opus at present.</summary>
    public int Complexity => Rungs[_step].Complexity;

    /// <summary>Takes one tick.</summary>
    /// <param name="share">Time its work took, as a share of the tick.</param>
    /// <returns>Whether <see cref="Step"/> changed.</returns>
    public bool Feed(double share)
    {
        share = Math.Clamp(share, 0, MostShare);
        Volatile.Write(ref _busy, _busy + Weight * (share - _busy));
        _full = share > 1 ? _full + 1 : 0;
        var next = Highest();
        if (next == _step) return false;
        Volatile.Write(ref _step, next);
        return true;
    }

    /// <summary>The highest step that must be taken, or has been and may not be taken back yet.</summary>
    private int Highest()
    {
        var highest = 0;
        for (var rung = 1; rung < Rungs.Length; rung++)
        {
            _calm[rung] = _busy < Rungs[rung].Leave ? _calm[rung] + 1 : 0;
            if (Enters(Rungs[rung]) || (rung <= _step && _calm[rung] < s_calmTicks)) highest = rung;
        }

        return highest;
    }

    private bool Enters(OverloadRung rung) => rung.Step == OverloadStep.Skipping ? _full >= FullTicks : _busy > rung.Enter;
}
