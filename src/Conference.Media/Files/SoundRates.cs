using System.Runtime.CompilerServices;
using Conference.Media.Dsp;

namespace Conference.Media.Files;

/// <summary>Sounds at the rate that is needed.</summary>
public static class SoundRates
{
    private static readonly ConditionalWeakTable<Sound, Sound> s_converted = [];

    /// <summary>The sound at another rate; converted once for each sound, so that it may be asked for at every play.</summary>
    public static Sound AtRate(this Sound sound, int rate)
    {
        if (sound.Rate == rate) return sound;
        if (s_converted.TryGetValue(sound, out var known) && known.Rate == rate) return known;
        var converted = new Sound(sound.Key, rate, RateConverter.Convert(sound.Samples.Span, sound.Rate, rate));
        s_converted.AddOrUpdate(sound, converted);
        return converted;
    }
}
