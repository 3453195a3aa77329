namespace Conference.Media.Codecs;

/// <summary>PCM to payloads of one stream. Owned by one thread; allocates nothing after it was made.</summary>
public interface IVoiceEncoder : IDisposable
{
    /// <summary>The format it writes.</summary>
    VoiceFormat Format { get; }

    /// <summary>Encodes 10, 20, 40 or 60 ms.</summary>
    /// <param name="pcm">Samples at <see cref="VoiceFormat.Rate"/>.</param>
    /// <param name="payload">Room for 1 275 bytes, or for what G.711 would need when that is more.</param>
    /// <returns>Bytes written; 0 when nothing need be sent (DTX).</returns>
    int Encode(ReadOnlySpan<short> pcm, Span<byte> payload);

    /// <summary>Goes on exactly where another encoder of the same format and settings stands: a listener begins to speak.</summary>
    /// <returns><see langword="false"/> when the state of this codec cannot be copied.</returns>
    bool Follow(IVoiceEncoder other);

    /// <summary>Spends more or less effort, and expects more or less loss, from the next frame on; for codecs that have such a choice.</summary>
    /// <param name="complexity">0 to 10.</param>
    /// <param name="expectedLoss">Share of packets that the receiver misses, in percent.</param>
    void Tune(int complexity, int expectedLoss)
    {
    }

    /// <summary>Begins a new stream.</summary>
    void Reset();
}
