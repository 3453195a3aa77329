using static Conference.Media.Codecs.Gsm;

namespace Conference.Media.Codecs;

/// <summary>Linear prediction of 20 ms: autocorrelation, Schur recursion, log area ratios and their codes (GSM 06.10 §5.2.4 to §5.2.7).</summary>
internal static class GsmPrediction
{
    /// <summary>Finds the codes of a frame.</summary>
    /// <param name="samples">Loud ones lose their lowest bits, as the recommendation has it.</param>
    public static void AreaRatios(Span<short> samples, ref GsmFrame.Ratios codes)
    {
        Span<int> correlations = stackalloc int[9];
        Span<int> reflections = stackalloc int[8];
        Correlate(samples, correlations);
        Reflect(correlations, reflections);
        for (var i = 0; i < 8; i++)
            codes[i] = Code(i, ToRatio(reflections[i]));
    }

    private static void Correlate(Span<short> samples, Span<int> correlations)
    {
        var peak = 0;
        foreach (var sample in samples)
            peak = Math.Max(peak, Math.Min(Math.Abs((int)sample), short.MaxValue));
        var scale = peak == 0 ? 0 : 4 - Norm(peak << 16);
        if (scale > 0) ScaleDown(samples, 16384 >> (scale - 1));
        for (var lag = 0; lag < 9; lag++)
        {
            var sum = 0;
            for (var i = lag; i < Frame; i++)
                sum += samples[i] * samples[i - lag];
            correlations[lag] = sum << 1;
        }

        if (scale <= 0) return;
        for (var i = 0; i < Frame; i++)
            samples[i] = (short)(samples[i] << scale);
    }

    private static void ScaleDown(Span<short> samples, int factor)
    {
        for (var i = 0; i < samples.Length; i++)
            samples[i] = (short)MultR(samples[i], factor);
    }

    /// <summary>The Schur recursion; a filter that would not be stable ends it with zeros.</summary>
    private static void Reflect(ReadOnlySpan<int> correlations, Span<int> reflections)
    {
        reflections.Clear();
        if (correlations[0] == 0) return;
        Span<int> forward = stackalloc int[9];
        Span<int> backward = stackalloc int[9];
        var room = Norm(correlations[0]);
        for (var i = 0; i < 9; i++)
            forward[i] = backward[i] = (correlations[i] << room) >> 16;
        for (var n = 0; n < 8; n++)
        {
            var magnitude = Math.Min(Math.Abs(forward[1]), short.MaxValue);
            if (forward[0] < magnitude) return;
            var reflection = WithSign(Divide(magnitude, forward[0]), -forward[1]);
            reflections[n] = reflection;
            Step(forward, backward, 7 - n, reflection);
        }
    }

    private static void Step(Span<int> forward, Span<int> backward, int count, int reflection)
    {
        forward[0] = Add(forward[0], MultR(forward[1], reflection));
        for (var m = 1; m <= count; m++)
        {
            var next = forward[m + 1];
            forward[m] = Add(next, MultR(backward[m], reflection));
            backward[m] = Add(backward[m], MultR(next, reflection));
        }
    }

    private static int Divide(int numerator, int denominator) =>
        numerator == 0 ? 0 : Math.Min((numerator << 15) / denominator, short.MaxValue);

    private static int ToRatio(int reflection)
    {
        var magnitude = Math.Abs(reflection);
        return WithSign(magnitude < 22118 ? magnitude >> 1 : magnitude < 31130 ? magnitude - 11059 : (magnitude - 26112) << 2, reflection);
    }

    private static int Code(int index, int ratio)
    {
        var (slope, offset, least, largest, _) = GsmShortTerm.Ratio[index];
        var code = Add(Add(Mult(slope, ratio), offset), 256) >> 9;
        return Math.Clamp(code, least, largest) - least;
    }
}
