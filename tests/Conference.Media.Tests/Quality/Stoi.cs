using System.Numerics;
using Conference.Media.Dsp;

namespace Conference.Media.Tests.Quality;

/// <summary>Short-time objective intelligibility (Taal, Hendriks, Heusdens, Jensen 2011): 1 is the clean sentence itself, and about 0.7 is where listening gets hard.</summary>
internal static class Stoi
{
    private const int Rate = 10000;
    private const int Window = 256;
    private const int Hop = Window / 2;
    private const int Size = 512;
    private const int Bands = 15;
    private const int Segment = 30; // frames: 384 ms
    private const double Range = 40; // dB below the loudest frame that still count
    private static readonly double s_clip = Math.Pow(10, 15 / 20.0);

    /// <summary>Compares two pieces of the same length in time, aligned to the sample.</summary>
    public static double Of(short[] clean, short[] degraded, int rate)
    {
        var length = Math.Min(clean.Length, degraded.Length);
        var (x, y) = Voiced(RateConverter.Convert(clean[..length], rate, Rate), RateConverter.Convert(degraded[..length], rate, Rate));
        var (cleanBands, degradedBands) = (InBands(x), InBands(y));
        double sum = 0;
        var count = 0;
        for (var end = Segment; end <= cleanBands.Length; end++)
        {
            for (var band = 0; band < Bands; band++, count++)
                sum += Likeness(Row(cleanBands, end, band), Row(degradedBands, end, band));
        }

        return sum / count;
    }

    private static double[] Row(double[][] bands, int end, int band)
    {
        var row = new double[Segment];
        for (var i = 0; i < Segment; i++)
            row[i] = bands[end - Segment + i][band];
        return row;
    }

    private static double Likeness(double[] clean, double[] degraded)
    {
        var scale = Math.Sqrt(clean.Sum(c => c * c) / (degraded.Sum(d => d * d) + 1e-20));
        for (var i = 0; i < Segment; i++)
            degraded[i] = Math.Min(degraded[i] * scale, clean[i] * (1 + s_clip));
        var (meanClean, meanDegraded) = (clean.Average(), degraded.Average());
        double product = 0, energy = 0, other = 0;
        for (var i = 0; i < Segment; i++)
        {
            var (a, b) = (clean[i] - meanClean, degraded[i] - meanDegraded);
            (product, energy, other) = (product + a * b, energy + a * a, other + b * b);
        }

        return product / (Math.Sqrt(energy * other) + 1e-20);
    }

    /// <summary>Both without the frames in which the clean one is silent.</summary>
    private static (double[] Clean, double[] Degraded) Voiced(short[] clean, short[] degraded)
    {
        var frames = (clean.Length - Window) / Hop + 1;
        var energies = Enumerable.Range(0, frames).Select(f => Energy(clean, f * Hop)).ToArray();
        var least = energies.Max() - Range;
        var kept = Enumerable.Range(0, frames).Where(f => energies[f] > least).ToArray();
        var (x, y) = (new double[kept.Length * Hop + Hop], new double[kept.Length * Hop + Hop]);
        for (var k = 0; k < kept.Length; k++)
        {
            for (var i = 0; i < Window; i++)
            {
                x[k * Hop + i] += clean[kept[k] * Hop + i] * Hann(i);
                y[k * Hop + i] += degraded[kept[k] * Hop + i] * Hann(i);
            }
        }

        return (x, y);
    }

    private static double Energy(short[] pcm, int at)
    {
        var sum = 1e-9;
        for (var i = 0; i < Window; i++)
            sum += Math.Pow(pcm[at + i] * Hann(i), 2);
        return 10 * Math.Log10(sum);
    }

    private static double Hann(int i) => 0.5 - 0.5 * Math.Cos(2 * Math.PI * (i + 1) / (Window + 1));

    /// <summary>Magnitudes in third octaves from 150 Hz up, for every frame.</summary>
    private static double[][] InBands(double[] pcm)
    {
        var frames = (pcm.Length - Window) / Hop + 1;
        var result = new double[frames][];
        var spectrum = new Complex[Size];
        for (var f = 0; f < frames; f++)
        {
            Array.Clear(spectrum);
            for (var i = 0; i < Window; i++)
                spectrum[i] = pcm[f * Hop + i] * Hann(i);
            Transform(spectrum);
            result[f] = [.. Enumerable.Range(0, Bands).Select(b => Magnitude(spectrum, b))];
        }

        return result;
    }

    private static double Magnitude(Complex[] spectrum, int band)
    {
        var centre = 150 * Math.Pow(2, band / 3.0);
        var from = (int)Math.Round(centre * Math.Pow(2, -1 / 6.0) * Size / Rate);
        var to = (int)Math.Round(centre * Math.Pow(2, 1 / 6.0) * Size / Rate);
        var sum = 0.0;
        for (var bin = from; bin < to; bin++)
            sum += spectrum[bin].Real * spectrum[bin].Real + spectrum[bin].Imaginary * spectrum[bin].Imaginary;
        return Math.Sqrt(sum);
    }

    /// <summary>A fast Fourier transform, in place.</summary>
    private static void Transform(Complex[] values)
    {
        for (int i = 1, j = 0; i < values.Length; i++)
        {
            var bit = values.Length >> 1;
            for (; (j & bit) != 0; bit >>= 1)
                j ^= bit;
            j ^= bit;
            if (i < j) (values[i], values[j]) = (values[j], values[i]);
        }

        for (var length = 2; length <= values.Length; length <<= 1)
        {
            var turn = Complex.FromPolarCoordinates(1, -2 * Math.PI / length);
            for (var start = 0; start < values.Length; start += length)
            {
                var factor = Complex.One;
                for (var k = 0; k < length / 2; k++, factor *= turn)
                {
                    var (even, odd) = (values[start + k], values[start + k + length / 2] * factor);
                    (values[start + k], values[start + k + length / 2]) = (even + odd, even - odd);
                }
            }
        }
    }
}
