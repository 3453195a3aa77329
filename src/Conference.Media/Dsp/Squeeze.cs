namespace Conference.Media.Dsp;

/// <summary>Makes audio a little shorter without changing its pitch: one period is laid over the next.</summary>
public static class Squeeze
{
    private const float Alike = 0.9f;
    private const int QuietPeak = 300; // about -40 dBov: anything goes unnoticed

    /// <summary>Takes out one period of 2.5 to 10 ms, where two are alike or nobody would hear it.</summary>
    /// <param name="audio">At least 20 ms to be of any use; shortened in place.</param>
    /// <param name="rate">Samples per second.</param>
    /// <returns>Samples left: all of them when nothing could be taken out.</returns>
    public static int Shorten(Span<short> audio, int rate)
    {
        var shortest = rate / 400;
        var period = FindPeriod(audio, rate, shortest, Math.Min(rate / 100, audio.Length / 2));
        if (period < shortest) return audio.Length;
        for (var i = 0; i < period; i++)
            audio[i] = (short)(audio[i] + (audio[i + period] - audio[i]) * i / period);
        audio[(2 * period)..].CopyTo(audio[period..]);
        return audio.Length - period;
    }

    private static int FindPeriod(ReadOnlySpan<short> audio, int rate, int shortest, int longest)
    {
        var step = rate / 8000; // as fine as the ear needs, as cheap at every rate
        var (best, likeness) = (0, Alike);
        for (var lag = shortest; lag <= longest; lag += step)
        {
            var like = Likeness(audio[..lag], audio.Slice(lag, lag), step);
            if (like > likeness) (best, likeness) = (lag, like);
        }

        return best == 0 && Peak(audio) < QuietPeak ? longest : best;
    }

    /// <summary>Normalised correlation, -1 to 1; 0 when either is silent.</summary>
    private static float Likeness(ReadOnlySpan<short> one, ReadOnlySpan<short> other, int step)
    {
        float product = 0, energy = 0, otherEnergy = 0;
        for (var i = 0; i < one.Length; i += step)
        {
            product += one[i] * (float)other[i];
            energy += one[i] * (float)one[i];
            otherEnergy += other[i] * (float)other[i];
        }

        return energy == 0 || otherEnergy == 0 ? 0 : product / MathF.Sqrt(energy * otherEnergy);
    }

    private static int Peak(ReadOnlySpan<short> audio)
    {
        var peak = 0;
        foreach (var sample in audio)
            peak = Math.Max(peak, Math.Abs((int)sample));
        return peak;
    }
}
