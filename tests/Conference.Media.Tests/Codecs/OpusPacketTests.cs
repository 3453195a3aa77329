using Conference.Media.Codecs;

namespace Conference.Media.Tests.Codecs;

public sealed class OpusPacketTests
{
    [Theory]
    [InlineData(0x08, 960)] // SILK narrow, 20 ms, one frame
    [InlineData(0x18, 2880)] // SILK narrow, 60 ms
    [InlineData(0x60, 480)] // hybrid, 10 ms
    [InlineData(0x78, 960)] // hybrid full band, 20 ms
    [InlineData(0x80, 120)] // CELT, 2.5 ms
    [InlineData(0xF8, 960)] // CELT full band, 20 ms
    [InlineData(0xF9, 1920)] // two of them
    public void The_first_byte_tells_how_long_a_packet_sounds(byte first, int samples) =>
        Assert.Equal(samples, OpusPacket.Samples([first, 0, 0]));

    [Fact]
    public void A_packet_of_many_frames_says_how_many_and_more_than_120_ms_are_refused()
    {
        Assert.Equal(3 * 960, OpusPacket.Samples([0xFB, 3, 0]));
        Assert.Equal(0, OpusPacket.Samples([0xFB, 7, 0]));
        Assert.Equal(0, OpusPacket.Samples([0xFB]));
        Assert.Equal(0, OpusPacket.Samples([]));
    }
}
