using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Conference.Media.Codecs;

/// <summary>Scale factor and predictor of one half of the band, the same in encoder and decoder (ITU-T G.722 §3.5, §3.6). Names follow the recommendation.</summary>
/// <remarks>A value: copying it is copying the state. The six zeros of the predictor lie in the lanes of one vector, the latest difference lowest.</remarks>
internal struct G722Band
{
    private const int LeastStep = 32;

    private static readonly short[] s_antilog =
    [
        2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834,
        2896, 2960, 3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008,
    ];

    private readonly int _largestScale;
    private readonly int _scaleShift;
    private Vector256<int> _differences;
    private Vector256<int> _zeros;
    private int _scale;
    private int _pole1;
    private int _pole2;
    private int _partial1;
    private int _partial2;
    private int _signal1;
    private int _signal2;
    private int _zeroEstimate;

    private G722Band(int firstStep, int largestScale, int scaleShift) => (Step, _largestScale, _scaleShift) = (firstStep, largestScale, scaleShift);

    /// <summary>0 to 4 kHz.</summary>
    public static G722Band Low => new(LeastStep, 18432, 8);

    /// <summary>4 to 8 kHz.</summary>
    public static G722Band High => new(LeastStep / 4, 22528, 10);

    /// <summary>Quantiser step (DETL, DETH).</summary>
    public int Step { get; private set; }

    /// <summary>What the predictor expects next (SL, SH).</summary>
    public int Estimate { get; private set; }

    /// <summary>Moves the logarithmic scale factor (LOGSCL, SCALEL and their like).</summary>
    public void Scale(int by)
    {
        _scale = Math.Clamp(((_scale * 127) >> 7) + by, 0, _largestScale);
        var mantissa = (int)s_antilog[(_scale >> 6) & 31];
        var shift = _scaleShift - (_scale >> 11);
        Step = (shift < 0 ? mantissa << -shift : mantissa >> shift) << 2;
    }

    /// <summary>Learns from the difference that was transmitted (RECONS to PREDIC).</summary>
    public void Adapt(int difference)
    {
        var partial = Saturate(difference + _zeroEstimate);
        var signal = Saturate(Estimate + difference);
        AdaptPoles(partial);
        AdaptZeros(difference);
        (_partial2, _partial1) = (_partial1, partial);
        (_signal2, _signal1) = (_signal1, signal);
        Predict();
    }

    private void AdaptPoles(int partial)
    {
        var agrees1 = (partial ^ _partial1) >= 0;
        var agrees2 = (partial ^ _partial2) >= 0;
        var first = Saturate(_pole1 << 2);
        var pull = Math.Min(agrees1 ? -first : first, short.MaxValue);
        var pole2 = Math.Clamp((pull >> 7) + (agrees2 ? 128 : -128) + ((_pole2 * 32512) >> 15), -12288, 12288);
        var limit = 15360 - pole2;
        var pole1 = Saturate((agrees1 ? 192 : -192) + ((_pole1 * 32640) >> 15));
        (_pole1, _pole2) = (Math.Clamp(pole1, -limit, limit), pole2);
    }

    private void AdaptZeros(int difference)
    {
        var disagrees = (_differences ^ Vector256.Create(difference)) >> 31;
        var step = (Vector256.Create(difference == 0 ? 0 : 128) ^ disagrees) - disagrees;
        _zeros = ((_zeros * 32640) >> 15) + step; // at most 128 * 256 in magnitude, so it needs no saturation
        var older = Vector256.Shuffle(_differences, Vector256.Create(7, 0, 1, 2, 3, 4, 7, 7));
        _differences = older.WithElement(0, difference);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Predict()
    {
        var poles = Saturate(((_pole1 * Saturate(2 * _signal1)) >> 15) + ((_pole2 * Saturate(2 * _signal2)) >> 15));
        var doubled = Vector256.Min(Vector256.Max(_differences + _differences, Vector256.Create((int)short.MinValue)), Vector256.Create((int)short.MaxValue));
        _zeroEstimate = Saturate(Vector256.Sum((_zeros * doubled) >> 15));
        Estimate = Saturate(poles + _zeroEstimate);
    }

    private static int Saturate(int value) => Math.Clamp(value, short.MinValue, short.MaxValue);
}
