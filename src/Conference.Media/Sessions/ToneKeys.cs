using Conference.Media.Dsp;

namespace Conference.Media.Sessions;

/// <summary>Keys that a peer presses in its voice: heard once each, and taken out of what the others hear.</summary>
/// <remarks>
/// Only for legs without telephone events, or whose account says so; and not any more once an event has come, because a phone that sends
/// both presses each key once. What sounds is silenced from the first block that may be a key (12.75 ms), and comes back when the next
/// block knows better.
/// </remarks>
internal sealed class ToneKeys
{
    private const int FadesIn = 500; // a second divided by this: 2 ms

    private DtmfDetector? _detector;
    private int _rate;
    private bool _hasEvents;

    /// <summary>Whether it listens at all.</summary>
    public bool IsListening { get; private set; }

    /// <summary>Whether a key sounds, or may.</summary>
    public bool IsPressing { get; private set; }

    /// <summary>Begins or ceases to listen; a rate that changes begins anew.</summary>
    public void Use(bool listens, int rate)
    {
        IsListening = listens && !_hasEvents;
        if (!IsListening || rate == _rate) return;
        (_detector, _rate) = (new DtmfDetector(rate), rate);
    }

    /// <summary>The peer has sent an event: its tones are the same keys again.</summary>
    public void HasEvents() => (_hasEvents, IsListening, IsPressing) = (true, false, false);

    /// <summary>Takes 20 ms of the voice; silences them in place while a key sounds.</summary>
    /// <returns>A key whose pressing was made sure of, or <see cref="DtmfDetector.None"/>.</returns>
    public char Hear(Span<short> voice)
    {
        var was = IsPressing;
        var key = _detector!.Feed(voice);
        IsPressing = _detector.IsSuspect;
        if (IsPressing || was) Silence(voice, was);
        return key;
    }

    /// <summary>Nothing came in this tick: a key that sounded has ended.</summary>
    public void Pause()
    {
        if (!IsPressing) return;
        _detector!.Reset();
        IsPressing = false;
    }

    private void Silence(Span<short> voice, bool isSilent)
    {
        var fade = isSilent ? 0 : Math.Min(voice.Length, _rate / FadesIn);
        for (var i = 0; i < fade; i++)
            voice[i] = (short)(voice[i] * (fade - i) / fade);
        voice[fade..].Clear();
    }
}
