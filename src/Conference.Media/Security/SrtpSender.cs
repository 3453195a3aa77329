using System.Buffers.Binary;

namespace Conference.Media.Security;

/// <summary>Protects what we send under one key, RTP and RTCP, in place (RFC 3711). Allocates nothing per packet; owned by one thread.</summary>
/// <remarks>A key must never protect two packets of one source with one index: whoever sends gives sequence numbers in order and never twice.</remarks>
public sealed class SrtpSender : IDisposable
{
    private const int MostSources = 8;
    private const ulong LastIndex = (1UL << 48) - 1;
    private const uint LastControlIndex = (1U << 31) - 1;
    private const uint EncryptedFlag = 1U << 31;
    private const int IndexBytes = 4;

    private readonly Source[] _sources = new Source[MostSources];
    private readonly SrtpCipher _voice;
    private readonly SrtpCipher _control;
    private int _count;

    public SrtpSender(SrtpKey key) => (_voice, _control) = (SrtpCipher.Open(key, isControl: false), SrtpCipher.Open(key, isControl: true));

    /// <summary>Protects one RTP packet.</summary>
    /// <param name="buffer">The packet, and after it room for <see cref="SrtpSuite.MostGrowth"/> bytes.</param>
    /// <param name="length">Bytes of the packet; bytes to send afterwards.</param>
    public SrtpError Protect(Span<byte> buffer, ref int length)
    {
        var header = SrtpHeader.LengthOf(buffer[..length]);
        if (header == 0) return SrtpError.Malformed;
        if (buffer.Length < length + _voice.TagBytes) return SrtpError.NoRoom;
        var (ssrc, sequence) = (SrtpHeader.Ssrc(buffer, isControl: false), SrtpHeader.Sequence(buffer));
        ref var source = ref Find(ssrc, out var error);
        if (error != SrtpError.None) return error;

        var index = source.HasSent ? SrtpHeader.IndexOf(source.Highest, sequence) : sequence;
        if (index > LastIndex) return SrtpError.Exhausted;
        if (source.HasSent && index <= source.Highest) return SrtpError.Replayed;
        (source.Highest, source.HasSent) = (index, true);
        _voice.Seal(buffer, header, 0, length, ssrc, index);
        length += _voice.TagBytes;
        return SrtpError.None;
    }

    /// <summary>Protects one compound RTCP packet.</summary>
    /// <param name="buffer">The packet, and after it room for <see cref="SrtpSuite.MostGrowth"/> bytes.</param>
    /// <param name="length">Bytes of the packet; bytes to send afterwards.</param>
    public SrtpError ProtectControl(Span<byte> buffer, ref int length)
    {
        if (!SrtpHeader.IsControl(buffer[..length])) return SrtpError.Malformed;
        if (buffer.Length < length + IndexBytes + _control.TagBytes) return SrtpError.NoRoom;
        var ssrc = SrtpHeader.Ssrc(buffer, isControl: true);
        ref var source = ref Find(ssrc, out var error);
        if (error != SrtpError.None) return error;
        if (source.Reports > LastControlIndex) return SrtpError.Exhausted;

        var index = source.Reports++;
        BinaryPrimitives.WriteUInt32BigEndian(buffer[length..], EncryptedFlag | index);
        length += IndexBytes;
        _control.Seal(buffer, SrtpHeader.Control, IndexBytes, length, ssrc, index);
        length += _control.TagBytes;
        return SrtpError.None;
    }

    public void Dispose()
    {
        _voice.Dispose();
        _control.Dispose();
    }

    private ref Source Find(uint ssrc, out SrtpError error)
    {
        error = SrtpError.None;
        for (var i = 0; i < _count; i++)
            if (_sources[i].Ssrc == ssrc) return ref _sources[i];
        if (_count == MostSources)
        {
            error = SrtpError.TooManySources;
            return ref _sources[0];
        }

        _sources[_count] = new Source { Ssrc = ssrc };
        return ref _sources[_count++];
    }

    private struct Source
    {
        public uint Ssrc;
        public bool HasSent;
        public ulong Highest;
        public uint Reports;
    }
}
