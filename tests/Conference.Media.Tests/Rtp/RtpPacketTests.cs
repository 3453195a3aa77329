using Conference.Media.Rtp;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Rtp;

public sealed class RtpPacketTests
{
    [Fact]
    public void An_honest_packet_is_read_as_it_was_written()
    {
        var datagram = new byte[172];
        RtpPacket.WriteHeader(datagram, 8, marker: true, 65000, 123456, 0xDEADBEEF);
        datagram[12] = 7;

        Assert.Equal(RtpError.None, RtpPacket.Parse(datagram, out var packet));
        Assert.Equal((true, (byte)8, (ushort)65000, 123456u, 0xDEADBEEF), (packet.Marker, packet.PayloadType, packet.Sequence, packet.Timestamp, packet.Ssrc));
        Assert.Equal(160, packet.Payload.Length);
        Assert.Equal(7, packet.Payload[0]);
    }

    [Theory]
    [InlineData("ok-pcmu.bin", RtpError.None, 160)]
    [InlineData("ok-csrc2.bin", RtpError.None, 160)]
    [InlineData("ok-ext.bin", RtpError.None, 160)]
    [InlineData("ok-pad4.bin", RtpError.None, 160)]
    [InlineData("ok-dtmf.bin", RtpError.None, 4)]
    [InlineData("len12.bin", RtpError.None, 0)]
    [InlineData("len11.bin", RtpError.TooShort, 0)]
    [InlineData("cc15-short.bin", RtpError.TooShort, 0)]
    [InlineData("ext-over.bin", RtpError.TooShort, 0)]
    [InlineData("ext-hdrcut.bin", RtpError.TooShort, 0)]
    [InlineData("version0.bin", RtpError.WrongVersion, 0)]
    [InlineData("zrtp-hello.bin", RtpError.WrongVersion, 0)]
    [InlineData("pad-0.bin", RtpError.BadPadding, 0)]
    public void The_corpus_is_judged_by_the_first_rule_broken(string file, RtpError expected, int payload)
    {
        Assert.Equal(expected, RtpPacket.Parse(Corpus.Read("rtp-original/" + file), out var packet));
        Assert.Equal(payload, packet.Payload.Length);
    }

    [Fact]
    public void A_report_on_the_wrong_port_is_no_audio() =>
        Assert.Equal(RtpError.LooksLikeRtcp, RtpPacket.Parse(Corpus.Read("rtcp-original/ok-rr.bin"), out _));

    [Fact]
    public void No_file_of_the_corpora_throws()
    {
        foreach (var (_, bytes) in Corpus.Files("rtp-original", "rtp-webrtc", "rtcp-original", "rtcp-webrtc", "stun-original", "dtls-original"))
            RtpPacket.Parse(bytes, out _);
    }

    [Fact]
    public void Random_bytes_throw_nothing_and_allocate_nothing()
    {
        var random = new Random(12);
        var datagram = new byte[64];
        RtpPacket.Parse(datagram, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100_000; i++)
        {
            random.NextBytes(datagram);
            RtpPacket.Parse(datagram.AsSpan(0, random.Next(64)), out _);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Garbage.None);
    }
}
