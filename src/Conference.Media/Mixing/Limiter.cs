using System.Runtime.Intrinsics;

namespace Conference.Media.Mixing;

/// <summary>Keeps the sum of many voices below -1 dBFS without added delay, and without touching anything quieter.</summary>
/// <remarks>
/// The frame is split into blocks of 1 ms. Each block's target gain is what its own peak allows, or less on the way to the needs of the
/// next three; the gain falls within the first quarter of a block when its own peak demands it and otherwise moves in a line between
/// block ends. It recovers by 40 dB a second. While the gain is 1 and nothing is loud the samples are copied as they are: one
/// talker passes bit by bit.
/// </remarks>
public sealed class Limiter
{
    private const int Ceiling = 29204; // -1 dBFS
    private const int Block = 8; // 1 ms, and one vector
    private const int Blocks = Bus.Frame / Block;
    private const float Release = 1.00461579f; // 40 dB/s in steps of 1 ms

    private readonly float[] _needs = new float[Blocks + 3];
    private float _gain = 1;

    /// <summary>Gain at the end of the last frame; 1 when it does nothing.</summary>
    public float Gain => _gain;

    /// <summary>Goes on where another limiter of the same mix stands.</summary>
    public void Follow(Limiter other) => _gain = other._gain;

    /// <summary>Brings a frame into 16 bits.</summary>
    /// <param name="sum">The frame.</param>
    /// <param name="voices">How many voices are in it: one alone fits, however loud.</param>
    /// <param name="pcm">As long as the frame.</param>
    public void Apply(ReadOnlySpan<int> sum, int voices, Span<short> pcm)
    {
        if (_gain >= 1 && (voices <= 1 || Bus.Peak(sum) <= Ceiling))
        {
            Bus.Clip(sum, pcm);
            return;
        }

        Measure(sum);
        for (var block = 0; block < Blocks; block++)
            Ramp(sum.Slice(block * Block, Block), pcm.Slice(block * Block, Block), _needs[block], TargetOf(block));
    }

    private void Measure(ReadOnlySpan<int> sum)
    {
        for (var block = 0; block < Blocks; block++)
            _needs[block] = Math.Min(1, Ceiling / (float)Math.Max(1, Bus.Peak(sum.Slice(block * Block, Block))));
        _needs.AsSpan(Blocks).Fill(1);
    }

    private float TargetOf(int block)
    {
        var target = Math.Min(Math.Min(1, _gain * Release), _needs[block]);
        for (var ahead = 1; ahead <= 3; ahead++)
        {
            var need = _needs[block + ahead];
            if (need < target) target = Math.Min(target, _gain + (need - _gain) / (ahead + 1));
        }

        return target;
    }

    private void Ramp(ReadOnlySpan<int> sum, Span<short> pcm, float need, float target)
    {
        var steps = need < _gain ? Block / 4f : Block;
        var taken = Vector256.Min(Vector256.CreateSequence(1f, 1f), Vector256.Create(steps));
        var gains = Vector256.Create(_gain) + taken * Vector256.Create((target - _gain) / steps);
        var limited = Vector256.ConvertToInt32(Vector256.Round(Vector256.ConvertToSingle(Vector256.Create(sum)) * gains));
        Vector128.NarrowWithSaturation(limited.GetLower(), limited.GetUpper()).CopyTo(pcm);
        _gain = target;
    }
}
