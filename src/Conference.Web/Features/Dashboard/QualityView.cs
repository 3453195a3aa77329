using Conference.Core;
using Conference.Web.Features.Shared;

namespace Conference.Web.Features.Dashboard;

/// <summary>How somebody sounds, as the page draws it: bars and a word, and the figures behind them.</summary>
/// <param name="Bars">1 to 4.</param>
/// <param name="Score">Mean opinion score, 1 to 4.5.</param>
/// <param name="Loss">Percent.</param>
/// <param name="Jitter">Milliseconds.</param>
/// <param name="Delay">Milliseconds.</param>
public sealed record QualityView(int Bars, double Score, double Loss, double Jitter, double Delay)
{
    public static QualityView Of(CallQuality quality) => new(
        QualityBars.Of(quality.Score), Math.Round(quality.Score, 1), Math.Round(quality.LossPercent, 1), Math.Round(quality.JitterMs), quality.DelayMs);
}
