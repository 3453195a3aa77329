using Conference.Media.Mixing;

namespace Conference.Media.Dsp;

/// <summary>A <see cref="Resampler"/> for one voice of 16 bits, 20 ms at a go, in place of what it was.</summary>
public sealed class VoiceResampler(int from, int to)
{
    private readonly Resampler _resampler = new(from, to);
    private readonly int[] _wide = new int[from / 50];
    private readonly int[] _converted = new int[to / 50];

    public int From => from;

    public int To => to;

    /// <summary>Converts the next 20 ms.</summary>
    /// <param name="frame">At <see cref="From"/>.</param>
    /// <param name="target">At <see cref="To"/>; may be the same memory.</param>
    public void Convert(ReadOnlySpan<short> frame, Span<short> target)
    {
        for (var i = 0; i < _wide.Length; i++)
            _wide[i] = frame[i];
        _resampler.Process(_wide, _converted);
        Bus.Clip(_converted, target);
    }
}
