namespace Conference.Media.Rtp;

/// <summary>Takes somebody's finished packet; like the network, it may lose it.</summary>
public delegate void PacketSink(ReadOnlySpan<byte> datagram);

/// <summary>Our own stream on one leg: cuts 20 ms of payload into packets of the length the peer asked for (RFC 3550 §5.1).</summary>
/// <remarks>The timestamp follows the ticks even while nothing is sent; the packet after a pause carries the marker.</remarks>
public sealed class RtpSender(uint ssrc, ushort firstSequence, uint firstTimestamp, PacketSink sink)
{
    private const int MaxPacket = 480; // 60 ms
    private const int SamplesPerMillisecond = 8;
    private const int EventBody = 4;
    private const byte EventVolume = 10; // -10 dBm0

    private readonly byte[] _datagram = new byte[RtpPacket.FixedHeader + MaxPacket + 160];
    private ushort _sequence = firstSequence;
    private uint _timestamp = firstTimestamp; // of the first byte waiting
    private uint _eventTimestamp;
    private int _waiting;
    private bool _marker = true;

    public uint Ssrc { get; } = ssrc;

    public byte PayloadType { get; set; }

    /// <summary>Milliseconds of audio in a packet, a multiple of 10 up to 60.</summary>
    public int PacketTime { get; set; } = 20;

    /// <summary>Packets sent.</summary>
    public long Packets { get; private set; }

    /// <summary>Payload octets sent.</summary>
    public long Octets { get; private set; }

    /// <summary>Timestamp that the present moment has.</summary>
    public uint Timestamp => _timestamp + (uint)_waiting;

    /// <summary>Sends 20 ms of G.711, or keeps them until a packet is full.</summary>
    public void Send(ReadOnlySpan<byte> payload)
    {
        payload.CopyTo(_datagram.AsSpan(RtpPacket.FixedHeader + _waiting));
        _waiting += payload.Length;
        var size = PacketTime * SamplesPerMillisecond;
        while (_waiting >= size)
            Emit(size);
    }

    /// <summary>Sends a packet of a telephone event in place of voice (RFC 4733 §2.3): the timestamp stays that of its beginning.</summary>
    /// <param name="payloadType">What the peer gave events.</param>
    /// <param name="code">0 to 15.</param>
    /// <param name="duration">Samples since its beginning.</param>
    /// <param name="isFirst">Whether it begins here.</param>
    /// <param name="isEnd">Whether it has ended.</param>
    public void SendEvent(byte payloadType, byte code, ushort duration, bool isFirst, bool isEnd)
    {
        if (isFirst) _eventTimestamp = Timestamp;
        RtpPacket.WriteHeader(_datagram, payloadType, isFirst, _sequence++, _eventTimestamp, Ssrc);
        var body = _datagram.AsSpan(RtpPacket.FixedHeader, EventBody);
        (body[0], body[1], body[2], body[3]) = (code, (byte)(isEnd ? 0x80 | EventVolume : EventVolume), (byte)(duration >> 8), (byte)duration);
        sink(_datagram.AsSpan(0, RtpPacket.FixedHeader + EventBody));
        Packets++;
        Octets += EventBody;
    }

    /// <summary>Lets time pass without sending.</summary>
    /// <param name="samples">How much time, in samples.</param>
    public void Pause(int samples)
    {
        _timestamp += (uint)(_waiting + samples);
        _waiting = 0;
        _marker = true;
    }

    private void Emit(int size)
    {
        RtpPacket.WriteHeader(_datagram, PayloadType, _marker, _sequence++, _timestamp, Ssrc);
        sink(_datagram.AsSpan(0, RtpPacket.FixedHeader + size));
        _marker = false;
        _timestamp += (uint)size;
        _waiting -= size;
        Packets++;
        Octets += size;
        _datagram.AsSpan(RtpPacket.FixedHeader + size, _waiting).CopyTo(_datagram.AsSpan(RtpPacket.FixedHeader));
    }
}
