using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Conference.Media.Dsp;

namespace Conference.Media.Files;

/// <summary>Sounds at the rate that is needed.</summary>
public static class SoundRates
{
    private static readonly ConditionalWeakTable<Sound, ConcurrentDictionary<int, Sound>> s_converted = [];

    /// <summary>The sound at another rate; converted once for each sound and rate, so that it may be asked for at every play.</summary>
    public static Sound AtRate(this Sound sound, int rate) =>
        sound.Rate == rate ? sound : s_converted.GetOrCreateValue(sound).GetOrAdd(rate, static (r, s) => Convert(s, r), sound);

    private static Sound Convert(Sound sound, int rate) =>
        new(sound.Key, rate, RateConverter.Convert(sound.Samples.Span, sound.Rate, rate));
}
