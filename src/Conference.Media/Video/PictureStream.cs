using Conference.Media.Codecs;
using Conference.Media.Rtp;

namespace Conference.Media.Video;

/// <summary>What one viewer is sent: one stream without a seam, whoever is in the picture (RFC 3550 §7.1: a translator that renumbers).</summary>
/// <param name="ssrc">Ours towards the viewer.</param>
/// <param name="sequence">The first number.</param>
/// <param name="timestamp">Of the first picture.</param>
internal sealed class PictureStream(uint ssrc, ushort sequence, uint timestamp)
{
    private const long Second = 1_000_000_000;
    private const int LeastStep = 3000; // a thirtieth of a second

    private ushort _next = sequence;
    private uint _lastTimestamp = timestamp;
    private long _lastAt;
    private ushort _sequenceShift;
    private uint _timestampShift;
    private ushort _first;
    private int _lastPicture = -1;
    private int _lastLayer = -1;
    private int _pictureShift;
    private int _layerShift;

    public uint Ssrc => ssrc;

    /// <summary>Somebody else comes into the picture, with this packet.</summary>
    /// <param name="now">Nanoseconds: as much as has passed since the last picture passes for the viewer.</param>
    public void Begin(VideoCodec codec, in RtpPacket packet, long now)
    {
        var step = _lastAt == 0 ? 0 : (uint)Math.Max(LeastStep, (long)((now - _lastAt) * (Int128)VideoFormat.Clock / Second));
        _sequenceShift = (ushort)(_next - packet.Sequence);
        _timestampShift = _lastTimestamp + step - packet.Timestamp;
        _first = packet.Sequence;
        if (codec != VideoCodec.Vp8 || !Vp8Descriptor.TryRead(packet.Payload, out var vp8)) return;
        if (vp8.PictureAt > 0) _pictureShift = _lastPicture < 0 ? 0 : _lastPicture + 1 - vp8.PictureOf(packet.Payload);
        if (vp8.LayerAt > 0) _layerShift = _lastLayer < 0 ? 0 : _lastLayer + 1 - packet.Payload[vp8.LayerAt];
    }

    /// <summary>Writes a packet as the viewer is to see it.</summary>
    /// <param name="payloadType">The viewer's number for the codec.</param>
    /// <returns>The length; 0 for one that is older than the picture the viewer began with, or too long.</returns>
    public int Write(VideoCodec codec, in RtpPacket packet, byte payloadType, Span<byte> datagram, long now)
    {
        var length = RtpPacket.FixedHeader + packet.Payload.Length;
        if ((short)(packet.Sequence - _first) < 0 || length > datagram.Length) return 0;
        if ((ushort)(packet.Sequence - _first) > short.MaxValue / 2) _first = (ushort)(packet.Sequence - 1000); // what is older is told by distance, and that wraps
        var sequence = (ushort)(packet.Sequence + _sequenceShift);
        var timestamp = packet.Timestamp + _timestampShift;
        RtpPacket.WriteHeader(datagram, payloadType, packet.Marker, sequence, timestamp, ssrc);
        packet.Payload.CopyTo(datagram[RtpPacket.FixedHeader..]);
        if (codec == VideoCodec.Vp8) Renumber(datagram[RtpPacket.FixedHeader..length]);
        if ((short)(sequence - _next) >= 0) (_next, _lastTimestamp, _lastAt) = ((ushort)(sequence + 1), timestamp, now);
        return length;
    }

    /// <summary>Pictures and layers go on counting, too (RFC 7741 §4.2).</summary>
    private void Renumber(Span<byte> payload)
    {
        if (!Vp8Descriptor.TryRead(payload, out var vp8)) return;
        if (vp8.PictureAt > 0)
        {
            var picture = vp8.PictureOf(payload) + _pictureShift;
            vp8.Renumber(payload, picture);
            _lastPicture = picture & (vp8.IsLong ? 0x7FFF : 0x7F);
        }

        if (vp8.LayerAt == 0) return;
        _lastLayer = payload[vp8.LayerAt] = (byte)(payload[vp8.LayerAt] + _layerShift);
    }
}
