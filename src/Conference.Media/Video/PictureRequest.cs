using System.Buffers.Binary;

namespace Conference.Media.Video;

/// <summary>Asking for a picture that builds on no other: PLI (RFC 4585 §6.3.1) and FIR (RFC 5104 §4.3.1).</summary>
internal static class PictureRequest
{
    /// <summary>Bytes enough for what <see cref="Write"/> writes.</summary>
    public const int Longest = 8 + 12 + 12 + 20;

    private const byte Receiver = 201;
    private const byte Description = 202;
    private const byte PayloadFeedback = 206;
    private const byte Pli = 1;
    private const byte Fir = 4;

    /// <summary>Whether a compound asks for one. Never throws; what is broken asks for nothing.</summary>
    public static bool IsIn(ReadOnlySpan<byte> compound)
    {
        for (var rest = compound; rest.Length >= 4;)
        {
            var length = 4 * (1 + BinaryPrimitives.ReadUInt16BigEndian(rest[2..]));
            if (rest[0] >> 6 != 2 || length > rest.Length) return false;
            if (rest[1] == PayloadFeedback && (rest[0] & 0x1F) is Pli or Fir && length >= 12) return true;
            rest = rest[length..];
        }

        return false;
    }

    /// <summary>Writes a compound that asks: an empty report, a name, and what the peer understands.</summary>
    /// <param name="ours">Our SSRC.</param>
    /// <param name="theirs">SSRC of whose picture is wanted.</param>
    /// <param name="number">Of the request, for FIR: another one each time.</param>
    /// <returns>The length; 0 when it understands neither.</returns>
    public static int Write(Span<byte> datagram, uint ours, uint theirs, byte number, bool pli, bool fir)
    {
        if (!pli && !fir) return 0;
        var at = Head(datagram, Receiver, 0, 8, ours);
        Head(datagram[at..], Description, 1, 12, ours);
        datagram[(at + 8)..(at + 12)].Clear();
        (datagram[at + 8], datagram[at + 9]) = (1, 0); // a CNAME of no letters: who we are the signalling has said
        at += 12;
        if (pli)
        {
            Head(datagram[at..], PayloadFeedback, Pli, 12, ours);
            BinaryPrimitives.WriteUInt32BigEndian(datagram[(at + 8)..], theirs);
            at += 12;
        }

        if (!fir) return at;
        Head(datagram[at..], PayloadFeedback, Fir, 20, ours);
        BinaryPrimitives.WriteUInt32BigEndian(datagram[(at + 8)..], 0); // unused
        BinaryPrimitives.WriteUInt32BigEndian(datagram[(at + 12)..], theirs);
        BinaryPrimitives.WriteUInt32BigEndian(datagram[(at + 16)..], (uint)number << 24);
        return at + 20;
    }

    private static int Head(Span<byte> packet, byte type, int count, int length, uint ssrc)
    {
        packet[0] = (byte)(0x80 | count);
        packet[1] = type;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)(length / 4 - 1));
        BinaryPrimitives.WriteUInt32BigEndian(packet[4..], ssrc);
        return length;
    }
}
