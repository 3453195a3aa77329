using System.Buffers.Binary;

namespace Conference.Media.Security;

/// <summary>The first rule of RFC 8489 §5 and §14 that a datagram broke.</summary>
public enum StunError
{
    None,

    /// <summary>Not of a length that a message can have.</summary>
    BadLength,

    /// <summary>No magic cookie, or the first bits are not zero.</summary>
    NotStun,

    /// <summary>An attribute reaches beyond the message.</summary>
    BadAttribute,

    /// <summary>FINGERPRINT is wrong, or not the last attribute.</summary>
    BadFingerprint,
}

/// <summary>One STUN message, read in place (RFC 8489 §5).</summary>
/// <remarks>Borrows the datagram. Attributes after MESSAGE-INTEGRITY are not looked at (§14.5), but for FINGERPRINT.</remarks>
public readonly ref struct StunMessage
{
    internal const int Header = 20;
    internal const uint Cookie = 0x2112A442;
    internal const uint FingerprintMask = 0x5354554E;
    internal const int IntegrityBytes = 4 + Sha1.Digest;
    internal const int FingerprintBytes = 8;
    internal const ushort BindingRequest = 0x0001;

    private readonly ReadOnlySpan<byte> _datagram;

    private StunMessage(ReadOnlySpan<byte> datagram) => _datagram = datagram;

    /// <summary>Whether it is a request to answer: binding is the only method here.</summary>
    public bool IsBindingRequest => BinaryPrimitives.ReadUInt16BigEndian(_datagram) == BindingRequest;

    /// <summary>96 bits that an answer repeats.</summary>
    public ReadOnlySpan<byte> Transaction => _datagram.Slice(8, 12);

    /// <summary>USERNAME, "ours:theirs" in a connectivity check (RFC 8445 §7.2.2); empty when missing.</summary>
    public ReadOnlySpan<byte> Username { get; private init; }

    /// <summary>The name we gave: which leg is meant on a shared port.</summary>
    public ReadOnlySpan<byte> LocalFragment => Username[..Math.Max(0, Username.IndexOf((byte)':'))];

    public bool HasFingerprint { get; private init; }

    public bool UsesCandidate { get; private init; }

    public bool ClaimsControlled { get; private init; }

    /// <summary>The first attribute that must be understood and is not; 0 for none.</summary>
    public ushort Unknown { get; private init; }

    private int IntegrityAt { get; init; }

    /// <summary>Reads one message. Never throws, never allocates.</summary>
    public static StunError Parse(ReadOnlySpan<byte> datagram, out StunMessage message)
    {
        message = default;
        if (datagram.Length < Header || datagram.Length % 4 != 0) return StunError.BadLength;
        if (datagram[0] >= 0x40 || BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]) != Cookie) return StunError.NotStun;
        if (BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]) != datagram.Length - Header) return StunError.BadLength;

        var read = new StunMessage(datagram);
        for (var at = Header; at < datagram.Length;)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(datagram[(at + 2)..]);
            var next = at + 4 + (length + 3) / 4 * 4;
            if (next > datagram.Length) return StunError.BadAttribute;
            var error = Take(ref read, (StunAttribute)BinaryPrimitives.ReadUInt16BigEndian(datagram[at..]), at, length, next);
            if (error != StunError.None) return error;
            at = next;
        }

        message = read;
        return StunError.None;
    }

    /// <summary>Whether MESSAGE-INTEGRITY is there and right (RFC 8489 §14.5).</summary>
    internal bool IsAuthentic(HmacSha1 password)
    {
        if (IntegrityAt == 0 || IntegrityAt > MostAuthenticated) return false;
        Span<byte> scratch = stackalloc byte[IntegrityAt];
        Span<byte> digest = stackalloc byte[Sha1.Digest];
        _datagram[..IntegrityAt].CopyTo(scratch);
        BinaryPrimitives.WriteUInt16BigEndian(scratch[2..], (ushort)(IntegrityAt + IntegrityBytes - Header)); // as if it were the last attribute
        password.Compute(scratch, digest);
        return System.Security.Cryptography.CryptographicOperations.FixedTimeEquals(digest, _datagram.Slice(IntegrityAt + 4, Sha1.Digest));
    }

    private const int MostAuthenticated = 1280;

    private static StunError Take(ref StunMessage read, StunAttribute attribute, int at, int length, int next)
    {
        var datagram = read._datagram;
        if (attribute == StunAttribute.Fingerprint)
        {
            var isRight = length == 4 && next == datagram.Length
                && BinaryPrimitives.ReadUInt32BigEndian(datagram[(at + 4)..]) == (Crc32.Of(datagram[..at]) ^ FingerprintMask);
            read = read with { HasFingerprint = isRight };
            return isRight ? StunError.None : StunError.BadFingerprint;
        }

        if (read.IntegrityAt > 0) return StunError.None;
        read = attribute switch
        {
            StunAttribute.Username => read with { Username = datagram.Slice(at + 4, length) },
            StunAttribute.MessageIntegrity when length == Sha1.Digest => read with { IntegrityAt = at },
            StunAttribute.UseCandidate => read with { UsesCandidate = true },
            StunAttribute.IceControlled => read with { ClaimsControlled = true },
            StunAttribute.Priority or StunAttribute.IceControlling => read,
            _ when (ushort)attribute < 0x8000 && read.Unknown == 0 => read with { Unknown = (ushort)attribute },
            _ => read,
        };
        return StunError.None;
    }
}

/// <summary>Attributes of RFC 8489 §18.3 and RFC 8445 §16.1 that checks use; below 0x8000 they must be understood.</summary>
internal enum StunAttribute : ushort
{
    Username = 0x0006,
    MessageIntegrity = 0x0008,
    ErrorCode = 0x0009,
    UnknownAttributes = 0x000A,
    XorMappedAddress = 0x0020,
    Priority = 0x0024,
    UseCandidate = 0x0025,
    Fingerprint = 0x8028,
    IceControlled = 0x8029,
    IceControlling = 0x802A,
}
