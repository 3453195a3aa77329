using System.Collections.Concurrent;

namespace Conference.Media.Dsp;

/// <summary>How sharply a resampler cuts.</summary>
public enum Sharpness
{
    /// <summary>32 taps a phase: -0.2 dB at 0.81 of the lower Nyquist frequency, -60 dB from 1.07 of it on; 2 ms of delay at 8 kHz.</summary>
    Light = 32,

    /// <summary>48 taps a phase: -0.2 dB at 0.88 of the lower Nyquist frequency, -60 dB from 1.05 of it on; 3 ms of delay at 8 kHz.</summary>
    Normal = 48,
}

/// <summary>The phases of a low-pass filter between two rates of which one divides the other: windowed sinc, Kaiser window with beta 8.</summary>
internal sealed class ResamplerFilter
{
    private const double Beta = 8;

    private static readonly ConcurrentDictionary<(int Ratio, bool IsUp, Sharpness Sharpness), ResamplerFilter> s_made = new();

    private ResamplerFilter(int ratio, bool isUp, Sharpness sharpness)
    {
        Ratio = ratio;
        Taps = (int)sharpness;
        Phases = new float[ratio][];
        for (var phase = 0; phase < ratio; phase++)
            Phases[phase] = Phase(isUp ? -phase : phase, sharpness == Sharpness.Normal ? 0.95 : 0.92);
        Normalise(isUp);
    }

    /// <summary>How many samples of the higher rate one of the lower lasts.</summary>
    public int Ratio { get; }

    /// <summary>Taps of each phase.</summary>
    public int Taps { get; }

    /// <summary>One filter for every sample of the higher rate within one of the lower.</summary>
    public float[][] Phases { get; }

    /// <summary>Filters are made once and shared by all streams.</summary>
    public static ResamplerFilter Between(int from, int to, Sharpness sharpness)
    {
        var ratio = Math.Max(from, to) / Math.Min(from, to);
        if (ratio * Math.Min(from, to) != Math.Max(from, to)) throw new ArgumentException($"{from} Hz does not go into {to} Hz.");
        return s_made.GetOrAdd((ratio, to > from, sharpness), key => new(key.Ratio, key.IsUp, key.Sharpness));
    }

    /// <remarks>
    /// Upwards the output lies between its inputs, downwards the inputs around their output. Either way the stream comes out
    /// exactly <see cref="Taps"/>/2 samples of the lower rate late.
    /// </remarks>
    private float[] Phase(int phase, double cutoff)
    {
        var taps = new float[Taps];
        var half = Taps / 2;
        for (var i = 0; i < Taps; i++)
        {
            var distance = i - half + 1 + (double)phase / Ratio;
            taps[i] = (float)(Sinc(distance * cutoff) * Kaiser(distance / half));
        }

        return taps;
    }

    /// <summary>Unity at 0 Hz: every phase for itself upwards, all of them together downwards.</summary>
    private void Normalise(bool isUp)
    {
        var all = Phases.Sum(p => p.Sum(t => (double)t));
        foreach (var taps in Phases)
        {
            var sum = isUp ? taps.Sum(t => (double)t) : all;
            for (var i = 0; i < taps.Length; i++)
                taps[i] = (float)(taps[i] / sum);
        }
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
}
