namespace Conference.Media.Dsp;

/// <summary>How loud G.722 is without decoding it: follows the scale factor of the lower half of the band alone (ITU-T G.722 §3.5).</summary>
/// <remarks>The factor is a logarithm of base 2 with 11 fractional bits; the quantiser step it stands for goes with the level. A thirtieth of the cost of decoding.</remarks>
public struct G722Level
{
    private const float Empty = -127;
    private const float Offset = -66.5f; // what a scale factor of 0 means, from speech

    private static readonly short[] s_moves = [-60, 3042, 1198, 538, 334, 172, 58, -30, 3042, 1198, 538, 334, 172, 58, -30, -60];

    private static readonly float[] s_powers = [.. Enumerable.Range(0, 289).Select(i => MathF.Pow(2, 2 * i / 32f))];

    private int _scale;

    /// <summary>Level of a payload in dBov, about; the next one is measured from where it ends.</summary>
    public float Measure(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty) return Empty;
        var (scale, sum) = (_scale, 0f);
        foreach (var code in payload)
        {
            scale = Math.Clamp(((scale * 127) >> 7) + s_moves[(code >> 2) & 15], 0, 18432);
            sum += s_powers[scale >> 6];
        }

        _scale = scale;
        return Math.Max(Empty, Offset + 10 * MathF.Log10(sum / payload.Length));
    }
}
