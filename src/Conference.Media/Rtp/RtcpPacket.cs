using System.Buffers.Binary;

namespace Conference.Media.Rtp;

/// <summary>The first rule that an RTCP compound broke (RFC 3550 §6.1, A.2).</summary>
public enum RtcpError
{
    None,
    TooShort,
    WrongVersion,

    /// <summary>A packet claims more than the datagram holds, or less than its own lists need.</summary>
    BadLength,

    /// <summary>Padding anywhere but at the end, or more than there is.</summary>
    BadPadding,

    /// <summary>Not an RTCP packet type (192 to 223).</summary>
    UnknownType,
}

/// <summary>What an RTCP compound told us, as far as we listen.</summary>
/// <param name="HasSenderReport">Whether a sender report was in it.</param>
/// <param name="NtpMiddle">The middle 32 bits of its NTP time, to be returned as LSR.</param>
/// <param name="HasReport">Whether a report block about our own stream was in it.</param>
/// <param name="FractionLost">Of our packets, in 1/256.</param>
/// <param name="Jitter">Of our packets, in ticks of the RTP clock.</param>
/// <param name="LastReport">The NTP middle of our own last sender report as it came back; 0 when they have none yet.</param>
/// <param name="SinceLastReport">How long they held it, in 1/65536 s.</param>
/// <param name="HasBye">Whether the peer says goodbye.</param>
public readonly record struct RtcpNews(
    bool HasSenderReport, uint NtpMiddle, bool HasReport, byte FractionLost, uint Jitter, uint LastReport, uint SinceLastReport, bool HasBye)
{
    /// <summary>What extended reports told (RFC 3611).</summary>
    public ExtendedNews Extended { get; init; }
}

/// <summary>RTCP compounds: sender and receiver reports, SDES with a CNAME, BYE (RFC 3550 §6), extended reports (RFC 3611).</summary>
public static class RtcpPacket
{
    /// <summary>Bytes enough for what <see cref="WriteReport"/> writes.</summary>
    public const int MaxReport = 96;

    private const byte Sender = 200;
    private const byte Receiver = 201;
    private const byte Description = 202;
    private const byte Goodbye = 203;
    private const int BlockLength = 24;

    /// <summary>Reads a compound. Never throws, never allocates.</summary>
    /// <param name="datagram">The whole UDP payload.</param>
    /// <param name="ours">Our SSRC: the report blocks about it are ours.</param>
    /// <param name="news">What it says; default unless the result is <see cref="RtcpError.None"/>.</param>
    public static RtcpError Parse(ReadOnlySpan<byte> datagram, uint ours, out RtcpNews news)
    {
        news = default;
        if (datagram.Length < 8) return RtcpError.TooShort;
        var told = default(RtcpNews);
        for (var rest = datagram; !rest.IsEmpty;)
        {
            var error = Take(rest, out var length);
            if (error == RtcpError.None) error = Read(rest[..length], ours, ref told);
            if (error != RtcpError.None) return error;
            rest = rest[length..];
        }

        news = told;
        return RtcpError.None;
    }

    /// <summary>Checks the common header; the length it returns is at least 4, so that the cursor always moves.</summary>
    private static RtcpError Take(ReadOnlySpan<byte> rest, out int length)
    {
        length = 0;
        if (rest.Length < 4) return RtcpError.TooShort;
        if (rest[0] >> 6 != 2) return RtcpError.WrongVersion;
        if (rest[1] is < 192 or > 223) return RtcpError.UnknownType;
        length = 4 * (1 + BinaryPrimitives.ReadUInt16BigEndian(rest[2..]));
        if (length > rest.Length) return RtcpError.BadLength;
        if ((rest[0] & 0x20) == 0) return RtcpError.None;
        var padding = rest[length - 1];
        return length == rest.Length && padding != 0 && padding <= length - 4 ? RtcpError.None : RtcpError.BadPadding;
    }

    private static RtcpError Read(ReadOnlySpan<byte> packet, uint ours, ref RtcpNews news)
    {
        var count = packet[0] & 0x1F;
        switch (packet[1])
        {
            case Sender:
                if (packet.Length < 28 + count * BlockLength) return RtcpError.BadLength;
                news = news with { HasSenderReport = true, NtpMiddle = BinaryPrimitives.ReadUInt32BigEndian(packet[10..]) };
                ReadBlocks(packet[28..], count, ours, ref news);
                return RtcpError.None;
            case Receiver:
                if (packet.Length < 8 + count * BlockLength) return RtcpError.BadLength;
                ReadBlocks(packet[8..], count, ours, ref news);
                return RtcpError.None;
            case Description:
                return packet.Length < 4 + 8 * count ? RtcpError.BadLength : RtcpError.None;
            case Goodbye:
                if (packet.Length < 4 + 4 * count) return RtcpError.BadLength;
                news = news with { HasBye = true };
                return RtcpError.None;
            case 204: // APP: SSRC and name
                return packet.Length < 12 ? RtcpError.BadLength : RtcpError.None;
            case RtcpExtended.Type:
                var told = news.Extended;
                var error = RtcpExtended.Read(WithoutPadding(packet), ours, ref told);
                news = news with { Extended = told };
                return error;
            default: // feedback: nothing we act on
                return packet.Length < 8 ? RtcpError.BadLength : RtcpError.None;
        }
    }

    private static ReadOnlySpan<byte> WithoutPadding(ReadOnlySpan<byte> packet) => (packet[0] & 0x20) == 0 ? packet : packet[..^packet[^1]];

    private static void ReadBlocks(ReadOnlySpan<byte> blocks, int count, uint ours, ref RtcpNews news)
    {
        for (var i = 0; i < count; i++)
        {
            var block = blocks.Slice(i * BlockLength, BlockLength);
            if (BinaryPrimitives.ReadUInt32BigEndian(block) != ours) continue;
            news = news with
            {
                HasReport = true,
                FractionLost = block[4],
                Jitter = BinaryPrimitives.ReadUInt32BigEndian(block[12..]),
                LastReport = BinaryPrimitives.ReadUInt32BigEndian(block[16..]),
                SinceLastReport = BinaryPrimitives.ReadUInt32BigEndian(block[20..]),
            };
        }
    }

    /// <summary>Writes a sender report (or a receiver report when nothing was sent) with one block, and an SDES with the CNAME.</summary>
    /// <param name="target">At least <see cref="MaxReport"/> bytes.</param>
    /// <param name="ssrc">Ours.</param>
    /// <param name="sent">What we sent; <see langword="null"/> for a receiver report.</param>
    /// <param name="heard">What we received; <see langword="null"/> while nothing was.</param>
    /// <param name="cname">Up to 24 ASCII characters; random, so that it tells nothing (RFC 7022).</param>
    /// <returns>Bytes written.</returns>
    public static int WriteReport(Span<byte> target, uint ssrc, in SentReport? sent, in HeardReport? heard, ReadOnlySpan<byte> cname)
    {
        var length = sent is { } s ? WriteSender(target, s) : 8;
        if (heard is { } h) length += WriteBlock(target[length..], h);
        WriteCommon(target, sent is null ? Receiver : Sender, heard is null ? 0 : 1, length);
        BinaryPrimitives.WriteUInt32BigEndian(target[4..], ssrc);
        return length + WriteDescription(target[length..], ssrc, cname);
    }

    /// <summary>Writes a BYE without a reason (RFC 3550 §6.6), to follow a report in the same datagram.</summary>
    public static int WriteGoodbye(Span<byte> target, uint ssrc)
    {
        WriteCommon(target, Goodbye, 1, 8);
        BinaryPrimitives.WriteUInt32BigEndian(target[4..], ssrc);
        return 8;
    }

    private static int WriteSender(Span<byte> target, in SentReport sent)
    {
        BinaryPrimitives.WriteUInt64BigEndian(target[8..], sent.Ntp);
        BinaryPrimitives.WriteUInt32BigEndian(target[16..], sent.Timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(target[20..], sent.Packets);
        BinaryPrimitives.WriteUInt32BigEndian(target[24..], sent.Octets);
        return 28;
    }

    private static int WriteBlock(Span<byte> target, in HeardReport heard)
    {
        BinaryPrimitives.WriteUInt32BigEndian(target, heard.Ssrc);
        BinaryPrimitives.WriteUInt32BigEndian(target[4..], (uint)Math.Min(heard.Lost, 0x7FFFFF));
        target[4] = heard.FractionLost;
        BinaryPrimitives.WriteUInt32BigEndian(target[8..], heard.HighestSequence);
        BinaryPrimitives.WriteUInt32BigEndian(target[12..], heard.Jitter);
        BinaryPrimitives.WriteUInt32BigEndian(target[16..], heard.LastReport);
        BinaryPrimitives.WriteUInt32BigEndian(target[20..], heard.SinceLastReport);
        return BlockLength;
    }

    private static int WriteDescription(Span<byte> target, uint ssrc, ReadOnlySpan<byte> cname)
    {
        var length = (8 + 2 + cname.Length + 4) / 4 * 4; // at least one null octet ends the list
        target[..length].Clear();
        WriteCommon(target, Description, 1, length);
        BinaryPrimitives.WriteUInt32BigEndian(target[4..], ssrc);
        target[8] = 1; // CNAME
        target[9] = (byte)cname.Length;
        cname.CopyTo(target[10..]);
        return length;
    }

    private static void WriteCommon(Span<byte> target, byte type, int count, int length)
    {
        target[0] = (byte)(0x80 | count);
        target[1] = type;
        BinaryPrimitives.WriteUInt16BigEndian(target[2..], (ushort)(length / 4 - 1));
    }
}

/// <summary>Our stream as a sender report tells it.</summary>
/// <param name="Ntp">Wall clock as NTP 32.32 of the moment that <paramref name="Timestamp"/> names.</param>
/// <param name="Timestamp">RTP timestamp of that moment.</param>
/// <param name="Packets">Sent so far.</param>
/// <param name="Octets">Payload octets sent so far.</param>
public readonly record struct SentReport(ulong Ntp, uint Timestamp, uint Packets, uint Octets);

/// <summary>The peer's stream as a report block tells it.</summary>
public readonly record struct HeardReport(
    uint Ssrc, byte FractionLost, long Lost, uint HighestSequence, uint Jitter, uint LastReport, uint SinceLastReport);
