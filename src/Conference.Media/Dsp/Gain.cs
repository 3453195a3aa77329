using System.Runtime.Intrinsics;

namespace Conference.Media.Dsp;

/// <summary>Volume in steps of 3 dB from -30 to +18, as factors with 12 fractional bits, rounded and saturated. 0 dB changes nothing.</summary>
public static class Gain
{
    /// <summary>The factor of 0 dB.</summary>
    public const int Unity = 1 << 12;

    public const int Least = -30;
    public const int Most = 18;
    public const int Step = 3;

    private const int Half = Unity / 2;

    private static readonly int[] s_factors = [.. Enumerable.Range(0, (Most - Least) / Step + 1).Select(i => (int)Math.Round(Unity * Math.Pow(10, (Least + i * Step) / 20.0)))];

    /// <summary>The factor of the nearest step.</summary>
    public static int Of(int decibels) => s_factors[(Math.Clamp(decibels, Least, Most) - Least + Step / 2) / Step];

    /// <summary>Applies a factor, in place.</summary>
    public static void Apply(Span<short> pcm, int factor)
    {
        if (factor == Unity) return;
        var i = 0;
        for (; i + 16 <= pcm.Length; i += 16)
        {
            var (low, high) = Vector256.Widen(Vector256.Create(pcm.Slice(i, 16)));
            Vector256.NarrowWithSaturation(Scaled(low, factor), Scaled(high, factor)).CopyTo(pcm[i..]);
        }

        for (; i < pcm.Length; i++)
            pcm[i] = Saturate((pcm[i] * factor + Half) >> 12);
    }

    /// <summary>Applies a factor to a sum, in place; exact up to 24 bits.</summary>
    public static void Apply(Span<int> sum, int factor)
    {
        if (factor == Unity) return;
        var scale = factor / (float)Unity;
        var i = 0;
        for (; i + 8 <= sum.Length; i += 8)
            Vector256.ConvertToInt32(Vector256.Round(Vector256.ConvertToSingle(Vector256.Create(sum.Slice(i, 8))) * scale)).CopyTo(sum[i..]);
        for (; i < sum.Length; i++)
            sum[i] = (int)MathF.Round(sum[i] * scale);
    }

    /// <summary>Glides from one factor to another over the frame, in place: a change of volume does not click.</summary>
    public static void Glide(Span<short> pcm, float from, float to)
    {
        var step = (to - from) / pcm.Length;
        for (var i = 0; i < pcm.Length; i++)
            pcm[i] = Saturate((int)MathF.Round(pcm[i] * (from + step * (i + 1))));
    }

    private static Vector256<int> Scaled(Vector256<int> samples, int factor) => (samples * factor + Vector256.Create(Half)) >> 12;

    private static short Saturate(int value) => (short)Math.Clamp(value, short.MinValue, short.MaxValue);
}
