using Conference.Web.Hosting;

namespace Conference.Web.Tests.Hosting;

public sealed class FrameWatchTests
{
    private static readonly byte[] Mask = [0, 0, 0, 0];

    private static byte[] Frame(int opcode, int length, bool isLast = true) => [(byte)(opcode | (isLast ? 0x80 : 0)), (byte)(0x80 | length), .. Mask, .. new byte[length]];

    private static int See(FrameWatch watch, byte[] bytes, double seconds = 0) => watch.See(bytes, TimeSpan.FromSeconds(seconds));

    [Fact]
    public void Honest_frames_pass_however_they_are_cut()
    {
        byte[] large = [0x82, 0xFE, 0x01, 0x00, .. Mask, .. new byte[256]];
        var watch = new FrameWatch();
        foreach (var octet in (byte[])[.. Frame(1, 5), .. large, .. Frame(9, 0), .. Frame(1, 0)])
            Assert.Equal(FrameWatch.Fine, See(watch, [octet]));

        Assert.False(watch.IsInside);
    }

    [Fact]
    public void A_frame_that_announces_too_much_is_refused_by_its_header_alone()
    {
        Assert.Equal(FrameWatch.TooBig, See(new FrameWatch(), [0x82, 0xFF, 0, 0, 1, 0, 0, 0, 0, 0, .. Mask]));
        Assert.Equal(FrameWatch.TooBig, See(new FrameWatch(), [0x82, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, .. Mask]));
        Assert.Equal(FrameWatch.TooBig, See(new FrameWatch(), [0x82, 0x7F, 0, 0, 0, 0, 0, 1, 0, 1])); // 65,537, without a mask
    }

    [Fact]
    public void A_message_that_grows_by_fragments_is_refused()
    {
        var watch = new FrameWatch();
        byte[] part = [0x00, 0xFE, 0x40, 0x00, .. Mask, .. new byte[16_384]];
        for (var i = 0; i < 4; i++) Assert.Equal(FrameWatch.Fine, See(watch, part));
        Assert.True(watch.IsInside);

        Assert.Equal(FrameWatch.TooBig, See(watch, part));
    }

    [Fact]
    public void A_message_of_a_thousand_crumbs_is_refused()
    {
        var watch = new FrameWatch();
        for (var i = 0; i < 1_024; i++) Assert.Equal(FrameWatch.Fine, See(watch, Frame(i == 0 ? 1 : 0, 1, isLast: false)));

        Assert.Equal(FrameWatch.PolicyViolation, See(watch, Frame(0, 1, isLast: false)));
    }

    [Fact]
    public void Ten_pings_a_second_pass_and_a_flood_does_not()
    {
        var watch = new FrameWatch();
        for (var i = 0; i < 600; i++) Assert.Equal(FrameWatch.Fine, See(watch, Frame(9, 4), i * 0.1));

        var flood = new FrameWatch();
        Assert.Contains(FrameWatch.PolicyViolation, Enumerable.Range(0, 100).Select(_ => See(flood, Frame(9, 0))));
    }

    [Fact]
    public void Any_octets_end_in_a_verdict()
    {
        var random = new Random(20261121);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(64)];
            random.NextBytes(bytes);
            Assert.Contains(See(new FrameWatch(), bytes), (int[])[FrameWatch.Fine, FrameWatch.PolicyViolation, FrameWatch.TooBig]);
        }
    }
}
