using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Conference.Media.Codecs;

/// <summary>The 24-tap quadrature mirror filter of G.722, half of its taps at a time (ITU-T G.722 §3.1, §4.4).</summary>
internal static class G722Mirror
{
    /// <summary>Taps of each half.</summary>
    public const int Taps = 12;

    private static readonly int[] s_rising = [3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11];
    private static readonly int[] s_falling = [-11, 53, -156, 362, -805, 3876, 951, -210, 32, 12, -11, 3];

    /// <summary>What a half has heard before: the last eleven values.</summary>
    [InlineArray(Taps - 1)]
    public struct Memory
    {
        private int _first;
    }

    /// <summary>Filters with the coefficients in their order: the earlier sample of each pair.</summary>
    /// <param name="line">Eleven values of before, then one for every result.</param>
    public static void Rising(ReadOnlySpan<int> line, Span<int> result) => Filter(line, s_rising, result);

    /// <summary>Filters with the coefficients reversed: the later sample of each pair.</summary>
    /// <param name="line">Eleven values of before, then one for every result.</param>
    public static void Falling(ReadOnlySpan<int> line, Span<int> result) => Filter(line, s_falling, result);

    private static void Filter(ReadOnlySpan<int> line, ReadOnlySpan<int> taps, Span<int> result)
    {
        var i = 0;
        for (; i + 8 <= result.Length; i += 8)
        {
            var sum = Vector256<int>.Zero;
            for (var tap = 0; tap < Taps; tap++)
                sum += Vector256.Create(line[(i + tap)..]) * taps[tap];
            sum.CopyTo(result[i..]);
        }

        for (; i < result.Length; i++)
        {
            result[i] = 0;
            for (var tap = 0; tap < Taps; tap++)
                result[i] += line[i + tap] * taps[tap];
        }
    }
}
