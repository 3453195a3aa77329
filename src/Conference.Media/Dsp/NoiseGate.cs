namespace Conference.Media.Dsp;

/// <summary>Turns the room down behind somebody who is silent: by 18 dB, not to nothing, so that the line does not seem dead.</summary>
/// <remarks>Opens 6 dB above the noise floor within 5 ms, closes 300 ms after the last such frame within 50. Open, it changes nothing.</remarks>
/// <param name="rate">Samples per second.</param>
public sealed class NoiseGate(int rate)
{
    private const float AboveFloor = 6;
    private const int Hold = 15; // frames: 300 ms
    private const float Closed = 0.1259f; // -18 dB

    private readonly float _openStep = (1 - Closed) / (rate * 0.005f);
    private readonly float _closeStep = (1 - Closed) / (rate * 0.05f);
    private float _gain = 1;
    private int _quiet;

    /// <summary>Whether it lets everything through.</summary>
    public bool IsOpen => _quiet < Hold;

    /// <summary>Passes one frame of 20 ms through, in place.</summary>
    /// <param name="pcm">The frame.</param>
    /// <param name="level">Its level, dBov.</param>
    /// <param name="floor">Level of the noise (<see cref="NoiseFloor"/>), dBov.</param>
    public void Apply(Span<short> pcm, float level, float floor)
    {
        _quiet = level > floor + AboveFloor ? 0 : Math.Min(_quiet + 1, Hold);
        var target = IsOpen ? 1 : Closed;
        if (_gain == 1 && target == 1) return;
        for (var i = 0; i < pcm.Length; i++)
        {
            _gain = target > _gain ? Math.Min(target, _gain + _openStep) : Math.Max(target, _gain - _closeStep);
            pcm[i] = (short)MathF.Round(pcm[i] * _gain);
        }
    }
}
