using Conference.Media.Codecs;

namespace Conference.Media.Rtp;

/// <summary>What a codec costs by itself, and how well it bears losses (ITU-T G.113 Appendix I; Opus: our own values, set against listening measures).</summary>
/// <param name="Equipment">Ie: impairment without losses.</param>
/// <param name="Robustness">Bpl: how much loss it takes to matter.</param>
/// <param name="LookAhead">Milliseconds its encoder waits for.</param>
/// <param name="IsWide">Whether it carries more than telephone band: then the scale of G.107.1 counts.</param>
public readonly record struct CodecImpairment(double Equipment, double Robustness, double LookAhead, bool IsWide)
{
    /// <summary>The values for a format as we receive it, losses covered the way we cover them.</summary>
    public static CodecImpairment Of(VoiceFormat format) => format.Name.ToUpperInvariant() switch
    {
        "PCMA" or "PCMU" => new(0, 25.1, 0, false),
        "G722" => new(13, 20, 1.5, true),
        "OPUS" => new(2, 20, 6.5, true),
        "G729" => new(11, 19, 5, false),
        "GSM" => new(20, 10, 0, false),
        "G726-24" or "AAL2-G726-24" => new(25, 20, 0, false),
        "G726-40" or "AAL2-G726-40" => new(2, 20, 0, false),
        "G726-16" or "AAL2-G726-16" => new(50, 20, 0, false),
        "G726-32" or "AAL2-G726-32" => new(7, 20, 0, false),
        _ => new(0, 25.1, 0, format.Rate > 8000),
    };
}

/// <summary>How good a call sounds, from what the network did to it (ITU-T G.107, G.107.1).</summary>
public static class EModel
{
    private const double Narrow = 93.2;
    private const double Wide = 129;
    private const double WideToNarrow = 1.29;

    /// <summary>Mean opinion score, 1 to 4.5: 4 is good, 3 tires, 2 is hardly a conversation.</summary>
    /// <param name="codec">What is spoken.</param>
    /// <param name="loss">Percent of the packets that were not there when they were needed, 0 to 100.</param>
    /// <param name="burst">How much more losses come together than by chance: 1 for chance (BurstR).</param>
    /// <param name="mouthToEar">Milliseconds from mouth to ear.</param>
    public static double Score(in CodecImpairment codec, double loss, double burst, double mouthToEar) => Opinion(Rating(codec, loss, burst, mouthToEar));

    /// <summary>R on the scale of telephone band, where 93 is as good as it gets; parameters as above.</summary>
    public static double Rating(in CodecImpairment codec, double loss, double burst, double mouthToEar)
    {
        var equipment = codec.Equipment + (95 - codec.Equipment) * loss / (loss / Math.Max(1, burst) + codec.Robustness);
        var rating = (codec.IsWide ? Wide : Narrow) - Delay(mouthToEar) - equipment;
        return codec.IsWide ? rating / WideToNarrow : rating;
    }

    /// <summary>Idd: nothing up to 100 ms, then more and more.</summary>
    private static double Delay(double milliseconds)
    {
        if (milliseconds <= 100) return 0;
        var x = Math.Log2(milliseconds / 100);
        return 25 * (Math.Pow(1 + Math.Pow(x, 6), 1 / 6.0) - 3 * Math.Pow(1 + Math.Pow(x / 3, 6), 1 / 6.0) + 2);
    }

    /// <summary>The score that a rating means.</summary>
    public static double Opinion(double rating) => rating switch
    {
        <= 0 => 1,
        >= 100 => 4.5,
        _ => Math.Max(1, 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6),
    };
}
