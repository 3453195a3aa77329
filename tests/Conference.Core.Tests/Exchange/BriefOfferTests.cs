using System.Text;
using Conference.Core.Exchange;

namespace Conference.Core.Tests.Exchange;

public class BriefOfferTests
{
    private const string Whole =
        "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 10000 RTP/AVP 111 9 8 0 101 102\r\na=rtpmap:111 opus/48000/2\r\na=fmtp:111 useinbandfec=1\r\n"
        + "a=rtpmap:9 G722/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=rtpmap:102 telephone-event/48000\r\na=ptime:20\r\na=sendrecv\r\n";

    [Fact]
    public void The_two_best_voices_and_the_keys_are_left_with_what_belongs_to_them() => Assert.Equal(
        "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 10000 RTP/AVP 111 9 101 102\r\na=rtpmap:111 opus/48000/2\r\na=fmtp:111 useinbandfec=1\r\n"
        + "a=rtpmap:9 G722/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=rtpmap:102 telephone-event/48000\r\na=ptime:20\r\na=sendrecv\r\n",
        Brief(Whole));

    [Theory]
    [InlineData("v=0\r\nm=audio 10000 RTP/AVP 8 0 101\r\na=rtpmap:101 telephone-event/8000\r\n")] // nothing to leave out
    [InlineData("v=0\r\nm=audio 1 RTP/AVP 9 8 0\r\nm=video 2 RTP/AVP 96 97\r\n")]
    [InlineData("")]
    [InlineData("m=audio")]
    public void What_cannot_be_shortened_stays_whole(string offer) => Assert.Null(Brief(offer));

    private static string? Brief(string offer) => BriefOffer.Of(Encoding.UTF8.GetBytes(offer)) is { } brief ? Encoding.UTF8.GetString(brief) : null;
}
