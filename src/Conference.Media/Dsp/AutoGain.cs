using Conference.Media.Mixing;

namespace Conference.Media.Dsp;

/// <summary>Brings quiet and loud people to the same level: speech at -20 dBov, by at most 18 dB up and 12 down.</summary>
/// <remarks>
/// It measures speech only, over about a second, and moves 6 dB a second up, 20 down. When the noise behind the voice would rise above
/// -45 dBov it goes no further up. A frame that would clip takes the gain down at once.
/// </remarks>
public sealed class AutoGain
{
    private const float Target = -20;
    private const float Least = -12;
    private const float Most = 18;
    private const float Up = 6 * 0.02f; // dB a frame
    private const float Down = 20 * 0.02f;
    private const float LoudestNoise = -45;
    private const int Window = 50; // frames: 1 s
    private const int FewestFrames = 5; // before it believes what it measured
    private const float Ceiling = 29204; // -1 dBFS

    private double _power;
    private int _frames;
    private float _factor = 1;

    /// <summary>What it adds, in dB; 0 at first.</summary>
    public float Decibels { get; private set; }

    public void Reset() => (_power, _frames, _factor, Decibels) = (0, 0, 1, 0);

    /// <summary>Passes one frame of 20 ms through, in place.</summary>
    /// <param name="pcm">The frame.</param>
    /// <param name="power">Its mean square.</param>
    /// <param name="floor">Level of the noise, dBov.</param>
    /// <param name="isSpeech">Whether it is speech (<see cref="TalkDetector.IsSpeech"/>).</param>
    public void Apply(Span<short> pcm, double power, float floor, bool isSpeech)
    {
        if (isSpeech) Measure(power, floor);
        var factor = MathF.Pow(10, Decibels / 20);
        if (factor == 1 && _factor == 1) return;
        var most = Ceiling / Math.Max(1, Bus.Peak(pcm));
        if (factor > 1 && factor > most) factor = Math.Max(1, most); // this frame only: what it measures goes on as before
        Gain.Glide(pcm, Math.Min(_factor, Math.Max(1, most)), factor);
        _factor = factor;
    }

    private void Measure(double power, float floor)
    {
        _frames = Math.Min(_frames + 1, Window);
        _power += (power - _power) / _frames;
        if (_frames < FewestFrames) return;
        var wanted = Math.Clamp(Target - Bus.Decibels(_power), Least, Most);
        if (wanted > Decibels && floor + Decibels > LoudestNoise) return;
        Decibels += Math.Clamp(wanted - Decibels, -Down, Up);
    }
}
