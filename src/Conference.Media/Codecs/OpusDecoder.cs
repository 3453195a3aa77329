namespace Conference.Media.Codecs;

/// <summary>Opus to 48 kHz mono (RFC 6716, RFC 7587), through libopus; stereo is mixed down by it.</summary>
public sealed class OpusDecoder : IVoiceDecoder
{
    private const int Step = 120; // 2.5 ms: all that Opus conceals comes in multiples of it
    private const int Longest = 48 * 120;

    private readonly OpusLibrary _library;
    private readonly OpusLibrary.NativeBlock _state;

    internal OpusDecoder(OpusLibrary library) => (_library, _state) = (library, library.NewDecoder());

    public VoiceFormat Format => VoiceFormats.Opus;

    public int Decode(ReadOnlySpan<byte> payload, Span<short> pcm)
    {
        if (payload.IsEmpty || pcm.IsEmpty) return 0;
        return Math.Max(0, _library.Decode(_state, payload, pcm[..Math.Min(pcm.Length, Longest)], useCopy: false));
    }

    public int Measure(ReadOnlySpan<byte> payload) => OpusPacket.Samples(payload);

    /// <inheritdoc/>
    /// <remarks>The copy in <paramref name="next"/> if there is one; otherwise, and when it is garbage, libopus goes on from what it knows, fading.</remarks>
    public bool Conceal(ReadOnlySpan<byte> next, Span<short> pcm)
    {
        if (pcm.IsEmpty || pcm.Length % Step != 0 || pcm.Length > Longest) return false;
        if (!next.IsEmpty && _library.Decode(_state, next, pcm, useCopy: true) == pcm.Length) return true;
        return _library.Decode(_state, [], pcm, useCopy: false) == pcm.Length;
    }

    public void Reset() => _library.ResetDecoder(_state);

    public void Dispose() => _state.Dispose();
}
