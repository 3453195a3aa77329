using System.Buffers.Binary;

namespace Conference.Media.Rtp;

/// <summary>Keys from telephone-event packets, each once (RFC 4733 §2.5.2).</summary>
/// <remarks>
/// An event is known by SSRC, event code and timestamp: retransmissions and updates carry the same three. A key counts at its
/// first packet, so a lost end costs nothing. A key held for longer than 8 s arrives as segments whose timestamps follow on
/// each other without a gap (§2.5.1.3): these are the same press.
/// </remarks>
public sealed class DigitReader
{
    private const string Keys = "0123456789*#ABCD";
    private const int LongestSegment = 0xFFFF;
    private const uint LongestOvertaking = 80_000; // 10 s of the 8 000 Hz clock

    private bool _any;
    private uint _ssrc;
    private byte _event;
    private uint _timestamp;
    private uint _segmentEnd;

    /// <summary>Takes one packet of the telephone-event payload type.</summary>
    /// <param name="packet">From the source the leg is locked to.</param>
    /// <param name="key">The key, when a press began; <c>'\0'</c> otherwise.</param>
    /// <returns>Whether the payload is a telephone event at all; codes above 15 are, but are no keys.</returns>
    public bool Read(in RtpPacket packet, out char key)
    {
        key = '\0';
        if (packet.Payload.Length < 4) return false;
        var code = packet.Payload[0];
        var duration = BinaryPrimitives.ReadUInt16BigEndian(packet.Payload[2..]);
        if (code >= Keys.Length) return true;

        if (IsKnown(packet, code))
        {
            if (packet.Timestamp == _timestamp && duration == LongestSegment) _segmentEnd = _timestamp + LongestSegment;
            return true;
        }

        var continues = _any && packet.Ssrc == _ssrc && code == _event && _segmentEnd != 0 && packet.Timestamp == _segmentEnd;
        (_any, _ssrc, _event, _timestamp) = (true, packet.Ssrc, code, packet.Timestamp);
        _segmentEnd = duration == LongestSegment ? packet.Timestamp + LongestSegment : 0;
        if (!continues) key = Keys[code];
        return true;
    }

    /// <summary>The same event, or one that was overtaken. Further back than 10 s the sender's clock was reset: a new press.</summary>
    private bool IsKnown(in RtpPacket packet, byte code) =>
        _any && packet.Ssrc == _ssrc
        && (packet.Timestamp == _timestamp ? code == _event : _timestamp - packet.Timestamp < LongestOvertaking);
}
