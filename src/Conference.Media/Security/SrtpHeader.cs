using System.Buffers.Binary;

namespace Conference.Media.Security;

/// <summary>What protection needs to know of a packet before it may believe it.</summary>
internal static class SrtpHeader
{
    /// <summary>Header and first source of an RTCP packet: the part that stays readable.</summary>
    public const int Control = 8;

    /// <summary>The readable part of an RTP packet, with CSRC list and extension (RFC 3711 §3.1); 0 when it does not fit.</summary>
    public static int LengthOf(ReadOnlySpan<byte> packet)
    {
        if (packet.Length < 12 || packet[0] >> 6 != 2) return 0;
        var length = 12 + 4 * (packet[0] & 0x0F);
        if ((packet[0] & 0x10) != 0)
        {
            if (packet.Length < length + 4) return 0;
            length += 4 + 4 * BinaryPrimitives.ReadUInt16BigEndian(packet[(length + 2)..]);
        }

        return length <= packet.Length ? length : 0;
    }

    public static bool IsControl(ReadOnlySpan<byte> packet) => packet.Length >= Control && packet[0] >> 6 == 2;

    public static ushort Sequence(ReadOnlySpan<byte> packet) => BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);

    public static uint Ssrc(ReadOnlySpan<byte> packet, bool isControl) => BinaryPrimitives.ReadUInt32BigEndian(packet[(isControl ? 4 : 8)..]);

    /// <summary>The index that a sequence number most probably stands for (RFC 3711 §3.3.1, appendix A).</summary>
    /// <param name="highest">The highest index so far.</param>
    /// <param name="sequence">Of the packet in hand.</param>
    /// <returns>The nearest index; one from before the first rollover is none, and comes out enormous.</returns>
    public static ulong IndexOf(ulong highest, ushort sequence)
    {
        var distance = (short)(ushort)(sequence - (ushort)highest);
        return highest + (ulong)(long)distance;
    }
}
