namespace Conference.Media.Mixing;

/// <summary>Decides from frame levels who is talking: begins after 3 frames of speech among 5, ends after 25 without (500 ms).</summary>
/// <remarks>
/// Speech is 9 dB above the noise floor and above -52 dBov. The floor is the least level of the last 1.5 s, kept in 8 windows,
/// plus 3 dB, between -75 and -45 dBov.
/// </remarks>
public sealed class TalkDetector
{
    private const int Windows = 8;
    private const int WindowFrames = 9; // 8 windows of 180 ms: about 1.5 s
    private const float Quietest = -52;
    private const float AboveFloor = 9;
    private const int StopAfter = 25;

    private readonly float[] _minima = new float[Windows];
    private int _window;
    private int _frames;
    private int _recent; // one bit a frame, the latest lowest
    private int _silentFrames;

    public TalkDetector() => Reset();

    public bool IsTalking { get; private set; }

    public void Reset()
    {
        Array.Fill(_minima, -75);
        (_recent, _silentFrames, IsTalking) = (0, 0, false);
    }

    /// <summary>Takes one frame.</summary>
    /// <param name="level">Its level in dBov.</param>
    /// <returns>Whether <see cref="IsTalking"/> changed.</returns>
    public bool Feed(float level)
    {
        var isSpeech = level > Math.Max(Floor + AboveFloor, Quietest);
        Learn(level);
        _recent = ((_recent << 1) | (isSpeech ? 1 : 0)) & 0b11111;
        _silentFrames = isSpeech ? 0 : _silentFrames + 1;

        var was = IsTalking;
        if (!was && int.PopCount(_recent) >= 3) IsTalking = true;
        if (was && _silentFrames >= StopAfter) IsTalking = false;
        return was != IsTalking;
    }

    private float Floor
    {
        get
        {
            var least = float.MaxValue;
            foreach (var minimum in _minima)
                least = Math.Min(least, minimum);
            return Math.Clamp(least + 3, -75, -45);
        }
    }

    private void Learn(float level)
    {
        if (++_frames == WindowFrames)
        {
            _frames = 0;
            _window = (_window + 1) % Windows;
            _minima[_window] = float.MaxValue;
        }

        _minima[_window] = Math.Min(_minima[_window], level);
    }
}
