namespace Conference.Media.Mixing;

/// <summary>A gate that opens and closes within 5 ms, so that muting, joining and leaving do not click. Open, it changes nothing.</summary>
public struct Fade
{
    private const int Length = 40;

    private bool _isOpen;

    /// <summary>Whether the last frame ended open.</summary>
    public readonly bool IsOpen => _isOpen;

    /// <summary>Passes one frame through, in place.</summary>
    /// <returns>Whether anything of it is left.</returns>
    public bool Apply(bool open, Span<short> frame)
    {
        var was = _isOpen;
        _isOpen = open;
        if (open && was) return true;
        if (!open && !was) return false;
        for (var i = 0; i < Length; i++)
            frame[i] = (short)(frame[i] * (open ? i : Length - i) / Length);
        if (!open) frame[Length..].Clear();
        return true;
    }
}
