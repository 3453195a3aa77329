using System.Buffers.Binary;

namespace Conference.Media.Rtp;

/// <summary>What an extended report told us, as far as we listen.</summary>
/// <param name="HasReference">Whether the peer told its clock: it wants it back, because it sends nothing itself.</param>
/// <param name="Reference">The middle 32 bits of that clock, to be returned as LRR.</param>
/// <param name="HasAnswer">Whether our own clock came back.</param>
/// <param name="LastReference">The middle of our clock as it came back.</param>
/// <param name="SinceReference">How long they held it, in 1/65536 s.</param>
/// <param name="HasMetrics">Whether the peer told how our voice sounds there.</param>
/// <param name="Metrics">How.</param>
public readonly record struct ExtendedNews(
    bool HasReference, uint Reference, bool HasAnswer, uint LastReference, uint SinceReference, bool HasMetrics, VoipMetrics Metrics);

/// <summary>Extended reports (RFC 3611): the receiver's clock and its way back (§4.4, §4.5), and how a call sounds (§4.7).</summary>
public static class RtcpExtended
{
    /// <summary>Packet type.</summary>
    public const byte Type = 207;

    /// <summary>Bytes enough for a report with every block that we write.</summary>
    public const int MaxReport = Fixed + Header + ReferenceLength + Header + AnswerLength + Header + VoipMetrics.Length;

    private const int Fixed = 8;
    private const int Header = 4;
    private const byte ReferenceBlock = 4;
    private const int ReferenceLength = 8;
    private const byte AnswerBlock = 5;
    private const int AnswerLength = 12;
    private const byte MetricsBlock = 7;

    /// <summary>Reads the blocks of one packet. Never throws, never allocates; blocks it does not know are passed over.</summary>
    /// <param name="packet">The whole packet, common header included, without padding.</param>
    /// <param name="ours">Our SSRC.</param>
    /// <param name="news">What was told before, and now this.</param>
    public static RtcpError Read(ReadOnlySpan<byte> packet, uint ours, ref ExtendedNews news)
    {
        if (packet.Length < Fixed) return RtcpError.BadLength;
        for (var rest = packet[Fixed..]; !rest.IsEmpty;)
        {
            if (rest.Length < Header) return RtcpError.BadLength;
            var length = 4 * BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            if (rest.Length - Header < length) return RtcpError.BadLength;
            Take(rest[0], rest.Slice(Header, length), ours, ref news);
            rest = rest[(Header + length)..];
        }

        return RtcpError.None;
    }

    /// <summary>Writes a report, to follow a compound's first packets in the same datagram.</summary>
    /// <param name="target">At least <see cref="MaxReport"/> bytes.</param>
    /// <param name="ssrc">Ours.</param>
    /// <param name="clock">Our clock as NTP 32.32, when we want it back; otherwise <see langword="null"/>.</param>
    /// <param name="answer">The peer's clock; <see langword="null"/> when it told none.</param>
    /// <param name="metrics">How the peer sounds here; <see langword="null"/> to say nothing.</param>
    /// <returns>Bytes written; 0 when there is nothing to say.</returns>
    public static int Write(Span<byte> target, uint ssrc, ulong? clock, in ClockAnswer? answer, in VoipMetrics? metrics)
    {
        var length = Fixed;
        if (clock is { } ntp)
        {
            BinaryPrimitives.WriteUInt64BigEndian(Block(target, ReferenceBlock, ReferenceLength, ref length), ntp);
        }

        if (answer is { } back)
        {
            var block = Block(target, AnswerBlock, AnswerLength, ref length);
            BinaryPrimitives.WriteUInt32BigEndian(block, back.Ssrc);
            BinaryPrimitives.WriteUInt32BigEndian(block[4..], back.LastReference);
            BinaryPrimitives.WriteUInt32BigEndian(block[8..], back.SinceReference);
        }

        if (metrics is { } heard) heard.Write(Block(target, MetricsBlock, VoipMetrics.Length, ref length));
        if (length == Fixed) return 0;
        (target[0], target[1]) = (0x80, Type);
        BinaryPrimitives.WriteUInt16BigEndian(target[2..], (ushort)(length / 4 - 1));
        BinaryPrimitives.WriteUInt32BigEndian(target[4..], ssrc);
        return length;
    }

    private static void Take(byte type, ReadOnlySpan<byte> block, uint ours, ref ExtendedNews news)
    {
        switch (type)
        {
            case ReferenceBlock when block.Length == ReferenceLength:
                news = news with { HasReference = true, Reference = BinaryPrimitives.ReadUInt32BigEndian(block[2..]) };
                break;
            case AnswerBlock when block.Length % AnswerLength == 0:
                TakeAnswers(block, ours, ref news);
                break;
            case MetricsBlock when block.Length == VoipMetrics.Length && BinaryPrimitives.ReadUInt32BigEndian(block) == ours:
                news = news with { HasMetrics = true, Metrics = VoipMetrics.Read(block) };
                break;
            default: break;
        }
    }

    /// <summary>One answer for each receiver that told its clock; ours is among them or not.</summary>
    private static void TakeAnswers(ReadOnlySpan<byte> block, uint ours, ref ExtendedNews news)
    {
        for (; !block.IsEmpty; block = block[AnswerLength..])
        {
            if (BinaryPrimitives.ReadUInt32BigEndian(block) != ours) continue;
            news = news with
            {
                HasAnswer = true,
                LastReference = BinaryPrimitives.ReadUInt32BigEndian(block[4..]),
                SinceReference = BinaryPrimitives.ReadUInt32BigEndian(block[8..]),
            };
        }
    }

    private static Span<byte> Block(Span<byte> target, byte type, int bytes, ref int length)
    {
        var block = target.Slice(length, Header + bytes);
        block.Clear();
        block[0] = type;
        BinaryPrimitives.WriteUInt16BigEndian(block[2..], (ushort)(bytes / 4));
        length += Header + bytes;
        return block[Header..];
    }
}

/// <param name="Ssrc">Who told its clock.</param>
/// <param name="LastReference">The middle 32 bits of it.</param>
/// <param name="SinceReference">How long ago, in 1/65536 s.</param>
public readonly record struct ClockAnswer(uint Ssrc, uint LastReference, uint SinceReference);
