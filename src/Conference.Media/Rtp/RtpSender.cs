using System.Runtime.CompilerServices;
using Conference.Media.Codecs;

namespace Conference.Media.Rtp;

/// <summary>Takes somebody's finished packet; like the network, it may lose it.</summary>
/// <param name="datagram">The packet; whoever takes it may write into it, and into the room behind it that an authentication tag needs.</param>
/// <param name="length">Bytes of the packet.</param>
public delegate void PacketSink(Span<byte> datagram, int length);

/// <summary>Our own stream on one leg: cuts what is spoken in 20 ms into packets of the length the peer asked for (RFC 3550 §5.1).</summary>
/// <remarks>The timestamp follows the ticks even while nothing is sent; the packet after a pause carries the marker.</remarks>
public sealed class RtpSender(uint ssrc, ushort firstSequence, uint firstTimestamp, PacketSink sink)
{
    /// <summary>Room behind a packet for what secures it (RFC 3711 §3.1).</summary>
    public const int Trailer = Security.SrtpSuite.MostGrowth;

    private const int MaxPayload = 2048;
    private const int EventBody = 4;
    private const int Usual = 20; // ms: what is spoken in a tick is a packet
    private const byte EventVolume = 10; // -10 dBm0

    private byte[] _datagram = []; // where packets of another length than a tick's are put together
    private ushort _sequence = firstSequence;
    private uint _timestamp = firstTimestamp; // of the first byte waiting
    private uint _eventTimestamp;
    private int _waiting; // bytes
    private int _waitingTicks;
    private bool _marker = true;

    public uint Ssrc { get; } = ssrc;

    public byte PayloadType { get; private set; }

    /// <summary>Milliseconds of audio in a packet.</summary>
    public int PacketTime { get; private set; } = Usual;

    /// <summary>Ticks of the RTP clock in 20 ms.</summary>
    public int Frame { get; private set; } = 160;

    /// <summary>Packets sent.</summary>
    public long Packets { get; private set; }

    /// <summary>Payload octets sent.</summary>
    public long Octets { get; private set; }

    /// <summary>Timestamp that the present moment has.</summary>
    public uint Timestamp => _timestamp + (uint)_waitingTicks;

    /// <summary>Speaks another format from now on; what waits for a full packet is dropped.</summary>
    /// <param name="format">What the payloads are.</param>
    /// <param name="payloadType">The number the peer gave it.</param>
    /// <param name="packetTime">Milliseconds the peer would like; bent to what the format can do.</param>
    public void Use(VoiceFormat format, byte payloadType, int packetTime)
    {
        Pause(0);
        (PayloadType, Frame) = (payloadType, format.ClockFrame);
        var whole = packetTime / format.UnitMilliseconds * format.UnitMilliseconds;
        PacketTime = Math.Clamp(whole, format.UnitMilliseconds, format.LongestPacketMilliseconds);
        if (PacketTime != Usual && _datagram.Length == 0) _datagram = new byte[RtpPacket.FixedHeader + MaxPayload + Trailer];
    }

    /// <summary>Sends a payload of 20 ms, or keeps it until a packet is full.</summary>
    /// <remarks>Wherever packets are shorter or longer than 20 ms, every 10 ms of the payload take the same number of bytes.</remarks>
    public void Send(ReadOnlySpan<byte> payload)
    {
        if (PacketTime == Usual) SendWhole(payload);
        else Collect(payload);
    }

    private void Collect(ReadOnlySpan<byte> payload)
    {
        payload.CopyTo(_datagram.AsSpan(RtpPacket.FixedHeader + _waiting));
        _waiting += payload.Length;
        _waitingTicks += Frame;
        var ticks = Frame * PacketTime / Usual;
        while (_waitingTicks >= ticks)
            Emit(_waiting * ticks / _waitingTicks, ticks);
    }

    /// <summary>Sends a packet of a telephone event in place of voice (RFC 4733 §2.3): the timestamp stays that of its beginning.</summary>
    /// <param name="payloadType">What the peer gave events.</param>
    /// <param name="code">0 to 15.</param>
    /// <param name="duration">Ticks of the RTP clock since its beginning.</param>
    /// <param name="isFirst">Whether it begins here.</param>
    /// <param name="isEnd">Whether it has ended.</param>
    public void SendEvent(byte payloadType, byte code, ushort duration, bool isFirst, bool isEnd)
    {
        if (isFirst) _eventTimestamp = Timestamp;
        Span<byte> datagram = stackalloc byte[RtpPacket.FixedHeader + EventBody + Trailer];
        RtpPacket.WriteHeader(datagram, payloadType, isFirst, _sequence++, _eventTimestamp, Ssrc);
        var body = datagram.Slice(RtpPacket.FixedHeader, EventBody);
        (body[0], body[1], body[2], body[3]) = (code, (byte)(isEnd ? 0x80 | EventVolume : EventVolume), (byte)(duration >> 8), (byte)duration);
        Pass(datagram, EventBody);
    }

    /// <summary>Sends 20 ms of silence as a packet that tells how loud it is (RFC 3389 §3).</summary>
    /// <param name="payloadType">What the peer gave comfort noise.</param>
    /// <param name="level">0 to 127, in -dBov.</param>
    public void SendNoise(byte payloadType, byte level)
    {
        Pause(0);
        Span<byte> datagram = stackalloc byte[RtpPacket.FixedHeader + 1 + Trailer];
        RtpPacket.WriteHeader(datagram, payloadType, false, _sequence++, _timestamp, Ssrc);
        datagram[RtpPacket.FixedHeader] = level;
        Pass(datagram, 1);
        Pause(Frame);
    }

    /// <summary>Lets time pass without sending.</summary>
    /// <param name="ticks">How much time, in ticks of the RTP clock.</param>
    public void Pause(int ticks)
    {
        _timestamp += (uint)(_waitingTicks + ticks);
        (_waiting, _waitingTicks) = (0, 0);
        _marker = true;
    }

    /// <summary>The packet is made on the stack, which is always in the processor's cache; buffers of a thousand legs are not.</summary>
    [SkipLocalsInit]
    private void SendWhole(ReadOnlySpan<byte> payload)
    {
        Span<byte> datagram = stackalloc byte[RtpPacket.FixedHeader + payload.Length + Trailer];
        payload.CopyTo(datagram[RtpPacket.FixedHeader..]);
        RtpPacket.WriteHeader(datagram, PayloadType, _marker, _sequence++, _timestamp, Ssrc);
        Pass(datagram, payload.Length);
        _marker = false;
        _timestamp += (uint)Frame;
    }

    private void Emit(int bytes, int ticks)
    {
        var rest = _waiting - bytes;
        Span<byte> kept = stackalloc byte[rest]; // at most half a payload of 20 ms; securing writes over it
        _datagram.AsSpan(RtpPacket.FixedHeader + bytes, rest).CopyTo(kept);
        RtpPacket.WriteHeader(_datagram, PayloadType, _marker, _sequence++, _timestamp, Ssrc);
        Pass(_datagram, bytes);
        kept.CopyTo(_datagram.AsSpan(RtpPacket.FixedHeader));
        _marker = false;
        _timestamp += (uint)ticks;
        (_waiting, _waitingTicks) = (rest, _waitingTicks - ticks);
    }

    private void Pass(Span<byte> datagram, int bytes)
    {
        sink(datagram, RtpPacket.FixedHeader + bytes);
        Packets++;
        Octets += bytes;
    }
}
