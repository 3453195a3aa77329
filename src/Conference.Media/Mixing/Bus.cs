using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Conference.Media.Mixing;

/// <summary>Arithmetic on 20 ms of audio: exact sums in 32 bits, clipping waits until the very end.</summary>
public static class Bus
{
    /// <summary>Samples in a tick at 8 000 Hz.</summary>
    public const int Frame = 160;

    /// <summary>Adds a voice. 65 536 of them at full scale still fit.</summary>
    public static void Add(Span<int> sum, ReadOnlySpan<short> voice)
    {
        var i = 0;
        for (; i + 16 <= voice.Length; i += 16)
        {
            var (low, high) = Vector256.Widen(Vector256.Create(voice.Slice(i, 16)));
            (Vector256.Create(sum.Slice(i, 8)) + low).CopyTo(sum[i..]);
            (Vector256.Create(sum.Slice(i + 8, 8)) + high).CopyTo(sum[(i + 8)..]);
        }

        for (; i < voice.Length; i++)
            sum[i] += voice[i];
    }

    /// <summary>Adds another sum: what was resampled from the bus of another rate.</summary>
    public static void Add(Span<int> sum, ReadOnlySpan<int> other)
    {
        var i = 0;
        for (; i + 8 <= other.Length; i += 8)
            (Vector256.Create(sum.Slice(i, 8)) + Vector256.Create(other.Slice(i, 8))).CopyTo(sum[i..]);
        for (; i < other.Length; i++)
            sum[i] += other[i];
    }

    /// <summary>What one participant hears: the sum of everyone, without their own voice. Exact, because both are.</summary>
    public static void Hear(ReadOnlySpan<int> sum, ReadOnlySpan<short> own, Span<int> heard)
    {
        var i = 0;
        for (; i + 16 <= own.Length; i += 16)
        {
            var (low, high) = Vector256.Widen(Vector256.Create(own.Slice(i, 16)));
            (Vector256.Create(sum.Slice(i, 8)) - low).CopyTo(heard[i..]);
            (Vector256.Create(sum.Slice(i + 8, 8)) - high).CopyTo(heard[(i + 8)..]);
        }

        for (; i < own.Length; i++)
            heard[i] = sum[i] - own[i];
    }

    /// <summary>The largest magnitude.</summary>
    public static int Peak(ReadOnlySpan<int> sum)
    {
        var peaks = Vector256<int>.Zero;
        var i = 0;
        for (; i + 8 <= sum.Length; i += 8)
            peaks = Vector256.Max(peaks, Vector256.Abs(Vector256.Create(sum.Slice(i, 8))));
        var peak = 0;
        for (var lane = 0; lane < 8; lane++)
            peak = Math.Max(peak, peaks[lane]);
        for (; i < sum.Length; i++)
            peak = Math.Max(peak, Math.Abs(sum[i]));
        return peak;
    }

    /// <summary>The largest magnitude.</summary>
    public static int Peak(ReadOnlySpan<short> voice)
    {
        var (high, low) = (Vector256<short>.Zero, Vector256<short>.Zero);
        var i = 0;
        for (; i + 16 <= voice.Length; i += 16)
        {
            var samples = Vector256.Create(voice.Slice(i, 16));
            (high, low) = (Vector256.Max(high, samples), Vector256.Min(low, samples));
        }

        var peak = 0;
        for (var lane = 0; lane < 16; lane++)
            peak = Math.Max(peak, Math.Max(high[lane], -low[lane]));
        for (; i < voice.Length; i++)
            peak = Math.Max(peak, Math.Abs((int)voice[i]));
        return peak;
    }

    /// <summary>To 16 bits, saturating.</summary>
    public static void Clip(ReadOnlySpan<int> sum, Span<short> pcm)
    {
        var i = 0;
        for (; i + 16 <= sum.Length; i += 16)
            Vector256.NarrowWithSaturation(Vector256.Create(sum.Slice(i, 8)), Vector256.Create(sum.Slice(i + 8, 8))).CopyTo(pcm[i..]);
        for (; i < sum.Length; i++)
            pcm[i] = (short)Math.Clamp(sum[i], short.MinValue, short.MaxValue);
    }

    /// <summary>Mean square of a frame.</summary>
    public static double Power(ReadOnlySpan<short> voice)
    {
        var sums = Vector256<long>.Zero;
        var i = 0;
        for (; i + 16 <= voice.Length; i += 16)
        {
            var (low, high) = Vector256.Widen(Squares(Vector256.Create(voice.Slice(i, 16))));
            sums += (low + high).AsInt64();
        }

        var sum = Vector256.Sum(sums);
        for (; i < voice.Length; i++)
            sum += voice[i] * voice[i];
        return voice.IsEmpty ? 0 : (double)sum / voice.Length;
    }

    /// <summary>Level in dBov: 0 is a full-scale square wave, -127 the floor.</summary>
    public static float Decibels(double power) =>
        power < 1e-3 ? -127 : (float)Math.Max(-127, 10 * Math.Log10(power / (1 << 30)));

    /// <summary>Squares, two by two added; two of full scale need all 32 bits.</summary>
    private static Vector256<uint> Squares(Vector256<short> samples)
    {
        if (Avx2.IsSupported) return Avx2.MultiplyAddAdjacent(samples, samples).AsUInt32();
        var (low, high) = Vector256.Widen(samples);
        return (low * low).AsUInt32() + (high * high).AsUInt32();
    }
}
