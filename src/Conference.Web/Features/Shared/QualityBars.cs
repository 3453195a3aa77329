namespace Conference.Web.Features.Shared;

/// <summary>How a call sounds, as bars from 1 to 4.</summary>
public static class QualityBars
{
    /// <summary>4 for good, 3 for fair, 2 for poor, 1 for bad (ITU-T G.107 Annex B).</summary>
    /// <param name="score">Mean opinion score.</param>
    public static int Of(double score) => score switch
    {
        >= 4.0 => 4,
        >= 3.6 => 3,
        >= 2.6 => 2,
        _ => 1,
    };
}
