namespace Conference.Media.Dsp;

/// <summary>Changes the sample rate of whole recordings, from any rate to any other: polyphase FIR, 48 taps a phase, Kaiser window with beta 8.</summary>
/// <remarks>The cutoff is 0.95 of the lower Nyquist frequency: from 16 to 8 kHz -0.2 dB at 3.5 kHz, below -60 dB from 4.2 kHz on.</remarks>
public static class RateConverter
{
    private const int HalfTaps = 24;
    private const double Beta = 8;
    private const double Cutoff = 0.95;

    /// <summary>Converts samples; the result starts at the same moment and has the same length in time.</summary>
    public static short[] Convert(ReadOnlySpan<short> samples, int from, int to)
    {
        if (from == to) return samples.ToArray();
        var divisor = Gcd(from, to);
        var (up, down) = (to / divisor, from / divisor);
        var phases = new float[up][];
        var result = new short[(int)((long)samples.Length * up / down)];
        for (var n = 0; n < result.Length; n++)
        {
            var at = (long)n * down;
            var taps = phases[at % up] ??= Phase((double)(at % up) / up, Math.Min(1, (double)to / from));
            result[n] = Round(Dot(samples, (int)(at / up) - taps.Length / 2 + 1, taps));
        }

        return result;
    }

    /// <summary>The filter for output samples that lie <paramref name="fraction"/> behind an input sample.</summary>
    private static float[] Phase(double fraction, double ratio)
    {
        var half = (int)Math.Ceiling(HalfTaps / ratio);
        var taps = new float[2 * half];
        double sum = 0;
        for (var i = 0; i < taps.Length; i++)
        {
            var distance = i - half + 1 - fraction;
            var tap = Sinc(distance * ratio * Cutoff) * Kaiser(distance / half);
            taps[i] = (float)tap;
            sum += tap;
        }

        for (var i = 0; i < taps.Length; i++)
            taps[i] = (float)(taps[i] / sum); // exactly unity at 0 Hz in every phase
        return taps;
    }

    private static float Dot(ReadOnlySpan<short> samples, int start, ReadOnlySpan<float> taps)
    {
        var sum = 0f;
        var first = Math.Max(0, -start);
        var last = Math.Min(taps.Length, samples.Length - start);
        for (var i = first; i < last; i++)
            sum += samples[start + i] * taps[i];
        return sum;
    }

    private static double Sinc(double x) => Math.Abs(x) < 1e-9 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);

    private static double Kaiser(double x) => Math.Abs(x) >= 1 ? 0 : Bessel(Beta * Math.Sqrt(1 - x * x)) / Bessel(Beta);

    private static double Bessel(double x)
    {
        double sum = 1, term = 1;
        for (var k = 1; term > 1e-12 * sum; k++)
        {
            term *= x * x / (4.0 * k * k);
            sum += term;
        }

        return sum;
    }

    private static short Round(float value) => (short)Math.Clamp(MathF.Round(value), short.MinValue, short.MaxValue);

    private static int Gcd(int a, int b) => b == 0 ? a : Gcd(b, a % b);
}
