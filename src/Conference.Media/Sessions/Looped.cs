using Conference.Media.Files;
using Conference.Media.Mixing;

namespace Conference.Media.Sessions;

/// <summary>A sound repeated without end, paused while something else must be heard.</summary>
internal sealed class Looped
{
    private const int TicksPerSecond = 50;

    private readonly short[] _frame = new short[MixRates.LongestFrame];
    private int _at;
    private Fade _gate;

    public Sound? Sound { get; private set; }

    /// <summary>Plays another sound from its beginning, or none.</summary>
    public void Use(Sound? sound)
    {
        if (ReferenceEquals(sound, Sound)) return;
        (Sound, _at) = (sound, 0);
        _gate = default;
    }

    /// <summary>Adds the next frame.</summary>
    /// <param name="heard">20 ms of what the leg hears; a sound that was made ready for another rate is left out.</param>
    /// <param name="open">Whether it may be heard now; it goes on later where it stopped.</param>
    /// <returns>Whether anything was added.</returns>
    public bool Mix(Span<int> heard, bool open)
    {
        if (Sound is not { Samples.IsEmpty: false } || (!open && !_gate.IsOpen) || Sound.Rate != heard.Length * TicksPerSecond) return false;
        var samples = Sound.Samples.Span;
        var frame = _frame.AsSpan(0, heard.Length);
        for (var filled = 0; filled < frame.Length;)
        {
            var taken = Math.Min(samples.Length - _at, frame.Length - filled);
            samples.Slice(_at, taken).CopyTo(frame[filled..]);
            filled += taken;
            _at = (_at + taken) % samples.Length;
        }

        _gate.Apply(open, frame);
        Bus.Add(heard, frame);
        return true;
    }
}
