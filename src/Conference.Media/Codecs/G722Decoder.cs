namespace Conference.Media.Codecs;

/// <summary>G.722 at 64 kbit/s: 7 kHz audio, two samples at 16 kHz for every byte (ITU-T G.722 §4 and §6).</summary>
/// <remarks>
/// Each byte holds 6 bits of the lower half of the band and 2 of the upper, both ADPCM with their own predictor;
/// a quadrature mirror filter joins the halves. One decoder per stream: what came before matters. Names follow the recommendation.
/// </remarks>
public sealed class G722Decoder : IVoiceDecoder
{
    /// <summary>Samples per second.</summary>
    public const int Rate = 16000;

    internal static readonly short[] LowQuantiser4 =
        [0, -20456, -12896, -8968, -6288, -4240, -2584, -1200, 20456, 12896, 8968, 6288, 4240, 2584, 1200, 0];

    internal static readonly short[] HighQuantiser = [-7408, -1616, 7408, 1616];

    /// <summary>How the scale factor of the lower half moves, by the four coarse bits (WL and RL42).</summary>
    internal static readonly short[] LowScale = [-60, 3042, 1198, 538, 334, 172, 58, -30, 3042, 1198, 538, 334, 172, 58, -30, -60];

    internal static readonly short[] HighScale = [798, -214, 798, -214];

    private const int Block = 160; // bytes taken at a time: 20 ms

    private static readonly short[] s_lowQuantiser6 =
    [
        -136, -136, -136, -136, -24808, -21904, -19008, -16704, -14984, -13512, -12280, -11192, -10232, -9360, -8576, -7856,
        -7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576, -3168, -2776, -2400, -2032, -1688, -1360, -1040, -728,
        24808, 21904, 19008, 16704, 14984, 13512, 12280, 11192, 10232, 9360, 8576, 7856, 7192, 6576, 6000, 5456,
        4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032, 1688, 1360, 1040, 728, 432, 136, -432, -136,
    ];

    private G722Band _low = G722Band.Low;
    private G722Band _high = G722Band.High;
    private G722Mirror.Memory _sums;
    private G722Mirror.Memory _differences;

    public VoiceFormat Format => VoiceFormats.G722;

    /// <summary>Decodes a stream, or its next piece.</summary>
    /// <param name="payload">Any number of bytes.</param>
    /// <param name="pcm">Two samples for each of them.</param>
    public int Decode(ReadOnlySpan<byte> payload, Span<short> pcm)
    {
        if (pcm.Length < 2 * payload.Length) return 0;
        for (var i = 0; i < payload.Length; i += Block)
            DecodeBlock(payload.Slice(i, Math.Min(Block, payload.Length - i)), pcm[(2 * i)..]);
        return 2 * payload.Length;
    }

    public int Measure(ReadOnlySpan<byte> payload) => 2 * payload.Length;

    public bool Conceal(ReadOnlySpan<byte> next, Span<short> pcm) => false;

    public void Reset()
    {
        (_low, _high) = (G722Band.Low, G722Band.High);
        (_sums, _differences) = (default, default);
    }

    public void Dispose()
    {
    }

    private void DecodeBlock(ReadOnlySpan<byte> codes, Span<short> pcm)
    {
        const int before = G722Mirror.Taps - 1;
        Span<int> sums = stackalloc int[before + Block];
        Span<int> differences = stackalloc int[before + Block];
        ((ReadOnlySpan<int>)_sums).CopyTo(sums);
        ((ReadOnlySpan<int>)_differences).CopyTo(differences);
        for (var i = 0; i < codes.Length; i++)
        {
            var (low, high) = (DecodeLow(codes[i] & 0x3F), DecodeHigh(codes[i] >> 6));
            (sums[before + i], differences[before + i]) = (low + high, low - high);
        }

        Join(sums, differences, pcm[..(2 * codes.Length)]);
        sums.Slice(codes.Length, before).CopyTo(_sums);
        differences.Slice(codes.Length, before).CopyTo(_differences);
    }

    private int DecodeLow(int code)
    {
        var sample = Math.Clamp(_low.Estimate + ((_low.Step * s_lowQuantiser6[code]) >> 15), -16384, 16383);
        var coarse = code >> 2; // the predictor follows the four bits that every mode of G.722 has
        var difference = (_low.Step * LowQuantiser4[coarse]) >> 15;
        _low.Scale(LowScale[coarse]);
        _low.Adapt(difference);
        return sample;
    }

    private int DecodeHigh(int code)
    {
        var difference = (_high.Step * HighQuantiser[code]) >> 15;
        var sample = Math.Clamp(_high.Estimate + difference, -16384, 16383);
        _high.Scale(HighScale[code]);
        _high.Adapt(difference);
        return sample;
    }

    /// <summary>The receive quadrature mirror filter (§4.4).</summary>
    private static void Join(ReadOnlySpan<int> sums, ReadOnlySpan<int> differences, Span<short> pcm)
    {
        var half = pcm.Length / 2;
        Span<int> first = stackalloc int[Block];
        Span<int> second = stackalloc int[Block];
        G722Mirror.Falling(differences, first[..half]);
        G722Mirror.Rising(sums, second[..half]);
        for (var i = 0; i < half; i++)
            (pcm[2 * i], pcm[2 * i + 1]) = (Saturate(first[i] >> 11), Saturate(second[i] >> 11));
    }

    private static short Saturate(int value) => (short)Math.Clamp(value, short.MinValue, short.MaxValue);
}
