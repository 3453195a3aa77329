namespace Conference.Media.Codecs;

/// <summary>G.722 at 64 kbit/s: two samples at 16 kHz into every byte (ITU-T G.722 §3 and §5). Names follow the recommendation.</summary>
public sealed class G722Encoder : IVoiceEncoder
{
    private const int Block = 160; // bytes made at a time: 20 ms
    private const int HighDecision = 564;

    /// <summary>Decision levels of the 60-level quantiser (Q6).</summary>
    private static readonly short[] s_decisions =
    [
        35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714,
        786, 858, 940, 1023, 1121, 1219, 1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919,
    ];

    private static readonly byte[] s_levels = LevelsByRatio();

    private G722Band _low = G722Band.Low;
    private G722Band _high = G722Band.High;
    private G722Mirror.Memory _firsts;
    private G722Mirror.Memory _seconds;

    public VoiceFormat Format => VoiceFormats.G722;

    public int Encode(ReadOnlySpan<short> pcm, Span<byte> payload)
    {
        var length = pcm.Length / 2;
        if (payload.Length < length) return 0;
        for (var i = 0; i < length; i += Block)
            EncodeBlock(pcm.Slice(2 * i, 2 * Math.Min(Block, length - i)), payload[i..]);
        return length;
    }

    public bool Follow(IVoiceEncoder other)
    {
        if (other is not G722Encoder leader) return false;
        (_low, _high, _firsts, _seconds) = (leader._low, leader._high, leader._firsts, leader._seconds);
        return true;
    }

    public void Reset()
    {
        (_low, _high) = (G722Band.Low, G722Band.High);
        (_firsts, _seconds) = (default, default);
    }

    public void Dispose()
    {
    }

    private void EncodeBlock(ReadOnlySpan<short> pcm, Span<byte> codes)
    {
        const int before = G722Mirror.Taps - 1;
        var half = pcm.Length / 2;
        Span<int> firsts = stackalloc int[before + Block];
        Span<int> seconds = stackalloc int[before + Block];
        ((ReadOnlySpan<int>)_firsts).CopyTo(firsts);
        ((ReadOnlySpan<int>)_seconds).CopyTo(seconds);
        for (var i = 0; i < half; i++)
            (firsts[before + i], seconds[before + i]) = (pcm[2 * i], pcm[2 * i + 1]);

        Split(firsts, seconds, codes[..half]);
        firsts.Slice(half, before).CopyTo(_firsts);
        seconds.Slice(half, before).CopyTo(_seconds);
    }

    /// <summary>The transmit quadrature mirror filter (§3.1), and each half into its bits.</summary>
    private void Split(ReadOnlySpan<int> firsts, ReadOnlySpan<int> seconds, Span<byte> codes)
    {
        Span<int> odd = stackalloc int[Block];
        Span<int> even = stackalloc int[Block];
        G722Mirror.Rising(firsts, odd[..codes.Length]);
        G722Mirror.Falling(seconds, even[..codes.Length]);
        for (var i = 0; i < codes.Length; i++)
            codes[i] = (byte)(EncodeLow((even[i] + odd[i]) >> 14) | EncodeHigh((even[i] - odd[i]) >> 14) << 6);
    }

    private int EncodeLow(int sample)
    {
        var error = Saturate(sample - _low.Estimate);
        var level = Level(error < 0 ? ~error : error);
        var code = error >= 0 ? 61 - level : level < 2 ? 63 - level : 33 - level;
        var difference = (_low.Step * G722Decoder.LowQuantiser4[code >> 2]) >> 15;
        _low.Scale(G722Decoder.LowScale[code >> 2]);
        _low.Adapt(difference);
        return code;
    }

    private int EncodeHigh(int sample)
    {
        var error = Saturate(sample - _high.Estimate);
        var isOuter = (error < 0 ? ~error : error) >= (HighDecision * _high.Step) >> 12;
        var code = (error < 0 ? 0 : 2) + (isOuter ? 0 : 1);
        var difference = (_high.Step * G722Decoder.HighQuantiser[code]) >> 15;
        _high.Scale(G722Decoder.HighScale[code]);
        _high.Adapt(difference);
        return code;
    }

    /// <summary>In which of the 30 cells a magnitude lies: the last decision level that, scaled by the step, does not exceed it. One division finds it.</summary>
    private int Level(int magnitude) => s_levels[Math.Min((((magnitude + 1) << 12) - 1) / _low.Step, s_levels.Length - 1)];

    private static byte[] LevelsByRatio()
    {
        var levels = new byte[s_decisions[^1] + 1];
        for (var ratio = 0; ratio < levels.Length; ratio++)
            levels[ratio] = (byte)s_decisions.Count(d => d <= ratio);
        return levels;
    }

    private static int Saturate(int value) => Math.Clamp(value, short.MinValue, short.MaxValue);
}
