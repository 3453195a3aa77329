namespace Conference.Media.Codecs;

/// <summary>Payloads of one stream to PCM. Owned by one thread; allocates nothing after it was made.</summary>
public interface IVoiceDecoder : IDisposable
{
    /// <summary>The format it reads.</summary>
    VoiceFormat Format { get; }

    /// <summary>How long a payload sounds, without decoding it.</summary>
    /// <returns>Samples at <see cref="VoiceFormat.Rate"/>; 0 when the payload is none of this format.</returns>
    int Measure(ReadOnlySpan<byte> payload);

    /// <summary>Decodes one payload, of any length of time between 2.5 and 120 ms.</summary>
    /// <param name="payload">As received; anything may be in it.</param>
    /// <param name="pcm">Room for 120 ms at <see cref="VoiceFormat.Rate"/>.</param>
    /// <returns>Samples written; 0 when the payload is none of this format or does not fit.</returns>
    int Decode(ReadOnlySpan<byte> payload, Span<short> pcm);

    /// <summary>Fills in for a lost packet by the codec's own means.</summary>
    /// <param name="next">The payload after the lost one, when it is here already: it may carry a copy (RFC 6716 §2.1.7); empty otherwise.</param>
    /// <param name="pcm">Filled to the last sample when it can.</param>
    /// <returns><see langword="false"/> when the codec has no such means: then the samples before are continued by whoever asks.</returns>
    bool Conceal(ReadOnlySpan<byte> next, Span<short> pcm);

    /// <summary>Forgets the stream: another begins.</summary>
    void Reset();
}
