using System.Buffers.Binary;

namespace Conference.Media.Security;

/// <summary>Believes and decrypts what arrives under one key, RTP and RTCP, in place (RFC 3711). Allocates nothing per packet; owned by one thread.</summary>
/// <remarks>Only authentic packets leave a trace: a flood of others changes nothing.</remarks>
public sealed class SrtpReceiver : IDisposable
{
    private const int MostSources = 64; // a phone may take a new source at every hold
    private const uint EncryptedFlag = 1U << 31;
    private const int IndexBytes = 4;

    private readonly Source[] _sources = new Source[MostSources];
    private readonly SrtpCipher _voice;
    private readonly SrtpCipher _control;
    private readonly byte[] _identifier;
    private readonly bool _isGalois;
    private int _count;
    private int _last;

    public SrtpReceiver(SrtpKey key)
    {
        (_voice, _control) = (SrtpCipher.Open(key, isControl: false), SrtpCipher.Open(key, isControl: true));
        (_identifier, _isGalois) = (key.Identifier.ToArray(), key.Suite.IsGalois);
    }

    /// <summary>Authenticates and decrypts one RTP packet.</summary>
    /// <param name="packet">The datagram. Its content is undefined unless the result is <see cref="SrtpError.None"/>.</param>
    /// <param name="length">Bytes of the datagram; bytes of the RTP packet afterwards.</param>
    public SrtpError Unprotect(Span<byte> packet, ref int length)
    {
        var plain = RemoveIdentifier(packet, length, _voice.TagBytes) - _voice.TagBytes;
        var header = plain < 0 ? 0 : SrtpHeader.LengthOf(packet[..plain]);
        if (header == 0) return SrtpError.Malformed;
        var (ssrc, sequence) = (SrtpHeader.Ssrc(packet, isControl: false), SrtpHeader.Sequence(packet));
        var at = Find(ssrc);
        var error = at >= 0 && !_sources[at].Voice.IsEmpty
            ? OpenKnown(packet, header, plain, ssrc, sequence, ref _sources[at].Voice)
            : OpenFirst(packet, header, plain, ssrc, sequence, at);
        if (error == SrtpError.None) length = plain;
        return error;
    }

    /// <summary>Authenticates and decrypts one compound RTCP packet.</summary>
    /// <param name="packet">The datagram. Its content is undefined unless the result is <see cref="SrtpError.None"/>.</param>
    /// <param name="length">Bytes of the datagram; bytes of the RTCP packet afterwards.</param>
    public SrtpError UnprotectControl(Span<byte> packet, ref int length)
    {
        var full = RemoveIdentifier(packet, length, _control.TagBytes);
        var plain = full - _control.TagBytes - IndexBytes;
        if (plain < SrtpHeader.Control || !SrtpHeader.IsControl(packet[..plain])) return SrtpError.Malformed;
        var word = BinaryPrimitives.ReadUInt32BigEndian(packet[(_isGalois ? full - IndexBytes : plain)..]);
        if ((word & EncryptedFlag) == 0) return SrtpError.Unencrypted;
        var (ssrc, index) = (SrtpHeader.Ssrc(packet, isControl: true), word & ~EncryptedFlag);
        var at = Find(ssrc);
        if (at >= 0 && !_sources[at].Control.IsNew(index)) return SrtpError.Replayed;
        if (!_control.TryOpen(packet, SrtpHeader.Control, IndexBytes, plain + IndexBytes, ssrc, index)) return SrtpError.Forged;
        if (at < 0 && !TryAdd(ssrc, out at)) return SrtpError.TooManySources;
        _sources[at].Control.Mark(index);
        length = plain;
        return SrtpError.None;
    }

    public void Dispose()
    {
        _voice.Dispose();
        _control.Dispose();
    }

    private SrtpError OpenKnown(Span<byte> packet, int header, int plain, uint ssrc, ushort sequence, ref ReplayWindow seen)
    {
        var index = SrtpHeader.IndexOf(seen.Highest, sequence);
        if (index >> 48 != 0 || !seen.IsNew(index)) return SrtpError.Replayed;
        if (!_voice.TryOpen(packet, header, 0, plain, ssrc, index)) return SrtpError.Forged;
        seen.Mark(index);
        return SrtpError.None;
    }

    /// <summary>A source begins with rollover counter 0; if its first packets were lost it may be past the first rollover already.</summary>
    private SrtpError OpenFirst(Span<byte> packet, int header, int plain, uint ssrc, ushort sequence, int at)
    {
        ulong index = sequence;
        if (!_voice.TryOpen(packet, header, 0, plain, ssrc, index))
        {
            index += 1 << 16;
            if (!_voice.TryOpen(packet, header, 0, plain, ssrc, index)) return SrtpError.Forged;
        }

        if (at < 0 && !TryAdd(ssrc, out at)) return SrtpError.TooManySources;
        _sources[at].Voice.Mark(index);
        return SrtpError.None;
    }

    /// <summary>Takes the master key identifier out, so that the rest looks as if there were none.</summary>
    /// <param name="after">Bytes that follow the identifier: the tag, except where it is part of what is encrypted (RFC 7714 §8, §9).</param>
    /// <returns>Bytes left; too few when there is none, or another's.</returns>
    private int RemoveIdentifier(Span<byte> packet, int length, int after)
    {
        if (_identifier.Length == 0) return length;
        if (_isGalois) after = 0;
        var at = length - after - _identifier.Length;
        if (at < 0 || !packet.Slice(at, _identifier.Length).SequenceEqual(_identifier)) return -1;
        packet.Slice(at + _identifier.Length, after).CopyTo(packet[at..]);
        return length - _identifier.Length;
    }

    private int Find(uint ssrc)
    {
        if (_last < _count && _sources[_last].Ssrc == ssrc) return _last;
        for (var i = 0; i < _count; i++)
            if (_sources[i].Ssrc == ssrc) return _last = i;
        return -1;
    }

    private bool TryAdd(uint ssrc, out int at)
    {
        at = _count;
        if (_count == MostSources) return false;
        _sources[_count++] = new Source { Ssrc = ssrc };
        return true;
    }

    private struct Source
    {
        public uint Ssrc;
        public ReplayWindow Voice;
        public ReplayWindow Control;
    }
}
