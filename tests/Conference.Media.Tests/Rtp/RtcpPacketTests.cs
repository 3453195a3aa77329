using Conference.Media.Rtp;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Rtp;

public sealed class RtcpPacketTests
{
    [Fact]
    public void Our_own_report_is_understood_by_ourselves()
    {
        var datagram = new byte[RtcpPacket.MaxReport + 8];
        var sent = new SentReport(0x1122334455667788, 4000, 10, 1600);
        var heard = new HeardReport(77, 64, 12, 0x10005, 90, 0xAABBCCDD, 65536);

        var length = RtcpPacket.WriteReport(datagram, 99, sent, heard, "0123456789abcdef"u8);
        length += RtcpPacket.WriteGoodbye(datagram.AsSpan(length), 99);

        Assert.Equal(RtcpError.None, RtcpPacket.Parse(datagram.AsSpan(0, length), 77, out var news));
        Assert.True(news is { HasSenderReport: true, NtpMiddle: 0x33445566, HasReport: true, HasBye: true });
        Assert.Equal((64, 90u, 0xAABBCCDD, 65536u), (news.FractionLost, news.Jitter, news.LastReport, news.SinceLastReport));
    }

    [Fact]
    public void Before_anything_was_sent_or_heard_a_report_is_an_empty_receiver_report()
    {
        var datagram = new byte[RtcpPacket.MaxReport];
        var length = RtcpPacket.WriteReport(datagram, 99, null, null, "abc"u8);

        Assert.Equal(201, datagram[1]);
        Assert.Equal(RtcpError.None, RtcpPacket.Parse(datagram.AsSpan(0, length), 1, out var news));
        Assert.Equal(default, news);
    }

    [Theory]
    [InlineData("ok-rr.bin", RtcpError.None)]
    [InlineData("ok-bye.bin", RtcpError.None)]
    [InlineData("sdes-xss.bin", RtcpError.None)]
    [InlineData("len3.bin", RtcpError.TooShort)]
    [InlineData("sr-cut.bin", RtcpError.TooShort)]
    [InlineData("app-cut.bin", RtcpError.BadLength)]
    [InlineData("rr31.bin", RtcpError.BadLength)]
    [InlineData("rc31.bin", RtcpError.BadLength)]
    [InlineData("bye-31.bin", RtcpError.BadLength)]
    [InlineData("sdes-31.bin", RtcpError.BadLength)]
    [InlineData("pt255.bin", RtcpError.UnknownType)]
    [InlineData("pad-over.bin", RtcpError.BadPadding)]
    public void The_corpus_is_judged_by_the_first_rule_broken(string file, RtcpError expected) =>
        Assert.Equal(expected, RtcpPacket.Parse(Corpus.Read("rtcp-original/" + file), 1, out _));

    [Fact]
    public void No_file_of_the_corpora_throws()
    {
        foreach (var (_, bytes) in Corpus.Files("rtcp-original", "rtcp-webrtc", "rtp-original", "stun-original"))
            RtcpPacket.Parse(bytes, 1, out _);
    }

    [Fact]
    public void Random_bytes_throw_nothing_and_allocate_nothing()
    {
        var random = new Random(13);
        var datagram = new byte[128];
        RtcpPacket.Parse(datagram, 1, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100_000; i++)
        {
            random.NextBytes(datagram);
            datagram[0] = (byte)(0x80 | datagram[0] & 0x3F);
            datagram[1] = (byte)(200 + datagram[1] % 8);
            datagram[2] = 0;
            datagram[3] &= 31;
            RtcpPacket.Parse(datagram.AsSpan(0, random.Next(128)), 1, out _);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Garbage.None);
    }
}
