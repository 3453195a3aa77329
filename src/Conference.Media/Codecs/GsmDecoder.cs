using static Conference.Media.Codecs.Gsm;

namespace Conference.Media.Codecs;

/// <summary>GSM full rate to samples: 33 bytes to 20 ms (GSM 06.10 §5.3, RFC 3551 §4.5.8).</summary>
public sealed class GsmDecoder : IVoiceDecoder
{
    private const int DeEmphasis = 28180;

    private readonly short[] _excitation = new short[LongestLag + Frame];
    private GsmFrame _frame;
    private GsmShortTerm _shortTerm;
    private int _lag = Part;
    private int _emphasis;

    public VoiceFormat Format => VoiceFormats.Gsm;

    public int Decode(ReadOnlySpan<byte> payload, Span<short> pcm)
    {
        var frames = payload.Length / Bytes;
        if (payload.Length % Bytes != 0 || pcm.Length < frames * Frame) return 0;
        for (var i = 0; i < frames; i++)
        {
            if (!GsmFrame.TryRead(payload.Slice(i * Bytes, Bytes), ref _frame)) return i * Frame;
            DecodeFrame(pcm.Slice(i * Frame, Frame));
        }

        return frames * Frame;
    }

    public int Measure(ReadOnlySpan<byte> payload) => payload.Length % Bytes == 0 ? payload.Length / Bytes * Frame : 0;

    public bool Conceal(ReadOnlySpan<byte> next, Span<short> pcm) => false;

    public void Reset()
    {
        Array.Clear(_excitation);
        (_shortTerm, _lag, _emphasis) = (default, Part, 0);
    }

    public void Dispose()
    {
    }

    private void DecodeFrame(Span<short> pcm)
    {
        _excitation.AsSpan(Frame).CopyTo(_excitation); // what the long-term predictor remembers
        for (var part = 0; part < 4; part++)
            Excite(_frame.Parts[part], LongestLag + part * Part);
        _excitation.AsSpan(LongestLag).CopyTo(pcm);
        _shortTerm.Synthesise(_frame.AreaRatios, pcm);
        Finish(pcm);
    }

    /// <summary>Pulses and the past, one subframe (§5.3.2).</summary>
    private void Excite(in GsmFrame.PartOfFrame part, int at)
    {
        Span<short> residual = stackalloc short[Part];
        GsmPulses.Decode(part, residual);
        if (part.Lag is >= Part and <= LongestLag) _lag = part.Lag; // else the last that made sense
        var gain = LongTermGain[part.Gain];
        for (var k = 0; k < Part; k++)
            _excitation[at + k] = (short)Add(residual[k], MultR(gain, _excitation[at + k - _lag]));
    }

    /// <summary>De-emphasis, upscaling and the truncation to 13 bits (§5.3.5 to §5.3.7).</summary>
    private void Finish(Span<short> pcm)
    {
        for (var k = 0; k < Frame; k++)
        {
            _emphasis = Add(pcm[k], MultR(_emphasis, DeEmphasis));
            pcm[k] = (short)(Add(_emphasis, _emphasis) & ~7);
        }
    }
}
