using Conference.Media.Dsp;
using Conference.Media.Mixing;

namespace Conference.Media.Sessions;

/// <summary>One voice that one listener hears otherwise than the room does.</summary>
internal sealed class ChairRelation(Chair speaker, Chair listener, RelationKind kind)
{
    private readonly int[] _wide = new int[MixRates.LongestFrame];
    private readonly int[] _converted = new int[MixRates.LongestFrame];
    private Resampler? _resampler;
    private float _share; // of it that is done: from one tick to the next it begins and ends, without a click

    public Chair Speaker => speaker;

    public Chair Listener => listener;

    public RelationKind Kind => kind;

    /// <summary>Whether the plan holds it no more: it is undone within a tick.</summary>
    public bool Ends { get; set; }

    /// <summary>Takes the voice out of what the listener hears, or adds it.</summary>
    /// <param name="heard">20 ms at the listener's rate.</param>
    public void Apply(Span<int> heard)
    {
        var isHeard = kind == RelationKind.Whisper ? speaker.Whispers : speaker.Contributes;
        if (!isHeard) return;
        var voice = VoiceAt(listener.Leg.Speech!.Format.Rate);
        if (kind == RelationKind.Whisper) Add(heard, voice); // at once: in the same tick the room ceases to hear it
        else Take(heard, voice);
    }

    private static void Add(Span<int> heard, ReadOnlySpan<int> voice)
    {
        for (var i = 0; i < heard.Length; i++)
            heard[i] += voice[i];
    }

    private void Take(Span<int> heard, ReadOnlySpan<int> voice)
    {
        var (from, to) = (_share, Ends ? 0f : 1f);
        _share = to;
        for (var i = 0; i < heard.Length; i++)
            heard[i] -= from == to ? voice[i] : (int)MathF.Round(voice[i] * (from + (to - from) * (i + 1) / heard.Length));
    }

    private ReadOnlySpan<int> VoiceAt(int rate)
    {
        var voice = speaker.Leg.Voice;
        for (var i = 0; i < voice.Length; i++)
            _wide[i] = voice[i];
        var from = speaker.Leg.Speech!.Format.Rate;
        if (from == rate) return _wide;
        if (_resampler is null || _resampler.From != from || _resampler.To != rate) _resampler = new Resampler(from, rate);
        _resampler.Process(_wide.AsSpan(0, voice.Length), _converted.AsSpan(0, rate / 50));
        return _converted;
    }
}
