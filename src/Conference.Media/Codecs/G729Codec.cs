namespace Conference.Media.Codecs;

/// <summary>The frames of G.729 and its Annex A: 80 samples, 10 bytes; 2 bytes of comfort noise may end a payload (RFC 3551 §4.5.6).</summary>
internal static class G729
{
    public const int Frame = 80;
    public const int Bytes = 10;
    public const int NoiseBytes = 2;
}

/// <summary>G.729 to samples, through libbcg729. Comfort noise of Annex B is understood whether or not it was agreed upon.</summary>
public sealed class G729Decoder : IVoiceDecoder
{
    private readonly G729Library _library;
    private G729Library.Channel _channel;

    internal G729Decoder(G729Library library) => (_library, _channel) = (library, library.NewDecoder());

    public VoiceFormat Format => VoiceFormats.G729;

    public int Decode(ReadOnlySpan<byte> payload, Span<short> pcm)
    {
        var frames = Frames(payload.Length);
        if (frames == 0 || pcm.Length < frames * G729.Frame) return 0;
        var (voices, rest) = Math.DivRem(payload.Length, G729.Bytes);
        for (var i = 0; i < frames; i++)
            _library.Decode(_channel, payload.Slice(i * G729.Bytes, i < voices ? G729.Bytes : rest), pcm.Slice(i * G729.Frame, G729.Frame));
        return frames * G729.Frame;
    }

    public int Measure(ReadOnlySpan<byte> payload) => Frames(payload.Length) * G729.Frame;

    public bool Conceal(ReadOnlySpan<byte> next, Span<short> pcm)
    {
        if (pcm.Length % G729.Frame != 0) return false;
        for (var at = 0; at < pcm.Length; at += G729.Frame)
            _library.Decode(_channel, [], pcm.Slice(at, G729.Frame));
        return true;
    }

    private static int Frames(int bytes)
    {
        var (voices, rest) = Math.DivRem(bytes, G729.Bytes);
        return rest is 0 or G729.NoiseBytes ? voices + rest / G729.NoiseBytes : 0;
    }

    public void Reset()
    {
        _channel.Dispose();
        _channel = _library.NewDecoder();
    }

    public void Dispose() => _channel.Dispose();
}

/// <summary>Samples to G.729 Annex A, through libbcg729. Never comfort noise: every receiver takes speech, not every one the other (RFC 7261).</summary>
public sealed class G729Encoder : IVoiceEncoder
{
    private readonly G729Library _library;
    private G729Library.Channel _channel;

    internal G729Encoder(G729Library library) => (_library, _channel) = (library, library.NewEncoder());

    public VoiceFormat Format => VoiceFormats.G729;

    public int Encode(ReadOnlySpan<short> pcm, Span<byte> payload)
    {
        var frames = pcm.Length / G729.Frame;
        if (payload.Length < frames * G729.Bytes) return 0;
        for (var i = 0; i < frames; i++)
            _library.Encode(_channel, pcm.Slice(i * G729.Frame, G729.Frame), payload.Slice(i * G729.Bytes, G729.Bytes));
        return frames * G729.Bytes;
    }

    public bool Follow(IVoiceEncoder other) => false;

    public void Reset()
    {
        _channel.Dispose();
        _channel = _library.NewEncoder();
    }

    public void Dispose() => _channel.Dispose();
}
