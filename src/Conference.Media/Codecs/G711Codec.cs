namespace Conference.Media.Codecs;

/// <summary>PCMU or PCMA payloads: a byte a sample, in any number (RFC 3551 §4.5.14). Without memory: encoder and decoder in one.</summary>
internal sealed class G711Codec(VoiceFormat format, Law law) : IVoiceDecoder, IVoiceEncoder
{
    public VoiceFormat Format => format;

    public int Decode(ReadOnlySpan<byte> payload, Span<short> pcm)
    {
        if (pcm.Length < payload.Length) return 0;
        G711.Decode(law, payload, pcm);
        return payload.Length;
    }

    public int Encode(ReadOnlySpan<short> pcm, Span<byte> payload)
    {
        if (payload.Length < pcm.Length) return 0;
        G711.Encode(law, pcm, payload);
        return pcm.Length;
    }

    public int Measure(ReadOnlySpan<byte> payload) => payload.Length;

    public bool Conceal(ReadOnlySpan<byte> next, Span<short> pcm) => false;

    public bool Follow(IVoiceEncoder other) => other is G711Codec;

    public void Reset()
    {
    }

    public void Dispose()
    {
    }
}
