namespace Conference.Media.Codecs;

/// <summary>How code words lie in bytes.</summary>
internal enum G726Packing
{
    /// <summary>The first in the least significant bits: G726-16 to -40 of RFC 3551 §4.5.4.</summary>
    Rtp,

    /// <summary>The first in the most significant bits: AAL2-G726-16 to -40, as ITU-T I.366.2 has it.</summary>
    Aal2,
}

/// <summary>Reads payloads of G.726: whole groups of 8 code words.</summary>
internal sealed class G726Decoder(VoiceFormat format, int bits, G726Packing packing) : IVoiceDecoder
{
    private const int Group = 8; // code words that end at a byte, at every rate

    private G726 _state = new(bits);

    public VoiceFormat Format => format;

    public int Decode(ReadOnlySpan<byte> payload, Span<short> pcm)
    {
        var samples = payload.Length / bits * Group;
        if (samples > pcm.Length) return 0;
        for (var at = 0; at < samples; at += Group)
        {
            var word = Read(payload.Slice(at / Group * bits, bits));
            for (var i = 0; i < Group; i++)
                pcm[at + i] = _state.Decode(CodeAt(word, i));
        }

        return samples;
    }

    public int Measure(ReadOnlySpan<byte> payload) => payload.Length / bits * Group;

    public bool Conceal(ReadOnlySpan<byte> next, Span<short> pcm) => false;

    public void Reset() => _state = new(bits);

    public void Dispose()
    {
    }

    private int CodeAt(ulong word, int index)
    {
        var shift = bits * (packing == G726Packing.Rtp ? index : Group - 1 - index);
        return (int)(word >> shift) & ((1 << bits) - 1);
    }

    private ulong Read(ReadOnlySpan<byte> bytes)
    {
        ulong word = 0;
        for (var i = 0; i < bytes.Length; i++)
            word = word << 8 | bytes[packing == G726Packing.Rtp ? bytes.Length - 1 - i : i];
        return word;
    }
}

/// <summary>Writes payloads of G.726: whole groups of 8 code words, as 10 ms always are.</summary>
internal sealed class G726Encoder(VoiceFormat format, int bits, G726Packing packing) : IVoiceEncoder
{
    private const int Group = 8;

    private G726 _state = new(bits);

    public VoiceFormat Format => format;

    public int Encode(ReadOnlySpan<short> pcm, Span<byte> payload)
    {
        var length = pcm.Length / Group * bits;
        if (payload.Length < length) return 0;
        for (var at = 0; at + Group <= pcm.Length; at += Group)
        {
            ulong word = 0;
            for (var i = 0; i < Group; i++)
                word |= (ulong)_state.Encode(pcm[at + i]) << (bits * (packing == G726Packing.Rtp ? i : Group - 1 - i));
            Write(word, payload.Slice(at / Group * bits, bits));
        }

        return length;
    }

    public bool Follow(IVoiceEncoder other)
    {
        if (other is not G726Encoder leader || leader.Format != format) return false;
        _state = leader._state;
        return true;
    }

    public void Reset() => _state = new(bits);

    public void Dispose()
    {
    }

    private void Write(ulong word, Span<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
            bytes[packing == G726Packing.Rtp ? i : bytes.Length - 1 - i] = (byte)(word >> (8 * i));
    }
}
