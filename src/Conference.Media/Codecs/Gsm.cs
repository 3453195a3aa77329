using System.Numerics;
using System.Runtime.CompilerServices;

namespace Conference.Media.Codecs;

/// <summary>The arithmetic and tables of GSM full rate (GSM 06.10 §4 and §5.1): saturating 16-bit fixed point.</summary>
internal static class Gsm
{
    /// <summary>Samples in a frame: 20 ms.</summary>
    public const int Frame = 160;

    /// <summary>Bytes of a frame (RFC 3551 §4.5.8).</summary>
    public const int Bytes = 33;

    /// <summary>Samples in each of the four subframes.</summary>
    public const int Part = 40;

    /// <summary>The longest lag of the long-term predictor, and as much of the past as it needs.</summary>
    public const int LongestLag = 120;

    /// <summary>Pulses in a subframe.</summary>
    public const int Pulses = 13;

    /// <summary>Gain of the long-term predictor by its two bits (table 4.3b).</summary>
    public static readonly short[] LongTermGain = [3277, 11469, 21299, 32767];

    public static int Saturate(int value) => Math.Clamp(value, short.MinValue, short.MaxValue);

    public static int Add(int a, int b) => Saturate(a + b);

    public static int Sub(int a, int b) => Saturate(a - b);

    /// <summary>Product of two fractions, rounded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int MultR(int a, int b) => Math.Min((a * b + 16384) >> 15, short.MaxValue);

    /// <summary>Product of two fractions, cut.</summary>
    public static int Mult(int a, int b) => Math.Min((a * b) >> 15, short.MaxValue);

    /// <summary>By how much a 32-bit value can be shifted to the left; not for 0.</summary>
    public static int Norm(int value) => BitOperations.LeadingZeroCount((uint)(value < 0 ? ~value : value)) - 1;

    /// <summary>Applies the sign of one number to another.</summary>
    public static int WithSign(int magnitude, int sign) => sign < 0 ? -magnitude : magnitude;
}
