using System.Runtime.Intrinsics;

namespace Conference.Media.Dsp;

/// <summary>Takes a constant offset out of a voice, as bad sound cards put it in: one pole at 30 Hz. Without an offset it changes nothing.</summary>
/// <param name="rate">Samples per second.</param>
public sealed class DcBlock(int rate)
{
    private const float Noticed = 100; // -50 dBov: a mean like this over two seconds is none of the voice
    private const float ByChance = 0.03f; // of what is loud, that much is
    private const int MeasureFrames = 100;

    private readonly float _share = 2 * MathF.PI * 30 / rate;
    private float _mean;
    private float _loudness;
    private float _low;

    /// <summary>Whether an offset was found; it stays until the stream ends.</summary>
    public bool IsWorking { get; private set; }

    public void Reset() => (_mean, _loudness, _low, IsWorking) = (0, 0, 0, false);

    /// <summary>Passes one frame through, in place.</summary>
    public void Apply(Span<short> pcm)
    {
        if (!IsWorking && !Notices(pcm)) return;
        for (var i = 0; i < pcm.Length; i++)
        {
            _low += (pcm[i] - _low) * _share;
            pcm[i] = (short)Math.Clamp(MathF.Round(pcm[i] - _low), short.MinValue, short.MaxValue);
        }
    }

    private bool Notices(ReadOnlySpan<short> pcm)
    {
        var (sum, loudness) = Measure(pcm);
        _mean += ((float)sum / Math.Max(1, pcm.Length) - _mean) / MeasureFrames;
        _loudness += ((float)loudness / Math.Max(1, pcm.Length) - _loudness) / MeasureFrames;
        return IsWorking = Math.Abs(_mean) > Noticed + ByChance * _loudness;
    }

    /// <summary>The sum of the samples, and of their magnitudes.</summary>
    private static (int Sum, int Loudness) Measure(ReadOnlySpan<short> pcm)
    {
        var (sums, magnitudes) = (Vector256<int>.Zero, Vector256<int>.Zero);
        var i = 0;
        for (; i + 16 <= pcm.Length; i += 16)
        {
            var (low, high) = Vector256.Widen(Vector256.Create(pcm.Slice(i, 16)));
            sums += low + high;
            magnitudes += Vector256.Abs(low) + Vector256.Abs(high);
        }

        var (sum, loudness) = (Vector256.Sum(sums), Vector256.Sum(magnitudes));
        for (; i < pcm.Length; i++)
            (sum, loudness) = (sum + pcm[i], loudness + Math.Abs((int)pcm[i]));
        return (sum, loudness);
    }
}
