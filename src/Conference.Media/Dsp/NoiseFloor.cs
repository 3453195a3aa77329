using System.Runtime.CompilerServices;

namespace Conference.Media.Dsp;

/// <summary>How loud it is behind a voice: the least level of the last 1.5 s, kept in 8 windows, plus 3 dB, between -75 and -45 dBov.</summary>
public sealed class NoiseFloor
{
    private const int Windows = 8;
    private const int WindowFrames = 9; // 8 windows of 180 ms: about 1.5 s
    private const float Bias = 3;
    private const float Least = -75;
    private const float Most = -45;

    private Minima _minima;
    private int _window;
    private int _frames;

    public NoiseFloor() => Reset();

    /// <summary>dBov.</summary>
    public float Level { get; private set; }

    public void Reset()
    {
        ((Span<float>)_minima).Fill(Least);
        (_frames, Level) = (0, Least);
    }

    /// <summary>Takes the level of one frame of 20 ms, in dBov.</summary>
    public void Learn(float level)
    {
        if (++_frames == WindowFrames)
        {
            _frames = 0;
            _window = (_window + 1) % Windows;
            _minima[_window] = float.MaxValue;
        }

        _minima[_window] = Math.Min(_minima[_window], level);
        var least = float.MaxValue;
        foreach (var minimum in _minima)
            least = Math.Min(least, minimum);
        Level = Math.Clamp(least + Bias, Least, Most);
    }

    [InlineArray(Windows)]
    private struct Minima
    {
        private float _first;
    }
}
