using Conference.Media.Sessions;

namespace Conference.Core.Rooms;

/// <summary>What the counters of a leg mean for people.</summary>
internal static class LegQuality
{
    /// <summary>At this moment, over about ten seconds; <see langword="null"/> before anything was heard.</summary>
    public static CallQuality? Now(LegStats leg) => leg.Score < 1 ? null : Of(leg, leg.Score, leg.LossPercent);

    /// <summary>Over the whole call; <see langword="null"/> when nothing was heard.</summary>
    public static CallQuality? Whole(LegStats leg)
    {
        var expected = leg.Received + leg.Lost;
        return leg.MeanScore < 1 || expected <= 0 ? null : Of(leg, leg.MeanScore, Math.Min(100, 100.0 * (leg.Lost + leg.Late) / expected));
    }

    private static CallQuality Of(LegStats leg, double score, double loss) => new(
        Math.Round(score, 2), Math.Round(leg.WorstScore, 2), Math.Round(loss, 2), Math.Round(leg.JitterMs, 1), Math.Round(leg.RoundTripMs / 2 + leg.BufferMs));
}
