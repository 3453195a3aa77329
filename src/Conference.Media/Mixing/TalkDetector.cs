using Conference.Media.Dsp;

namespace Conference.Media.Mixing;

/// <summary>Decides from frame levels who is talking: begins after 3 frames of speech among 5, ends after 25 without (500 ms).</summary>
/// <remarks>
/// Speech is 9 dB above the noise floor and above -52 dBov. The gate of the mix is separate: it opens with the first frame of
/// speech, so that no beginning is cut, and closes 400 ms after the last.
/// </remarks>
public sealed class TalkDetector
{
    /// <summary>Frames of speech that <see cref="IsTalking"/> waits for.</summary>
    internal const int Onset = 3;

    /// <summary>Frames of silence that it waits for at the end.</summary>
    internal const int Offset = 25;

    private const float Quietest = -52;
    private const float AboveFloor = 9;
    private const int CloseAfter = 20;
    private const int CountsTo = 3000;

    private readonly NoiseFloor _floor = new();
    private int _recent; // one bit a frame, the latest lowest
    private int _silentFrames = Offset;

    /// <summary>Whether somebody talks, as a page or an event says it.</summary>
    public bool IsTalking { get; private set; }

    /// <summary>Whether the last frame was speech.</summary>
    public bool IsSpeech => (_recent & 1) != 0;

    /// <summary>Whether the leg belongs into the mix.</summary>
    public bool IsOpen => _silentFrames < CloseAfter;

    /// <summary>Frames since the last speech; it stops counting after a minute.</summary>
    public int SilentFor => _silentFrames;

    /// <summary>From which level on a frame is speech, dBov.</summary>
    public float Threshold => Math.Max(Floor + AboveFloor, Quietest);

    /// <summary>Level of the noise behind the voice, dBov.</summary>
    public float Floor => _floor.Level;

    public void Reset()
    {
        _floor.Reset();
        (_recent, _silentFrames, IsTalking) = (0, Offset, false);
    }

    /// <summary>Takes one frame of 20 ms.</summary>
    /// <param name="level">Its level in dBov, after the input volume and before automatic gain.</param>
    /// <param name="isDigit">A DTMF digit sounds: loud, and no speech.</param>
    /// <returns>Whether <see cref="IsTalking"/> changed.</returns>
    public bool Feed(float level, bool isDigit = false)
    {
        var isSpeech = !isDigit && level > Threshold;
        if (!isDigit) _floor.Learn(level);
        _recent = ((_recent << 1) | (isSpeech ? 1 : 0)) & 0b11111;
        _silentFrames = isSpeech ? 0 : Math.Min(_silentFrames + 1, CountsTo);

        var was = IsTalking;
        if (!was && int.PopCount(_recent) >= Onset) IsTalking = true;
        if (was && _silentFrames >= Offset) IsTalking = false;
        return was != IsTalking;
    }
}
