using System.Buffers.Binary;
using Conference.Media.Rtp;

namespace Conference.Media.Security;

/// <summary>Writes one STUN answer into the caller's buffer (RFC 8489 §5).</summary>
internal ref struct StunWriter
{
    /// <summary>The longest answer: an IPv6 address, integrity and fingerprint.</summary>
    public const int MostBytes = 80;

    private const ushort Success = 0x0101;
    private const ushort Failure = 0x0111;

    private readonly Span<byte> _buffer;

    public StunWriter(Span<byte> buffer, bool isSuccess, ReadOnlySpan<byte> transaction)
    {
        _buffer = buffer;
        BinaryPrimitives.WriteUInt16BigEndian(buffer, isSuccess ? Success : Failure);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[4..], StunMessage.Cookie);
        transaction.CopyTo(buffer[8..]);
        Length = StunMessage.Header;
    }

    public int Length { get; private set; }

    /// <summary>Where the request came from, covered so that no middle box rewrites it (RFC 8489 §14.2).</summary>
    public void AddMappedAddress(Peer peer)
    {
        var bytes = peer.IsV4 ? 4 : 16;
        var value = Add(StunAttribute.XorMappedAddress, 4 + bytes);
        (value[0], value[1]) = (0, (byte)(peer.IsV4 ? 1 : 2));
        BinaryPrimitives.WriteUInt16BigEndian(value[2..], (ushort)(peer.Port ^ (StunMessage.Cookie >> 16)));
        Span<byte> address = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(address, peer.Address);
        for (var i = 0; i < bytes; i++)
            value[4 + i] = (byte)(address[16 - bytes + i] ^ _buffer[4 + i]); // cookie and transaction
    }

    /// <summary>ERROR-CODE without a phrase (RFC 8489 §14.8).</summary>
    public void AddError(int code)
    {
        var value = Add(StunAttribute.ErrorCode, 4);
        value.Clear();
        (value[2], value[3]) = ((byte)(code / 100), (byte)(code % 100));
    }

    /// <summary>Which attribute was not understood (RFC 8489 §14.13).</summary>
    public void AddUnknown(ushort attribute)
    {
        var value = Add(StunAttribute.UnknownAttributes, 2);
        BinaryPrimitives.WriteUInt16BigEndian(value, attribute);
    }

    /// <summary>MESSAGE-INTEGRITY and FINGERPRINT; nothing may follow.</summary>
    public void Seal(HmacSha1 password)
    {
        var before = Length;
        var digest = Add(StunAttribute.MessageIntegrity, Sha1.Digest);
        WriteLength();
        password.Compute(_buffer[..before], digest);
        before = Length;
        var checksum = Add(StunAttribute.Fingerprint, 4);
        WriteLength();
        BinaryPrimitives.WriteUInt32BigEndian(checksum, Crc32.Of(_buffer[..before]) ^ StunMessage.FingerprintMask);
    }

    private readonly void WriteLength() => BinaryPrimitives.WriteUInt16BigEndian(_buffer[2..], (ushort)(Length - StunMessage.Header));

    private Span<byte> Add(StunAttribute attribute, int length)
    {
        var at = Length;
        Length += 4 + (length + 3) / 4 * 4;
        _buffer[at..Length].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[at..], (ushort)attribute);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[(at + 2)..], (ushort)length);
        return _buffer.Slice(at + 4, length);
    }
}
