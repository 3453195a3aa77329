using System.Buffers.Binary;

namespace Conference.Media.Rtp;

/// <summary>The first rule of RFC 3550 §5.1 that a datagram broke.</summary>
public enum RtpError
{
    None,

    /// <summary>Shorter than its own header, CSRC list, extension or padding says.</summary>
    TooShort,

    /// <summary>Not version 2.</summary>
    WrongVersion,

    /// <summary>The padding length is zero or eats the header.</summary>
    BadPadding,

    /// <summary>Payload types 72 to 76 are RTCP packets on the wrong port (RFC 5761 §4).</summary>
    LooksLikeRtcp,
}

/// <summary>One RTP packet, read in place (RFC 3550 §5.1).</summary>
/// <remarks>
/// Borrows the datagram: valid only until the receive buffer is reused. Integers are big-endian on the wire.
/// <see cref="Timestamp"/> counts ticks of the payload's RTP clock (8 000 Hz for PCMU), not milliseconds.
/// </remarks>
public readonly ref struct RtpPacket
{
    /// <summary>Bytes of a header without CSRC list and extension.</summary>
    public const int FixedHeader = 12;

    private const ushort OneByteProfile = 0xBEDE; // RFC 8285 §4.2

    public bool Marker { get; private init; }

    /// <summary>0 to 127.</summary>
    public byte PayloadType { get; private init; }

    public ushort Sequence { get; private init; }

    public uint Timestamp { get; private init; }

    public uint Ssrc { get; private init; }

    public ReadOnlySpan<byte> Payload { get; private init; }

    /// <summary>Elements of the header extension in the one-byte form (RFC 8285 §4.2); empty for none, or in another form.</summary>
    public ReadOnlySpan<byte> Extensions { get; private init; }

    /// <summary>What the sender says about how loud the packet is (RFC 6464 §3).</summary>
    /// <param name="id">Number of the extension, 1 to 14; 0 for none agreed.</param>
    /// <returns>dBov; NaN when it says nothing.</returns>
    public float AudioLevel(int id)
    {
        const int levelBits = 0x7F;
        for (var rest = Extensions; id != 0 && rest.Length > 1;)
        {
            if (rest[0] == 0) // padding
            {
                rest = rest[1..];
                continue;
            }

            var length = (rest[0] & 0x0F) + 1;
            if (rest[0] >> 4 == id) return -(rest[1] & levelBits);
            if (rest[0] >> 4 == 15 || rest.Length <= length) break;
            rest = rest[(1 + length)..];
        }

        return float.NaN;
    }

    /// <summary>Reads one packet. Never throws, never allocates: the network is allowed to be wrong.</summary>
    /// <param name="datagram">The whole UDP payload, at least 12 bytes when it is RTP.</param>
    /// <param name="packet">The packet, or <see langword="default"/> unless the result is <see cref="RtpError.None"/>.</param>
    /// <returns><see cref="RtpError.None"/>, or the first rule that the datagram broke.</returns>
    public static RtpError Parse(ReadOnlySpan<byte> datagram, out RtpPacket packet)
    {
        packet = default;
        if (datagram.Length < FixedHeader) return RtpError.TooShort;
        if (datagram[0] >> 6 != 2) return RtpError.WrongVersion;
        if (datagram[1] is >= 200 and <= 204) return RtpError.LooksLikeRtcp;

        var start = FixedHeader + 4 * (datagram[0] & 0x0F); // CSRC list
        var (extensions, isOneByte) = (start, false);
        if ((datagram[0] & 0x10) != 0) // one extension block, §5.3.1
        {
            if (datagram.Length < start + 4) return RtpError.TooShort;
            isOneByte = BinaryPrimitives.ReadUInt16BigEndian(datagram[start..]) == OneByteProfile;
            extensions = start + 4;
            start += 4 + 4 * BinaryPrimitives.ReadUInt16BigEndian(datagram[(start + 2)..]);
        }

        if (datagram.Length < start) return RtpError.TooShort;
        var padding = (datagram[0] & 0x20) != 0 ? datagram[^1] : 0;
        if ((datagram[0] & 0x20) != 0 && (padding == 0 || padding > datagram.Length - start)) return RtpError.BadPadding;

        packet = new RtpPacket
        {
            Marker = (datagram[1] & 0x80) != 0,
            PayloadType = (byte)(datagram[1] & 0x7F),
            Sequence = BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]),
            Timestamp = BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]),
            Ssrc = BinaryPrimitives.ReadUInt32BigEndian(datagram[8..]),
            Payload = datagram[start..^padding],
            Extensions = isOneByte ? datagram[extensions..start] : default,
        };
        return RtpError.None;
    }

    /// <summary>Writes a header without CSRC list and extension into the first 12 bytes.</summary>
    public static void WriteHeader(Span<byte> datagram, byte payloadType, bool marker, ushort sequence, uint timestamp, uint ssrc)
    {
        datagram[0] = 0x80;
        datagram[1] = (byte)(payloadType | (marker ? 0x80 : 0));
        BinaryPrimitives.WriteUInt16BigEndian(datagram[2..], sequence);
        BinaryPrimitives.WriteUInt32BigEndian(datagram[4..], timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(datagram[8..], ssrc);
    }
}
