using System.Security.Cryptography;

namespace Conference.Media.Security;

/// <summary>The transform of one direction, for RTP or for RTCP: packets in place, no state between them. Owned by one thread.</summary>
internal abstract class SrtpCipher : IDisposable
{
    private const int MostKeyBytes = 32;
    private const int MostSaltBytes = 14;
    private const int AuthenticationBytes = 20;

    /// <summary>Bytes that sealing adds at the end.</summary>
    public abstract int TagBytes { get; }

    /// <summary>For one half of a session.</summary>
    /// <param name="key">Master key and salt.</param>
    /// <param name="isControl">For RTCP.</param>
    public static SrtpCipher Open(SrtpKey key, bool isControl)
    {
        Span<byte> derived = stackalloc byte[MostKeyBytes + MostSaltBytes + AuthenticationBytes];
        var own = derived[..key.Suite.KeyBytes];
        var salt = derived.Slice(MostKeyBytes, key.Suite.SaltBytes);
        var authentication = derived[^AuthenticationBytes..];
        KeyDerivation.Derive(key, KeyLabel.Encryption, isControl, own);
        KeyDerivation.Derive(key, KeyLabel.Salt, isControl, salt);
        KeyDerivation.Derive(key, KeyLabel.Authentication, isControl, authentication);
        SrtpCipher opened = key.Suite.IsGalois
            ? new GaloisCipher(own, salt, isControl)
            : new CounterCipher(own, salt, authentication, isControl ? key.Suite.ControlTagBytes : key.Suite.TagBytes, isControl);
        CryptographicOperations.ZeroMemory(derived);
        return opened;
    }

    /// <summary>Encrypts and authenticates.</summary>
    /// <param name="buffer">The packet, with <see cref="TagBytes"/> of room after it.</param>
    /// <param name="header">Bytes that stay readable.</param>
    /// <param name="trailer">Bytes at the end that stay readable: the index of RTCP.</param>
    /// <param name="length">Bytes of the packet, with the trailer.</param>
    /// <param name="ssrc">Its source.</param>
    /// <param name="index">Its number: 48 bits for RTP, 31 for RTCP.</param>
    public abstract void Seal(Span<byte> buffer, int header, int trailer, int length, uint ssrc, ulong index);

    /// <summary>Authenticates and decrypts what <see cref="Seal"/> made.</summary>
    /// <param name="buffer">The packet and its tag. Unchanged on failure.</param>
    /// <param name="length">Bytes of the packet without the tag, with the trailer.</param>
    /// <returns>Whether somebody with the key wrote it.</returns>
    public abstract bool TryOpen(Span<byte> buffer, int header, int trailer, int length, uint ssrc, ulong index);

    public abstract void Dispose();
}
