using Conference.Media.Codecs;
using Conference.Media.Video;

namespace Conference.Media.Tests.Video;

public sealed class KeyPicturesTests
{
    [Theory]
    [InlineData(VideoCodec.Vp8, "10 00", true)] // start of partition 0, P bit clear
    [InlineData(VideoCodec.Vp8, "10 01", false)] // builds on another
    [InlineData(VideoCodec.Vp8, "00 00", false)] // no start
    [InlineData(VideoCodec.Vp8, "11 00", false)] // partition 1
    [InlineData(VideoCodec.Vp8, "90 80 81 23 00", true)] // a picture number of 15 bits
    [InlineData(VideoCodec.Vp8, "90 E0 11 22 33 00", true)] // number, layer and TID
    [InlineData(VideoCodec.Vp8, "90 E0 11 22", false)] // cut off
    [InlineData(VideoCodec.Vp8, "", false)]
    [InlineData(VideoCodec.H264, "65 88", true)] // IDR
    [InlineData(VideoCodec.H264, "67 42", true)] // SPS
    [InlineData(VideoCodec.H264, "41 9A", false)]
    [InlineData(VideoCodec.H264, "7C 85 00", true)] // FU-A, first of an IDR
    [InlineData(VideoCodec.H264, "7C 05 00", false)] // FU-A, a later piece
    [InlineData(VideoCodec.H264, "7C 81 00", false)]
    [InlineData(VideoCodec.H264, "78 00 02 09 10 00 02 67 42", true)] // STAP-A: delimiter, then SPS
    [InlineData(VideoCodec.H264, "78 00 02 09 10 00 02 41 42", false)]
    [InlineData(VideoCodec.H264, "78 FF FF 09 10", false)] // longer than it is
    [InlineData(VideoCodec.H264, "78 00 00 00 00 00", false)]
    [InlineData(VideoCodec.H263Plus, "04 00 80 02 08 00 00 00", true)] // PTYPE: CIF-like size, intra
    [InlineData(VideoCodec.H263Plus, "04 00 80 02 0A 00 00 00", false)] // inter
    [InlineData(VideoCodec.H263Plus, "00 00 80 02 08 00 00 00", false)] // no picture begins
    [InlineData(VideoCodec.H263Plus, "05 F8 80", false)] // a header longer than the packet
    [InlineData(VideoCodec.H263, "00 00 00 00 00 00 80 02 08 00 00 00", true)]
    [InlineData(VideoCodec.H263, "00 10 00 00 00 00 80 02 0A 00 00 00", false)] // the I bit
    [InlineData(VideoCodec.H263, "80 00 00 00 00 00 80 02 08 00 00 00", false)] // mode B begins nothing
    [InlineData(VideoCodec.H261, "02 00 00 00 00 01", true)]
    [InlineData(VideoCodec.H261, "00 00 00 00 00 01", false)]
    [InlineData(VideoCodec.H261, "02 30 00 00 00 01", false)] // group 3
    public void A_decoder_may_begin_where_a_picture_begins_that_builds_on_no_other(VideoCodec codec, string payload, bool begins) =>
        Assert.Equal(begins, KeyPictures.BeginsIn(codec, Convert.FromHexString(payload.Replace(" ", "", StringComparison.Ordinal))));

    [Fact]
    public void Whatever_comes_nothing_is_thrown()
    {
        var random = new Random(261);
        for (var i = 0; i < 200_000; i++)
        {
            var payload = new byte[random.Next(24)];
            random.NextBytes(payload);
            foreach (var codec in Enum.GetValues<VideoCodec>()) KeyPictures.BeginsIn(codec, payload);
            PictureRequest.IsIn(payload);
        }
    }

    [Fact]
    public void A_request_is_recognised_and_says_whose_picture_is_wanted()
    {
        var datagram = new byte[PictureRequest.Longest];
        Assert.Equal(52, PictureRequest.Write(datagram, 0x01020304, 0x0A0B0C0D, 7, pli: true, fir: true));

        Assert.True(PictureRequest.IsIn(datagram));
        Assert.Equal(Media.Rtp.RtcpError.None, Media.Rtp.RtcpPacket.Parse(datagram, 1, out _));
        Assert.Equal("81CE0002010203040A0B0C0D", Convert.ToHexString(datagram[20..32]));
        Assert.Equal("84CE000401020304000000000A0B0C0D07000000", Convert.ToHexString(datagram[32..]));
        Assert.False(PictureRequest.IsIn(datagram.AsSpan(0, 20)));
        Assert.Equal(0, PictureRequest.Write(datagram, 1, 2, 0, pli: false, fir: false));
    }
}
