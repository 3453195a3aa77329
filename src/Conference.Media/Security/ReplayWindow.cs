namespace Conference.Media.Security;

/// <summary>Which of the last 128 packets were seen (RFC 3711 §3.3.2). Only authentic packets may move it.</summary>
internal struct ReplayWindow
{
    private const int Width = 128;

    private UInt128 _seen; // bit 0 is the highest

    /// <summary>The highest index seen.</summary>
    public ulong Highest { get; private set; }

    /// <summary>Whether any was.</summary>
    public readonly bool IsEmpty => _seen == UInt128.Zero;

    public readonly bool IsNew(ulong index)
    {
        if (IsEmpty || index > Highest) return true;
        var age = Highest - index;
        return age < Width && (_seen >> (int)age & UInt128.One) == UInt128.Zero;
    }

    public void Mark(ulong index)
    {
        if (IsEmpty || index > Highest)
        {
            var step = IsEmpty ? Width : index - Highest;
            _seen = (step < Width ? _seen << (int)step : UInt128.Zero) | UInt128.One;
            Highest = index;
        }
        else
        {
            _seen |= UInt128.One << (int)(Highest - index);
        }
    }
}
