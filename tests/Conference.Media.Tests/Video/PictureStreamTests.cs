using Conference.Media.Codecs;
using Conference.Media.Rtp;
using Conference.Media.Video;

namespace Conference.Media.Tests.Video;

public sealed class PictureStreamTests
{
    private const long Second = 1_000_000_000;

    private readonly PictureStream _stream = new(0x55, 65534, uint.MaxValue - 1000);
    private readonly List<(ushort Sequence, uint Timestamp, byte[] Payload)> _seen = [];

    [Fact]
    public void Numbers_and_time_go_on_from_one_camera_to_the_next_and_around_the_corner()
    {
        Begin(500, 70000, 0);
        for (ushort i = 0; i < 4; i++) Write((ushort)(500 + i), 70000 + 3000u * i, i * Second / 30);
        Begin(9, 4_000_000, Second / 2);
        Write(9, 4_000_000, Second / 2);

        Assert.Equal([65534, 65535, 0, 1, 2], _seen.Select(s => (int)s.Sequence));
        Assert.Equal(9000u, _seen[3].Timestamp - _seen[0].Timestamp);
        Assert.InRange((long)(_seen[4].Timestamp - _seen[3].Timestamp), 90000 / 2 - 9000 - 2, 90000 / 2 - 9000 + 2); // as much as has passed
    }

    [Fact]
    public void What_is_older_than_the_picture_it_began_with_is_left_out_and_gaps_stay_gaps()
    {
        Begin(500, 0, 0);
        Write(500, 0, 0);
        Assert.Equal(0, Write(499, 0, 0));
        Write(503, 0, 0);
        Write(501, 0, 0); // late, not lost

        Assert.Equal([65534, 1, 65535], _seen.Select(s => (int)s.Sequence));
    }

    [Fact]
    public void A_camera_that_goes_on_for_long_is_never_taken_for_old()
    {
        Begin(0, 0, 0);
        for (var i = 0; i < 200_000; i++) Assert.NotEqual(0, Write((ushort)i, (uint)i, i));
    }

    [Fact]
    public void Pictures_of_VP8_are_counted_on()
    {
        Begin(1, 0, 0, [0x90, 0xC0, 0x85, 0x00, 0x07, 0x00]); // picture 0x500, layer 7
        Write(1, 0, 0, [0x90, 0xC0, 0x85, 0x00, 0x07, 0x00]);
        Write(2, 0, 0, [0x90, 0xC0, 0x85, 0x01, 0x08, 0x01]);
        Begin(50, 0, Second, [0x90, 0xC0, 0xFF, 0xFF, 0xFF, 0x00]); // the last there is
        Write(50, 0, Second, [0x90, 0xC0, 0xFF, 0xFF, 0xFF, 0x00]);
        Write(51, 0, Second, [0x90, 0xC0, 0x80, 0x00, 0x00, 0x01]);

        Assert.Equal(["8500", "8501", "8502", "8503"], _seen.Select(s => Convert.ToHexString(s.Payload[2..4])));
        Assert.Equal([7, 8, 9, 10], _seen.Select(s => (int)s.Payload[4]));
    }

    [Fact]
    public void A_packet_that_does_not_fit_is_left_out()
    {
        Begin(1, 0, 0);
        Assert.Equal(0, Write(1, 0, 0, new byte[2040]));
    }

    private void Begin(ushort sequence, uint timestamp, long now, byte[]? payload = null) =>
        _stream.Begin(VideoCodec.Vp8, Packet(sequence, timestamp, payload), now);

    private int Write(ushort sequence, uint timestamp, long now, byte[]? payload = null)
    {
        var room = new byte[2048];
        var length = _stream.Write(VideoCodec.Vp8, Packet(sequence, timestamp, payload), 100, room, now);
        if (length == 0) return 0;
        Assert.Equal(RtpError.None, RtpPacket.Parse(room.AsSpan(0, length), out var seen));
        Assert.Equal((0x55u, 100), (seen.Ssrc, seen.PayloadType));
        _seen.Add((seen.Sequence, seen.Timestamp, seen.Payload.ToArray()));
        return length;
    }

    private static RtpPacket Packet(ushort sequence, uint timestamp, byte[]? payload)
    {
        payload ??= [0x10, 0x00];
        var datagram = new byte[12 + payload.Length];
        RtpPacket.WriteHeader(datagram, 96, false, sequence, timestamp, 0x99);
        payload.CopyTo(datagram, 12);
        Assert.Equal(RtpError.None, RtpPacket.Parse(datagram, out var packet));
        return packet;
    }
}
