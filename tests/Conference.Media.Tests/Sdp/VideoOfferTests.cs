using System.Net;
using System.Text;
using Conference.Media.Codecs;
using Conference.Media.Sdp;

namespace Conference.Media.Tests.Sdp;

public sealed class VideoOfferTests
{
    private const string Head = "v=0\r\no=- 7 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n";
    private const string Video = "m=video 4002 RTP/AVP 96 97\r\na=rtpmap:96 H264/90000\r\na=fmtp:96 profile-level-id=42801F;packetization-mode=1\r\na=rtpmap:97 VP8/90000\r\na=rtcp-fb:* nack pli\r\na=rtcp-fb:97 ccm fir\r\n";

    [Fact]
    public void Of_the_codecs_offered_the_one_is_taken_that_all_others_get_too()
    {
        var ours = Answer(Head + Video);

        Assert.EndsWith("m=video 30002 RTP/AVP 97\r\na=rtpmap:97 VP8/90000\r\na=rtcp-fb:* nack pli\r\na=rtcp-fb:* ccm fir\r\na=sendrecv\r\n", ours.Sent, StringComparison.Ordinal);
        Assert.Equal((VideoCodec.Vp8, 97, 97, true, true), (ours.Video!.Codec, (int)ours.Video.SendPayload, (int)ours.Video.ReceivePayload, ours.Video.TakesPli, ours.Video.TakesFir));
        Assert.Equal(4002, ours.Video.Remote!.Port);
        Assert.Equal(SdpRefusal.None, ours.Answer(Encoding.UTF8.GetBytes(Head + Video), out var again));
        Assert.Equal(ours.Sent, again.Sent);
    }

    [Theory]
    [InlineData("m=video 4002 RTP/AVP 96\r\na=rtpmap:96 H265/90000\r\n")]
    [InlineData("m=video 0 RTP/AVP 97\r\na=rtpmap:97 VP8/90000\r\n")]
    [InlineData("m=video 80 RTP/AVP 97\r\na=rtpmap:97 VP8/90000\r\n")]
    [InlineData("m=video 4002 RTP/AVP 97\r\na=rtpmap:97 VP8/48000\r\n")]
    [InlineData("m=video 4002 UDP/TLS/RTP/SAVPF 97\r\na=rtpmap:97 VP8/90000\r\n")]
    [InlineData("m=video 4002 RTP/AVP 97\r\nc=IN IP4 224.0.0.1\r\na=rtpmap:97 VP8/90000\r\n")]
    [InlineData("m=video 4002 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=fmtp:96 profile-level-id=640028;packetization-mode=1\r\n")]
    public void Pictures_that_cannot_be_passed_on_are_refused_and_the_voice_is_not(string video)
    {
        var ours = Answer(Head + video);

        Assert.Null(ours.Video);
        Assert.Contains("m=video 0 ", ours.Sent, StringComparison.Ordinal);
        Assert.Contains("m=audio 30000 RTP/AVP 8\r\n", ours.Sent, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_pictures_are_switched_off_they_are_refused()
    {
        Assert.Equal(SdpRefusal.None, new OfferAnswer(1, IPAddress.Parse("192.0.2.9"), 30000) { VideoPort = 30002 }.Answer(Encoding.UTF8.GetBytes(Head + Video), out var ours));
        Assert.EndsWith("m=video 0 RTP/AVP 96\r\n", ours.Sent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("m=video 4002 RTP/AVP 34\r\n", VideoCodec.H263)]
    [InlineData("m=video 4002 RTP/AVP 31\r\n", VideoCodec.H261)]
    [InlineData("m=video 4002 RTP/AVPF 99\r\na=rtpmap:99 H263-1998/90000\r\na=fmtp:99 CIF=1;QCIF=1\r\n", VideoCodec.H263Plus)]
    [InlineData("m=video 4002 RTP/AVP 99\r\na=rtpmap:99 h264/90000\r\na=fmtp:99 profile-level-id=42E01F\r\n", VideoCodec.H264)]
    public void Every_codec_of_ours_is_taken(string video, VideoCodec codec) => Assert.Equal(codec, Answer(Head + video).Video!.Codec);

    [Fact]
    public void A_second_camera_is_refused_and_hold_means_both()
    {
        var ours = Answer(Head + Video + Video.Replace("4002", "4004", StringComparison.Ordinal));
        Assert.EndsWith("m=video 0 RTP/AVP 96\r\n", ours.Sent, StringComparison.Ordinal);

        ours = Answer(Head + Video + "a=sendonly\r\n");
        Assert.Equal(SdpDirection.RecvOnly, ours.Video!.Direction);
    }

    [Fact]
    public void Our_offer_names_all_and_the_answer_chooses()
    {
        var ours = Fresh() with { OffersVideo = true };
        ours = ours.Offer();
        Assert.Contains("m=video 30002 RTP/AVP 97 98 99 100 34 31\r\n", ours.Sent, StringComparison.Ordinal);

        Assert.Equal(SdpRefusal.None, ours.Accept(Encoding.UTF8.GetBytes(Head + "m=video 4002 RTP/AVP 120\r\na=rtpmap:120 H264/90000\r\na=fmtp:120 profile-level-id=42e01f;packetization-mode=1\r\na=rtcp-fb:120 nack pli\r\n"), out ours));

        Assert.Equal((VideoCodec.H264, 120, 98), (ours.Video!.Codec, (int)ours.Video.SendPayload, (int)ours.Video.ReceivePayload));
        Assert.Equal((true, false), (ours.Video.TakesPli, ours.Video.TakesFir));
        Assert.Equal(2, ours.Offer().Sent.Split("m=").Length - 1);
        Assert.Contains("m=audio 30000", ours.Offer().Sent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refused_camera_stays_refused_in_later_offers()
    {
        var ours = (Fresh() with { OffersVideo = true }).Offer();
        Assert.Equal(SdpRefusal.None, ours.Accept(Encoding.UTF8.GetBytes(Head + "m=video 0 RTP/AVP 97\r\n"), out ours));

        Assert.Null(ours.Video);
        Assert.EndsWith("m=video 0 RTP/AVP 97\r\n", ours.Offer().Sent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_protected_voice_has_protected_pictures_or_none()
    {
        const string key = "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz\r\n";
        var head = Head.Replace("RTP/AVP", "RTP/SAVP", StringComparison.Ordinal) + key;
        var terms = new SdpTerms { Video = true, Security = MediaSecurity.Accept };

        Assert.Equal(SdpRefusal.None, (Fresh() with { Terms = terms with { OnlyProtected = true } }).Answer(Encoding.UTF8.GetBytes(head + Video), out var ours));
        Assert.Null(ours.Video);
        Assert.Equal(SdpRefusal.None, (Fresh() with { Terms = terms }).Answer(Encoding.UTF8.GetBytes(head + Video), out ours));
        Assert.Null(ours.Video);
        Assert.Equal(SdpRefusal.None, (Fresh() with { Terms = terms }).Answer(Encoding.UTF8.GetBytes(head + Video.Replace("RTP/AVP", "RTP/SAVP", StringComparison.Ordinal) + key), out ours));
        Assert.NotNull(ours.Video!.Keys);
        Assert.Equal(2, ours.Sent.Split("a=crypto:1 ").Length - 1);
    }

    private static OfferAnswer Fresh() =>
        new(1, IPAddress.Parse("192.0.2.9"), 30000) { Terms = new SdpTerms { Video = true }, VideoPort = 30002 };

    private static OfferAnswer Answer(string offer)
    {
        Assert.Equal(SdpRefusal.None, Fresh().Answer(Encoding.UTF8.GetBytes(offer), out var ours));
        return ours;
    }
}
