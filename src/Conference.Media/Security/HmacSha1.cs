using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Conference.Media.Security;

/// <summary>HMAC-SHA1 (RFC 2104) with one key for many messages: the keyed states are computed once. Allocates nothing after that.</summary>
internal sealed class HmacSha1
{
    private readonly Sha1State _inner;
    private readonly Sha1State _outer;
    private readonly bool _native;

    /// <param name="key">Of any length.</param>
    /// <param name="native">Whether OpenSSL may do the work.</param>
    public HmacSha1(ReadOnlySpan<byte> key, bool native = true)
    {
        _native = native && Sha1.IsNative;
        Span<byte> block = stackalloc byte[Sha1.Block];
        block.Clear();
        if (key.Length > Sha1.Block) System.Security.Cryptography.SHA1.HashData(key, block);
        else key.CopyTo(block);
        _inner = Keyed(block, 0x36);
        _outer = Keyed(block, 0x5C);
        block.Clear();
    }

    /// <summary>The whole digest of a message.</summary>
    [SkipLocalsInit]
    public void Compute(ReadOnlySpan<byte> message, Span<byte> digest)
    {
        var state = _inner;
        var whole = message.Length & ~(Sha1.Block - 1);
        if (whole > 0) Sha1.Absorb(ref state, message[..whole], _native);

        Span<byte> tail = stackalloc byte[2 * Sha1.Block];
        Sha1.Absorb(ref state, Padded(message[whole..], message.Length, tail), _native);
        Sha1.Write(state, tail);

        state = _outer;
        Span<byte> last = stackalloc byte[2 * Sha1.Block];
        Sha1.Absorb(ref state, Padded(tail[..Sha1.Digest], Sha1.Digest, last), _native);
        Sha1.Write(state, digest);
    }

    private Sha1State Keyed(ReadOnlySpan<byte> key, byte pad)
    {
        Span<byte> block = stackalloc byte[Sha1.Block];
        for (var i = 0; i < block.Length; i++)
            block[i] = (byte)(key[i] ^ pad);
        var state = Sha1State.Initial;
        Sha1.Absorb(ref state, block, _native);
        block.Clear();
        return state;
    }

    /// <summary>The end of a message with its padding (FIPS 180-4 §5.1.1); the keyed block counts as well.</summary>
    private static ReadOnlySpan<byte> Padded(ReadOnlySpan<byte> rest, int length, Span<byte> scratch)
    {
        var blocks = scratch[..(rest.Length + 9 <= Sha1.Block ? Sha1.Block : 2 * Sha1.Block)];
        rest.CopyTo(blocks);
        blocks[rest.Length..].Clear();
        blocks[rest.Length] = 0x80;
        BinaryPrimitives.WriteInt64BigEndian(blocks[^8..], 8L * (Sha1.Block + length));
        return blocks;
    }
}
