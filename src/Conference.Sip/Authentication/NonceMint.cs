using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;

namespace Conference.Sip.Authentication;

/// <summary>Nonces that carry their own proof: time, chance and an HMAC over both, the realm and the asker's address.</summary>
/// <remarks>A challenge costs no memory, so a storm of strangers costs none either. The key changes daily; the one before still counts.</remarks>
internal sealed class NonceMint(string realm)
{
    /// <summary>How long a nonce is good, in milliseconds.</summary>
    public const long Life = 300_000;

    private const int Bytes = 32; // 8 time, 8 random, 16 HMAC
    private static readonly TimeSpan KeyLife = TimeSpan.FromDays(1);

    private readonly byte[] _realm = System.Text.Encoding.UTF8.GetBytes(realm);
    private byte[] _key = RandomNumberGenerator.GetBytes(32);
    private byte[] _keyBefore = RandomNumberGenerator.GetBytes(32);
    private long _keySince;

    /// <summary>A fresh nonce for a peer.</summary>
    /// <param name="now">Milliseconds of the loop's clock, which never jumps.</param>
    /// <param name="source">Whom it is for; another address cannot use it.</param>
    public string Make(long now, IPAddress source)
    {
        Rotate(now);
        Span<byte> nonce = stackalloc byte[Bytes];
        BinaryPrimitives.WriteInt64BigEndian(nonce, now);
        RandomNumberGenerator.Fill(nonce[8..16]);
        Seal(_key, nonce[..16], source, nonce[16..]);
        return Base64Url.EncodeToString(nonce);
    }

    /// <summary>Whether this nonce was made here, for this address, in the last five minutes.</summary>
    /// <param name="text">As it came.</param>
    /// <param name="now">Milliseconds of the loop's clock.</param>
    /// <param name="source">Who shows it.</param>
    /// <param name="made">When it was made, on the same clock.</param>
    public bool IsGood(ReadOnlySpan<byte> text, long now, IPAddress source, out long made)
    {
        made = 0;
        Rotate(now);
        Span<byte> nonce = stackalloc byte[Bytes];
        if (text.Length != 43 || Base64Url.DecodeFromUtf8(text, nonce, out _, out var length) != OperationStatus.Done || length != Bytes) return false;
        made = BinaryPrimitives.ReadInt64BigEndian(nonce);
        var age = now - made;
        if (age < 0 || age > Life) return false;

        Span<byte> seal = stackalloc byte[16];
        Seal(_key, nonce[..16], source, seal);
        if (CryptographicOperations.FixedTimeEquals(seal, nonce[16..])) return true;
        Seal(_keyBefore, nonce[..16], source, seal);
        return CryptographicOperations.FixedTimeEquals(seal, nonce[16..]);
    }

    private void Seal(byte[] key, ReadOnlySpan<byte> body, IPAddress source, Span<byte> seal)
    {
        Span<byte> hash = stackalloc byte[32];
        HMACSHA256.HashData(key, [.. body, .. source.GetAddressBytes(), .. _realm], hash);
        hash[..16].CopyTo(seal);
    }

    private void Rotate(long now)
    {
        if (now - _keySince < KeyLife.TotalMilliseconds) return;
        (_keyBefore, _key, _keySince) = (_key, RandomNumberGenerator.GetBytes(32), now);
    }
}
