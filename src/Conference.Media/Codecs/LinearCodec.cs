using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Conference.Media.Codecs;

/// <summary>L16: the samples themselves in network byte order (RFC 3551 §4.5.11). Without memory: encoder and decoder in one.</summary>
internal sealed class LinearCodec(VoiceFormat format) : IVoiceDecoder, IVoiceEncoder
{
    public VoiceFormat Format => format;

    public int Decode(ReadOnlySpan<byte> payload, Span<short> pcm)
    {
        var samples = MemoryMarshal.Cast<byte, short>(payload);
        if (payload.Length % 2 != 0 || pcm.Length < samples.Length) return 0;
        Swap(samples, pcm);
        return samples.Length;
    }

    public int Encode(ReadOnlySpan<short> pcm, Span<byte> payload)
    {
        if (payload.Length < 2 * pcm.Length) return 0;
        Swap(pcm, MemoryMarshal.Cast<byte, short>(payload));
        return 2 * pcm.Length;
    }

    public int Measure(ReadOnlySpan<byte> payload) => payload.Length % 2 == 0 ? payload.Length / 2 : 0;

    public bool Conceal(ReadOnlySpan<byte> next, Span<short> pcm) => false;

    public bool Follow(IVoiceEncoder other) => other is LinearCodec;

    public void Reset()
    {
    }

    public void Dispose()
    {
    }

    private static void Swap(ReadOnlySpan<short> from, Span<short> to)
    {
        if (BitConverter.IsLittleEndian) BinaryPrimitives.ReverseEndianness(from, to);
        else from.CopyTo(to);
    }
}
