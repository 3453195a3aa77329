using System.Runtime.Intrinsics;

namespace Conference.Media.Mixing;

/// <summary>Keeps the sum of many voices below -1 dBFS without added delay, and without touching anything quieter.</summary>
/// <remarks>
/// The frame is split into blocks of 1 ms. Each block's target gain is what its own peak allows, or less on the way to the needs of the
/// next three; the gain falls before the first sample that demands it, within the first quarter of a block, and otherwise moves in a
/// line between block ends. It recovers by 40 dB a second. While the gain is 1 and nothing is loud the samples are copied as they
/// are: one talker passes bit by bit.
/// </remarks>
public sealed class Limiter
{
    private const int Ceiling = 29204; // -1 dBFS
    private const int Blocks = 20; // of 1 ms in a frame of 20
    private const int Ahead = 3;
    private const int Lanes = 8;
    private const float Release = 1.00461579f; // 40 dB/s in steps of 1 ms

    private readonly float[] _needs = new float[Blocks + Ahead];
    private float _gain = 1;

    /// <summary>Gain at the end of the last frame; 1 when it does nothing.</summary>
    public float Gain => _gain;

    /// <summary>Goes on where another limiter of the same mix stands.</summary>
    public void Follow(Limiter other) => _gain = other._gain;

    /// <summary>Brings a frame into 16 bits.</summary>
    /// <param name="sum">20 ms at any of the rates: 160, 320 or 960 samples.</param>
    /// <param name="voices">How many voices are in it: one alone fits, however loud.</param>
    /// <param name="pcm">As long as the frame.</param>
    public void Apply(ReadOnlySpan<int> sum, int voices, Span<short> pcm)
    {
        if (_gain >= 1 && (voices <= 1 || Bus.Peak(sum) <= Ceiling))
        {
            Bus.Clip(sum, pcm);
            return;
        }

        var length = sum.Length / Blocks;
        for (var block = 0; block < Blocks; block++)
            _needs[block] = Math.Min(1, Ceiling / (float)Math.Max(1, Bus.Peak(sum.Slice(block * length, length))));
        _needs.AsSpan(Blocks).Fill(1);
        for (var block = 0; block < Blocks; block++)
            Ramp(sum.Slice(block * length, length), pcm.Slice(block * length, length), _needs[block], TargetOf(block));
    }

    private float TargetOf(int block)
    {
        var target = Math.Min(Math.Min(1, _gain * Release), _needs[block]);
        for (var ahead = 1; ahead <= Ahead; ahead++)
        {
            var need = _needs[block + ahead];
            if (need < target) target = Math.Min(target, _gain + (need - _gain) / (ahead + 1));
        }

        return target;
    }

    private void Ramp(ReadOnlySpan<int> sum, Span<short> pcm, float need, float target)
    {
        float steps = need < _gain ? Math.Min(sum.Length / 4, FirstAbove(sum) + 1) : sum.Length;
        var (from, slope) = (Vector256.Create(_gain), Vector256.Create((target - _gain) / steps));
        for (var i = 0; i < sum.Length; i += Lanes)
        {
            var taken = Vector256.Min(Vector256.CreateSequence(i + 1f, 1f), Vector256.Create(steps));
            var gains = from + taken * slope;
            var limited = Vector256.ConvertToInt32(Vector256.Round(Vector256.ConvertToSingle(Vector256.Create(sum[i..])) * gains));
            Vector128.NarrowWithSaturation(limited.GetLower(), limited.GetUpper()).CopyTo(pcm[i..]);
        }

        _gain = target;
    }

    /// <summary>Where the first sample lies that the present gain leaves above the ceiling.</summary>
    private int FirstAbove(ReadOnlySpan<int> sum)
    {
        var most = (int)(Ceiling / _gain);
        for (var i = 0; i < sum.Length; i++)
        {
            if (Math.Abs(sum[i]) > most) return i;
        }

        return sum.Length;
    }
}
