using System.Net;
using System.Text;
using Conference.Media.Codecs;
using Conference.Media.Sdp;

namespace Conference.Media.Tests.Sdp;

public sealed class OfferAnswerTests
{
    private const string Head = "v=0\r\no=phone 7 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n";

    private readonly OfferAnswer _ours = new(4711, IPAddress.Parse("198.51.100.7"), 12000);

    [Fact]
    public void A_plain_offer_is_answered_to_the_letter()
    {
        var next = Answer("m=audio 4000 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=ptime:30\r\n");

        Assert.Equal(
            "v=0\r\no=- 4711 1 IN IP4 198.51.100.7\r\ns=-\r\nc=IN IP4 198.51.100.7\r\nt=0 0\r\nm=audio 12000 RTP/AVP 0 101\r\n"
            + "a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n",
            next.Sent);
        var format = new VoiceFormat("PCMU", 8000, 8000, 0);
        Assert.Equal(
            new Agreement(IPEndPoint.Parse("192.0.2.1:4000"), IPEndPoint.Parse("192.0.2.1:4001"), "PCMU", 0, 0, 101, 30, SdpDirection.SendRecv, false)
            {
                Send = new AgreedFormat(format, 0, ""),
                Receive = [new AgreedFormat(format, 0, "")],
                ReceiveEvents = [new AgreedClock(101, 8000)],
                SendEventPayload = 101,
            },
            next.Agreed);
    }

    [Fact]
    public void The_phone_chooses_the_codec_and_the_numbers()
    {
        var next = Answer("m=audio 4000 RTP/AVP 9 97 96 0\r\na=rtpmap:96 pcma/8000\r\na=rtpmap:97 telephone-event/8000\r\n");

        Assert.Equal(("PCMA", (byte)96, (byte?)97), (next.Agreed!.Codec, next.Agreed.SendPayload, next.Agreed.EventPayload));
        Assert.Contains("m=audio 12000 RTP/AVP 96 97\r\na=rtpmap:96 PCMA/8000\r\n", next.Sent, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_line_is_answered_in_order_and_refused_ones_keep_their_protocol()
    {
        var next = Answer(
            "m=video 5000 RTP/AVPF 96 97\r\na=rtpmap:96 VP8/90000\r\nm=audio 0 RTP/AVP 8\r\nm=audio 4000 RTP/AVPF 8\r\n"
            + "m=image 6000 udptl t38\r\nm=audio 4100 RTP/SAVP 8\r\n");

        Assert.Equal(
            ["m=video 0 RTP/AVPF 96", "m=audio 0 RTP/AVP 8", "m=audio 12000 RTP/AVPF 8", "m=image 0 udptl t38", "m=audio 0 RTP/SAVP 8"],
            next.Sent.Split("\r\n").Where(l => l.StartsWith("m=", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("a=sendrecv", "sendrecv")]
    [InlineData("a=sendonly", "recvonly")]
    [InlineData("a=recvonly", "sendonly")]
    [InlineData("a=inactive", "inactive")]
    public void Directions_are_mirrored(string theirs, string ours) =>
        Assert.Contains($"a={ours}\r\n", Answer($"m=audio 4000 RTP/AVP 8\r\n{theirs}\r\n").Sent, StringComparison.Ordinal);

    [Fact]
    public void A_direction_of_the_session_holds_for_lines_without_one() =>
        Assert.Equal(SdpDirection.RecvOnly, Answer("a=sendonly\r\nm=audio 4000 RTP/AVP 8\r\n").Agreed!.Direction);

    [Fact]
    public void Hold_by_the_zero_address_is_understood()
    {
        var next = Answer("m=audio 4000 RTP/AVP 8\r\nc=IN IP4 0.0.0.0\r\n");

        Assert.Null(next.Agreed!.Remote);
        Assert.Equal(SdpDirection.RecvOnly, next.Agreed.Direction);
    }

    [Theory]
    [InlineData("224.0.0.1")]
    [InlineData("239.1.2.3/127")]
    [InlineData("255.255.255.255")]
    [InlineData("0.1.2.3")]
    [InlineData("169.254.169.254")]
    [InlineData("0300.0.2.1")]
    [InlineData("192.0.513")]
    [InlineData("3221225985")]
    [InlineData("phone.example.org")]
    [InlineData("2001:db8::1")]
    [InlineData("::ffff:192.0.2.1")]
    public void Addresses_that_must_not_be_sent_to_are_refused(string address) =>
        Assert.Equal(SdpRefusal.UnusableAddress, Refusal($"{Head}m=audio 4000 RTP/AVP 8\r\nc=IN IP4 {address}\r\n"));

    [Theory]
    [InlineData("m=audio 4000 RTP/SAVP 8\r\n", SdpRefusal.UnsupportedProfile)]
    [InlineData("m=audio 4000 UDP/TLS/RTP/SAVPF 8\r\n", SdpRefusal.UnsupportedProfile)]
    [InlineData("m=audio 4000 RTP/AVP 18\r\n", SdpRefusal.NoCommonCodec)]
    [InlineData("m=video 4000 RTP/AVP 31\r\n", SdpRefusal.NoCommonCodec)]
    [InlineData("m=audio 22 RTP/AVP 8\r\n", SdpRefusal.UnusableAddress)]
    [InlineData("m=audio -1 RTP/AVP 8\r\n", SdpRefusal.Malformed)]
    [InlineData("m=audio 65536 RTP/AVP 8\r\n", SdpRefusal.Malformed)]
    [InlineData("m=audio ٤٠٠٠ RTP/AVP 8\r\n", SdpRefusal.Malformed)]
    [InlineData("m=audio 4000 RTP/AVP\r\n", SdpRefusal.Malformed)]
    [InlineData("m=audio 4000 RTP/AVP 128\r\n", SdpRefusal.Malformed)]
    [InlineData("", SdpRefusal.Malformed)]
    public void What_cannot_be_used_is_refused_with_the_reason(string media, SdpRefusal expected) =>
        Assert.Equal(expected, Refusal(Head + media));

    [Fact]
    public void A_refused_re_offer_leaves_the_session_as_it_was()
    {
        var agreed = Answer("m=audio 4000 RTP/AVP 8\r\n");

        Assert.Equal(SdpRefusal.NoCommonCodec, agreed.Answer(Encoding.UTF8.GetBytes(Head + "m=audio 4002 RTP/AVP 18\r\n"), out var next));

        Assert.Same(agreed, next);
    }

    [Fact]
    public void The_version_rises_only_with_the_content()
    {
        var offer = Head + "m=audio 4000 RTP/AVP 8\r\n";
        var first = Answer("m=audio 4000 RTP/AVP 8\r\n");
        first.Answer(Encoding.UTF8.GetBytes(offer), out var repeated);
        first.Answer(Encoding.UTF8.GetBytes(offer.Replace(" 7 1 ", " 7 2 ", StringComparison.Ordinal)), out var refreshed);
        first.Answer(Encoding.UTF8.GetBytes(offer + "a=sendonly\r\n"), out var held);

        Assert.Contains(" 4711 1 ", repeated.Sent, StringComparison.Ordinal);
        Assert.Contains(" 4711 1 ", refreshed.Sent, StringComparison.Ordinal);
        Assert.Contains(" 4711 2 ", held.Sent, StringComparison.Ordinal);
    }

    [Fact]
    public void Our_offer_speaks_both_laws_and_takes_the_answer()
    {
        var offered = _ours.Offer();
        Assert.Contains("m=audio 12000 RTP/AVP 8 0 101\r\n", offered.Sent, StringComparison.Ordinal);

        var answer = Head + "m=audio 4000 RTP/AVP 0 96\r\na=rtpmap:96 telephone-event/8000\r\n";
        Assert.Equal(SdpRefusal.None, offered.Accept(Encoding.UTF8.GetBytes(answer), out var next));

        Assert.Equal(("PCMU", (byte)0, (byte?)101), (next.Agreed!.Codec, next.Agreed.ReceivePayload, next.Agreed.EventPayload));
    }

    [Fact]
    public void Our_re_offer_keeps_all_lines()
    {
        var next = Answer("m=audio 4000 RTP/AVP 8\r\nm=video 5000 RTP/AVP 31\r\n").Offer();

        Assert.Contains(" 4711 2 ", next.Sent, StringComparison.Ordinal);
        Assert.EndsWith("m=video 0 RTP/AVP 31\r\n", next.Sent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refused_answer_keeps_what_was_agreed()
    {
        var agreed = Answer("m=audio 4000 RTP/AVP 8\r\n");
        Assert.Equal(SdpRefusal.NoCommonCodec, agreed.Offer().Accept(Encoding.UTF8.GetBytes(Head + "m=audio 0 RTP/AVP 8\r\n"), out var next));
        Assert.Equal(agreed.Agreed, next.Agreed);
    }

    [Fact]
    public void RTCP_shares_the_port_where_offered_and_else_goes_where_told()
    {
        Assert.True(Answer("m=audio 4000 RTP/AVP 8\r\na=rtcp-mux\r\n").Agreed is { RtcpMux: true, RemoteRtcp.Port: 4000 });
        Assert.True(Answer("m=audio 4000 RTP/AVP 8\r\na=rtcp:4711 IN IP4 192.0.2.1\r\n").Agreed is { RtcpMux: false, RemoteRtcp.Port: 4711 });
    }

    [Theory]
    [InlineData("0", 20)]
    [InlineData("-20", 20)]
    [InlineData("99999999999", 20)]
    [InlineData("5", 10)]
    [InlineData("25", 20)]
    [InlineData("200", 60)]
    public void Senseless_packet_times_are_brought_to_sense(string ptime, int expected) =>
        Assert.Equal(expected, Answer($"m=audio 4000 RTP/AVP 8\r\na=ptime:{ptime}\r\n").Agreed!.PacketTime);

    private OfferAnswer Answer(string media)
    {
        Assert.Equal(SdpRefusal.None, _ours.Answer(Encoding.UTF8.GetBytes(Head + media), out var next));
        return next;
    }

    private SdpRefusal Refusal(string offer)
    {
        var refusal = _ours.Answer(Encoding.UTF8.GetBytes(offer), out var next);
        Assert.Same(_ours, next);
        return refusal;
    }
}
