using System.Runtime.Intrinsics;
using static Conference.Media.Codecs.Gsm;

namespace Conference.Media.Codecs;

/// <summary>Samples to GSM full rate: 20 ms to 33 bytes (GSM 06.10 §5.2, RFC 3551 §4.5.8).</summary>
public sealed class GsmEncoder : IVoiceEncoder
{
    private static readonly short[] s_gainLimits = [6554, 16384, 26214];

    private readonly short[] _samples = new short[Frame];
    private readonly int[] _past = new int[LongestLag + Part]; // reconstructed residual, the present subframe behind it
    private GsmFrame _frame;
    private GsmPreparation _preparation;
    private GsmShortTerm _shortTerm;

    public VoiceFormat Format => VoiceFormats.Gsm;

    /// <inheritdoc/>
    /// <remarks>Only whole frames of 20 ms: GSM knows no shorter ones.</remarks>
    public int Encode(ReadOnlySpan<short> pcm, Span<byte> payload)
    {
        var frames = pcm.Length / Frame;
        if (payload.Length < frames * Bytes) return 0;
        for (var i = 0; i < frames; i++)
        {
            EncodeFrame(pcm.Slice(i * Frame, Frame));
            _frame.Write(payload.Slice(i * Bytes, Bytes));
        }

        return frames * Bytes;
    }

    public bool Follow(IVoiceEncoder other)
    {
        if (other is not GsmEncoder leader) return false;
        leader._past.CopyTo(_past, 0);
        (_preparation, _shortTerm) = (leader._preparation, leader._shortTerm);
        return true;
    }

    public void Reset()
    {
        Array.Clear(_past);
        (_preparation, _shortTerm) = (default, default);
    }

    public void Dispose()
    {
    }

    private void EncodeFrame(ReadOnlySpan<short> pcm)
    {
        _preparation.Prepare(pcm, _samples);
        GsmPrediction.AreaRatios(_samples, ref _frame.AreaRatios);
        _shortTerm.Analyse(_frame.AreaRatios, _samples);
        for (var part = 0; part < 4; part++)
            EncodePart(_samples.AsSpan(part * Part, Part), ref _frame.Parts[part]);
    }

    private void EncodePart(ReadOnlySpan<short> samples, ref GsmFrame.PartOfFrame part)
    {
        Span<short> predicted = stackalloc short[Part];
        Span<short> residual = stackalloc short[Part];
        FindLag(samples, ref part);
        var gain = LongTermGain[part.Gain];
        for (var k = 0; k < Part; k++)
        {
            predicted[k] = (short)MultR(gain, _past[LongestLag + k - part.Lag]);
            residual[k] = (short)Sub(samples[k], predicted[k]);
        }

        GsmPulses.Encode(residual, ref part);
        GsmPulses.Decode(part, residual);
        for (var k = 0; k < Part; k++)
            _past[LongestLag + k] = Add(residual[k], predicted[k]);
        _past.AsSpan(Part).CopyTo(_past);
    }

    /// <summary>The lag at which the past is most like the present, and how much of it to take (§5.2.11).</summary>
    private void FindLag(ReadOnlySpan<short> samples, ref GsmFrame.PartOfFrame part)
    {
        Span<int> scaled = stackalloc int[Part];
        var scale = Scale(samples, scaled);
        var (lag, most) = MostLike(scaled);
        part.Lag = lag;
        part.Gain = GainOf(lag, (most << 1) >> (6 - scale));
    }

    private static int Scale(ReadOnlySpan<short> samples, Span<int> scaled)
    {
        var peak = 0;
        foreach (var sample in samples)
            peak = Math.Max(peak, Math.Min(Math.Abs((int)sample), short.MaxValue));
        var room = peak == 0 ? 0 : Norm(peak << 16);
        var scale = room > 6 ? 0 : 6 - room;
        for (var k = 0; k < Part; k++)
            scaled[k] = samples[k] >> scale;
        return scale;
    }

    /// <summary>Eight lags at a time; the shortest of equals.</summary>
    private (int Lag, int Most) MostLike(ReadOnlySpan<int> scaled)
    {
        var (lag, most) = (Part, 0);
        for (var shortest = Part; shortest <= LongestLag; shortest += 8)
        {
            var sums = LikenessFrom(Math.Min(shortest, LongestLag - 7), scaled);
            for (var lane = 7; lane >= 0; lane--)
            {
                var at = Math.Min(shortest, LongestLag - 7) + 7 - lane;
                if (sums[lane] > most) (lag, most) = (at, sums[lane]);
            }
        }

        return (lag, most);
    }

    /// <summary>Correlation at eight lags, the longest in the first lane.</summary>
    private Vector256<int> LikenessFrom(int shortest, ReadOnlySpan<int> scaled)
    {
        var sums = Vector256<int>.Zero;
        var past = _past.AsSpan(LongestLag - shortest - 7);
        for (var k = 0; k < Part; k++)
            sums += Vector256.Create(past[k..]) * scaled[k];
        return sums;
    }

    private int GainOf(int lag, int likeness)
    {
        if (likeness <= 0) return 0;
        var power = 0;
        for (var k = 0; k < Part; k++)
        {
            var sample = _past[LongestLag + k - lag] >> 3;
            power += sample * sample;
        }

        power <<= 1;
        if (likeness >= power) return 3;
        var room = Norm(power);
        var (numerator, denominator) = ((likeness << room) >> 16, (power << room) >> 16);
        var gain = 0;
        foreach (var limit in s_gainLimits)
        {
            if (numerator <= Mult(denominator, limit)) break;
            gain++;
        }

        return gain;
    }
}
