namespace Conference.Media.Mixing;

/// <summary>A gate that opens within 5 ms and closes within 20, along a raised cosine, so that muting, joining and leaving do not click. Open, it changes nothing.</summary>
/// <remarks>It may turn around half way.</remarks>
public struct Fade
{
    private const float OpenPerFrame = 4; // 5 ms of 20
    private const float ClosePerFrame = 1;

    private float _openness; // the way, 0 to 1; the gain is its raised cosine

    /// <summary>Whether the last frame ended open, or on the way to it.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Passes one frame through, in place.</summary>
    /// <param name="open">Whether it shall be heard.</param>
    /// <param name="frame">20 ms at any rate.</param>
    /// <returns>Whether anything of it is left.</returns>
    public bool Apply(bool open, Span<short> frame)
    {
        IsOpen = open;
        if (open && _openness >= 1) return true;
        if (!open && _openness <= 0) return false;
        var step = (open ? OpenPerFrame : -ClosePerFrame) / frame.Length;
        var i = 0;
        for (; i < frame.Length && _openness is >= 0 and <= 1; i++, _openness += step)
            frame[i] = (short)MathF.Round(frame[i] * (0.5f - 0.5f * MathF.Cos(MathF.PI * _openness)));
        _openness = Math.Clamp(_openness, 0, 1);
        if (!open) frame[i..].Clear();
        return true;
    }
}
