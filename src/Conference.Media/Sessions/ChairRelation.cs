using Conference.Media.Dsp;
using Conference.Media.Mixing;

namespace Conference.Media.Sessions;

/// <summary>One voice that one listener hears otherwise than the room does.</summary>
internal sealed class ChairRelation(Chair speaker, Chair listener, RelationKind kind)
{
    private readonly int[] _wide = new int[MixRates.LongestFrame];
    private readonly int[] _converted = new int[MixRates.LongestFrame];
    private Resampler? _resampler;

    public Chair Speaker => speaker;

    public Chair Listener => listener;

    public RelationKind Kind => kind;

    /// <summary>Takes the voice out of what the listener hears, or adds it.</summary>
    /// <param name="heard">20 ms at the listener's rate.</param>
    public void Apply(Span<int> heard)
    {
        var isHeard = kind == RelationKind.Whisper ? speaker.Whispers : speaker.Contributes;
        if (!isHeard) return;
        var sign = kind == RelationKind.Whisper ? 1 : -1;
        var voice = VoiceAt(listener.Leg.Speech!.Format.Rate);
        for (var i = 0; i < heard.Length; i++)
            heard[i] += sign * voice[i];
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
