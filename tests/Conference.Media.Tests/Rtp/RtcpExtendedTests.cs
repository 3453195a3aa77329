using Conference.Media.Rtp;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Rtp;

public sealed class RtcpExtendedTests
{
    private const uint Us = 77;

    private static readonly VoipMetrics s_metrics = new(
        Us, 10, 3, new LossPattern(90, 1, 120, 4000), 62, 55, 84, 41, 39, 24, 200);

    [Fact]
    public void Our_own_report_is_understood_by_ourselves()
    {
        var datagram = Compound(0x1122334455667788, new ClockAnswer(Us, 0xAABBCCDD, 32768), s_metrics);

        Assert.Equal(RtcpError.None, RtcpPacket.Parse(datagram, Us, out var news));

        Assert.Equal(new ExtendedNews(true, 0x33445566, true, 0xAABBCCDD, 32768, true, s_metrics), news.Extended);
        Assert.Equal(3.9, news.Extended.Metrics.Opinion);
        Assert.Equal(5.1, news.Extended.Metrics.MissingPercent, 1);
    }

    [Fact]
    public void The_block_is_laid_out_as_the_figure_shows()
    {
        var block = new byte[VoipMetrics.Length];

        s_metrics.Write(block);

        Assert.Equal(
            "0000004D0A035A01" + "00780FA0003E0037" + "7F7F7F10547F2927" + "F000001800C800C8", Convert.ToHexString(block)); // RFC 3611 §4.7
    }

    [Fact]
    public void What_is_told_of_others_is_not_taken_for_ours()
    {
        var datagram = Compound(null, new ClockAnswer(1234, 5, 6), s_metrics with { Ssrc = 1234 });

        Assert.Equal(RtcpError.None, RtcpPacket.Parse(datagram, Us, out var news));

        Assert.Equal(default, news.Extended);
    }

    [Fact]
    public void Blocks_nobody_knows_are_passed_over()
    {
        byte[] report = [0x80, 207, 0, 7, 0, 0, 0, 9, 200, 0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8, 4, 0, 0, 2, 0, 0, 0x33, 0x44, 0x55, 0x66, 0, 0];

        Assert.Equal(RtcpError.None, RtcpPacket.Parse(report, Us, out var news));

        Assert.True(news.Extended is { HasReference: true, Reference: 0x33445566 });
    }

    [Theory]
    [InlineData(new byte[] { 0x80, 207, 0, 0 }, RtcpError.BadLength)] // no SSRC
    [InlineData(new byte[] { 0x80, 207, 0, 2, 0, 0, 0, 9, 7, 0, 0, 8 }, RtcpError.BadLength)] // a block longer than the packet
    [InlineData(new byte[] { 0x80, 207, 0, 2, 0, 0, 0, 9, 7, 0, 0xFF, 0xFF }, RtcpError.BadLength)]
    [InlineData(new byte[] { 0x80, 207, 0, 2, 0, 0, 0, 9, 7, 0, 0, 0 }, RtcpError.None)] // an empty one
    [InlineData(new byte[] { 0x80, 207, 0, 4, 0, 0, 0, 9, 5, 0, 0, 2, 0, 0, 0, 77, 0, 0, 0, 1 }, RtcpError.None)] // not a whole answer
    public void What_does_not_fit_is_refused_or_ignored_and_never_believed(byte[] report, RtcpError expected)
    {
        byte[] datagram = [.. report, .. new byte[Math.Max(0, 8 - report.Length)]];

        Assert.Equal(expected, RtcpPacket.Parse(datagram, Us, out var news));
        Assert.Equal(default, news.Extended);
    }

    [Fact]
    public void Scores_that_cannot_be_are_not_believed()
    {
        Assert.Null((s_metrics with { Conversing = VoipMetrics.Unavailable }).Opinion);
        Assert.Null((s_metrics with { Conversing = 0 }).Opinion);
        Assert.Null((s_metrics with { Conversing = 255 }).Opinion);
        Assert.Equal(100, (s_metrics with { Lost = 255, Discarded = 255 }).MissingPercent);
    }

    [Fact]
    public void A_report_with_nothing_to_say_is_not_written() =>
        Assert.Equal(0, RtcpExtended.Write(new byte[RtcpExtended.MaxReport], 9, null, null, null));

    [Fact]
    public void A_hundred_thousand_mutations_throw_nothing_and_allocate_nothing()
    {
        var random = new Random(3611);
        var honest = Compound(1, new ClockAnswer(Us, 2, 3), s_metrics);
        var datagram = new byte[honest.Length];
        RtcpPacket.Parse(honest, Us, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100_000; i++)
        {
            honest.CopyTo(datagram, 0);
            for (var change = random.Next(1, 5); change > 0; change--)
                datagram[random.Next(datagram.Length)] = (byte)random.Next(256);
            RtcpPacket.Parse(datagram.AsSpan(0, random.Next(datagram.Length + 1)), Us, out _);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Garbage.None);
    }

    [Fact]
    public void Losses_alone_belong_to_the_gap_and_losses_together_are_bursts()
    {
        var gauge = new LossGauge();
        Play(gauge, 100);
        gauge.Played(1); // alone
        Play(gauge, 99);
        Assert.Equal(0, gauge.Pattern(20).BurstDensity);
        Assert.Equal(256 / 201, gauge.Pattern(20).GapDensity);

        gauge.Played(3);
        gauge.Played(2); // five of six missing, and the one played between
        Play(gauge, 99);

        var pattern = gauge.Pattern(20);
        Assert.Equal(256 * 5 / 6, pattern.BurstDensity);
        Assert.Equal(6 * 20, pattern.BurstMilliseconds);
        Assert.Equal(256 / 301, pattern.GapDensity);
        Assert.InRange(pattern.GapMilliseconds, 148 * 20, 152 * 20);
    }

    private static void Play(LossGauge gauge, int packets)
    {
        for (var i = 0; i < packets; i++)
            gauge.Played(0);
    }

    /// <summary>An empty receiver report, and the extended one.</summary>
    private static byte[] Compound(ulong? clock, ClockAnswer? answer, VoipMetrics? metrics)
    {
        var datagram = new byte[RtcpPacket.MaxReport + RtcpExtended.MaxReport];
        var length = RtcpPacket.WriteReport(datagram, 9, null, null, "abc"u8);
        length += RtcpExtended.Write(datagram.AsSpan(length), 9, clock, answer, metrics);
        return datagram[..length];
    }
}
