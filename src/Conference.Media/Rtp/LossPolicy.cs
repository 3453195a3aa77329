namespace Conference.Media.Rtp;

/// <summary>Whether packets to a peer carry copies of the ones before, from what it says it misses (RFC 6716 §2.1.7): more than 2 % begins it, five calm seconds end it.</summary>
public sealed class LossPolicy
{
    private const double Bad = 2; // percent
    private const double Margin = 1.5; // losses come together: more copies than the mean asks for
    private const int Most = 30;
    private const int CalmTicks = 5 * 50;

    private long _badTick;

    /// <summary>Percent that the encoder is to expect; 0 for no copies.</summary>
    public int Expected { get; private set; }

    /// <summary>Takes what a report says.</summary>
    /// <param name="percent">Of our packets, missed since the report before.</param>
    /// <param name="tick">When, in ticks of 20 ms.</param>
    public void Report(double percent, long tick)
    {
        if (percent > Bad) (Expected, _badTick) = (Math.Min(Most, (int)Math.Ceiling(percent * Margin)), tick);
        else if (tick - _badTick >= CalmTicks) Expected = 0;
    }
}
