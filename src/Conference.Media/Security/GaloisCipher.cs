using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Conference.Media.Security;

/// <summary>AES in Galois/counter mode (RFC 7714).</summary>
internal sealed class GaloisCipher : SrtpCipher
{
    private const int SaltBytes = 12;

    private readonly byte[] _salt = new byte[SaltBytes];
    private readonly AesCounter _cipher;
    private readonly Galois _hash;
    private readonly bool _isControl;

    /// <param name="key">Session key.</param>
    /// <param name="salt">Session salt.</param>
    /// <param name="isControl">For RTCP.</param>
    public GaloisCipher(ReadOnlySpan<byte> key, ReadOnlySpan<byte> salt, bool isControl)
    {
        _isControl = isControl;
        _cipher = AesCounter.Open(key);
        salt.CopyTo(_salt);
        Span<byte> zero = stackalloc byte[2 * AesCounter.Block];
        zero.Clear();
        _cipher.Apply(zero[AesCounter.Block..], zero[..AesCounter.Block]); // the key stream of block zero
        _hash = new Galois(zero[..AesCounter.Block]);
    }

    public override int TagBytes => AesCounter.Block;

    public override void Seal(Span<byte> buffer, int header, int trailer, int length, uint ssrc, ulong index)
    {
        Span<byte> start = stackalloc byte[AesCounter.Block];
        Begin(start, ssrc, index, counter: 2);
        var end = length - trailer;
        _cipher.Apply(start, buffer[header..end]);

        Span<byte> tag = stackalloc byte[AesCounter.Block];
        Tag(buffer, header, trailer, length, start, tag);
        buffer[end..length].CopyTo(buffer[(end + tag.Length)..]); // the index of RTCP comes after the tag
        tag.CopyTo(buffer[end..]);
    }

    [SkipLocalsInit]
    public override bool TryOpen(Span<byte> buffer, int header, int trailer, int length, uint ssrc, ulong index)
    {
        // tag and index change places, so that both directions look the same here
        Span<byte> theirs = stackalloc byte[AesCounter.Block];
        Span<byte> ours = stackalloc byte[AesCounter.Block];
        Span<byte> start = stackalloc byte[AesCounter.Block];
        var end = length - trailer;
        buffer.Slice(end, theirs.Length).CopyTo(theirs);
        buffer.Slice(end + theirs.Length, trailer).CopyTo(buffer[end..]);

        Begin(start, ssrc, index, counter: 2);
        Tag(buffer, header, trailer, length, start, ours);
        if (CryptographicOperations.FixedTimeEquals(theirs, ours))
        {
            _cipher.Apply(start, buffer[header..end]);
            return true;
        }

        buffer[end..length].CopyTo(buffer[(end + theirs.Length)..]);
        theirs.CopyTo(buffer[end..]);
        return false;
    }

    public override void Dispose() => _cipher.Dispose();

    /// <summary>The hash, covered by the key stream of counter 1. What stays readable is authenticated: the header, and for RTCP the index.</summary>
    private void Tag(ReadOnlySpan<byte> buffer, int header, int trailer, int length, Span<byte> start, Span<byte> tag)
    {
        var encrypted = buffer[header..(length - trailer)];
        if (trailer == 0)
        {
            _hash.Compute(buffer[..header], encrypted, tag);
        }
        else
        {
            Span<byte> readable = stackalloc byte[header + trailer];
            buffer[..header].CopyTo(readable);
            buffer.Slice(length - trailer, trailer).CopyTo(readable[header..]);
            _hash.Compute(readable, encrypted, tag);
        }

        start[15] = 1;
        _cipher.Apply(start, tag);
        start[15] = 2;
    }

    /// <summary>Twelve bytes of initialization vector (RFC 7714 §8.1, §9.1) and the block counter.</summary>
    private void Begin(Span<byte> start, uint ssrc, ulong index, byte counter)
    {
        BinaryPrimitives.WriteUInt16BigEndian(start, 0);
        BinaryPrimitives.WriteUInt32BigEndian(start[2..], ssrc);
        BinaryPrimitives.WriteUInt16BigEndian(start[6..], (ushort)(_isControl ? 0 : index >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(start[8..], (uint)index);
        for (var i = 0; i < SaltBytes; i++)
            start[i] ^= _salt[i];
        BinaryPrimitives.WriteUInt32BigEndian(start[12..], counter);
    }
}
