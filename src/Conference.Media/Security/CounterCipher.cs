using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Conference.Media.Security;

/// <summary>AES in counter mode with HMAC-SHA1 (RFC 3711 §4.1.1, §4.2.1).</summary>
internal sealed class CounterCipher : SrtpCipher
{
    private const int RolloverBytes = 4;

    private readonly byte[] _salt = new byte[AesCounter.Block];
    private readonly AesCounter _cipher;
    private readonly HmacSha1 _tag;
    private readonly bool _isControl;

    /// <param name="key">Session key.</param>
    /// <param name="salt">Session salt.</param>
    /// <param name="authentication">Session authentication key.</param>
    /// <param name="tagBytes">To what the digest is cut.</param>
    /// <param name="isControl">For RTCP.</param>
    public CounterCipher(ReadOnlySpan<byte> key, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> authentication, int tagBytes, bool isControl)
    {
        (_isControl, TagBytes) = (isControl, tagBytes);
        (_cipher, _tag) = (AesCounter.Open(key), new HmacSha1(authentication));
        salt.CopyTo(_salt);
    }

    public override int TagBytes { get; }

    public override void Seal(Span<byte> buffer, int header, int trailer, int length, uint ssrc, ulong index)
    {
        Crypt(buffer[header..(length - trailer)], ssrc, index);
        Span<byte> digest = stackalloc byte[Sha1.Digest];
        Digest(buffer, length, index, digest);
        digest[..TagBytes].CopyTo(buffer[length..]);
    }

    public override bool TryOpen(Span<byte> buffer, int header, int trailer, int length, uint ssrc, ulong index)
    {
        Span<byte> theirs = stackalloc byte[TagBytes];
        Span<byte> ours = stackalloc byte[Sha1.Digest];
        var place = buffer.Slice(length, TagBytes);
        place.CopyTo(theirs);
        Digest(buffer, length, index, ours);
        theirs.CopyTo(place);
        if (!CryptographicOperations.FixedTimeEquals(theirs, ours[..TagBytes])) return false;
        Crypt(buffer[header..(length - trailer)], ssrc, index);
        return true;
    }

    public override void Dispose() => _cipher.Dispose();

    /// <summary>RTP is authenticated together with its rollover counter, which is written for that moment where the tag goes; RTCP carries its index itself.</summary>
    private void Digest(Span<byte> buffer, int length, ulong index, Span<byte> digest)
    {
        if (!_isControl)
        {
            BinaryPrimitives.WriteUInt32BigEndian(buffer[length..], (uint)(index >> 16));
            length += RolloverBytes;
        }

        _tag.Compute(buffer[..length], digest);
    }

    /// <summary>The first counter block: salt, source and index, each in its place (RFC 3711 §4.1.1).</summary>
    private void Crypt(Span<byte> data, uint ssrc, ulong index)
    {
        Span<byte> start = stackalloc byte[AesCounter.Block];
        BinaryPrimitives.WriteUInt64BigEndian(start, BinaryPrimitives.ReadUInt64BigEndian(_salt) ^ ssrc);
        BinaryPrimitives.WriteUInt64BigEndian(start[8..], BinaryPrimitives.ReadUInt64BigEndian(_salt.AsSpan(8)) ^ (index << 16));
        _cipher.Apply(start, data);
    }
}
