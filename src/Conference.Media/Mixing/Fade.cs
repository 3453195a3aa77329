namespace Conference.Media.Mixing;

/// <summary>A gate that opens within 5 ms and closes within 20, along a raised cosine, so that muting, joining and leaving do not click. Open, it changes nothing.</summary>
/// <remarks>It may turn around half way; a frame shorter than the way out leaves the rest for the next.</remarks>
public struct Fade
{
    private const int OpenPerSecond = 200; // 1 / 5 ms
    private const int ClosePerSecond = 50; // 1 / 20 ms

    private float _openness; // the way, 0 to 1; the gain is its raised cosine

    /// <summary>Whether the last frame ended open, or on the way to it.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Passes one frame through, in place.</summary>
    /// <param name="open">Whether it shall be heard.</param>
    /// <param name="frame">Any length of time.</param>
    /// <param name="rate">Samples per second.</param>
    /// <returns>Whether anything of it is left.</returns>
    public bool Apply(bool open, Span<short> frame, int rate = 8000)
    {
        IsOpen = open;
        if (open && _openness >= 1) return true;
        if (!open && _openness <= 0) return false;
        var step = (open ? OpenPerSecond : -ClosePerSecond) / (float)rate;
        var i = 0;
        for (; i < frame.Length && _openness is >= 0 and <= 1; i++, _openness += step)
            frame[i] = (short)MathF.Round(frame[i] * (0.5f - 0.5f * MathF.Cos(MathF.PI * _openness)));
        _openness = Math.Clamp(_openness, 0, 1);
        if (!open) frame[i..].Clear();
        return true;
    }
}
