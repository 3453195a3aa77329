using System.Net;
using System.Text;
using Conference.Media.Sdp;
using Conference.Media.Security;

namespace Conference.Media.Tests.Sdp;

/// <summary>How the phones, browsers and exchanges out there write, and what they get.</summary>
public sealed class InteropTests
{
    private const string Key = "inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz";

    private static readonly string s_certificate = Fingerprint.Of([9, 9]).ToString();

    private readonly OfferAnswer _ours = new(4711, IPAddress.Parse("198.51.100.7"), 12000) { Terms = SomeTerms.Protected };

    [Fact]
    public void Firefox_names_its_certificate_for_the_session_and_its_lines_by_number()
    {
        var next = Answer(
            $"a=fingerprint:{s_certificate}\r\na=group:BUNDLE 0\r\na=ice-options:trickle\r\na=msid-semantic:WMS *\r\n"
            + "m=audio 9 UDP/TLS/RTP/SAVPF 109 9 0 8 101\r\nc=IN IP4 0.0.0.0\r\na=sendrecv\r\na=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n"
            + "a=extmap:2/recvonly urn:ietf:params:rtp-hdrext:csrc-audio-level\r\na=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid\r\n"
            + "a=fmtp:109 maxplaybackrate=48000;stereo=1;useinbandfec=1\r\na=fmtp:101 0-15\r\na=ice-pwd:8d6bbaa1e7d4dbd0ac6b2a5b3cbb0e5e\r\na=ice-ufrag:d2bd1d2a\r\n"
            + "a=mid:0\r\na=rtcp-mux\r\na=rtpmap:109 opus/48000/2\r\na=rtpmap:9 G722/8000/1\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000/1\r\na=setup:actpass\r\n");

        Assert.Equal("m=audio 10000 UDP/TLS/RTP/SAVPF 109 9 0 8 101", Media(next).Single());
        Assert.Equal((DtlsRole.Active, "opus"), (Assert.IsType<MediaKeys.Dtls>(next.Agreed!.Keys).Role, next.Agreed.Codec));
        Assert.Equal((byte?)101, next.Agreed.EventPayload);
    }

    [Fact]
    public void JsSIP_holds_and_comes_back()
    {
        string Offer(int version, string direction) =>
            "v=0\r\no=mozilla " + $"7 {version} IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n"
            + $"m=audio 50000 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 192.0.2.1\r\na=rtpmap:111 opus/48000/2\r\na={direction}\r\na=mid:0\r\na=rtcp-mux\r\n"
            + $"a=fingerprint:{s_certificate}\r\na=setup:actpass\r\na=ice-ufrag:d2bd1d2a\r\na=ice-pwd:8d6bbaa1e7d4dbd0ac6b2a5b3cbb0e5e\r\n";
        var first = Take(_ours, Offer(1, "sendrecv"));
        var held = Take(first, Offer(2, "inactive"));
        var back = Take(held, Offer(3, "sendrecv"));

        Assert.Equal((false, true, false), (first.Agreed!.IsHeld, held.Agreed!.IsHeld, back.Agreed!.IsHeld));
        Assert.Equal(first.Agreed, back.Agreed); // the same handshake, the same names
        Assert.Contains(" 4711 3 ", back.Sent, StringComparison.Ordinal);
    }

    [Fact]
    public void Linphone_writes_AVPF_and_its_own_ideas() =>
        Assert.Equal(
            "m=audio 12000 RTP/AVPF 96 97",
            Media(Answer(
                "b=AS:380\r\na=rtcp-xr:rcvr-rtt=all:10000 stat-summary=loss,dup,jitt,TTL voip-metrics\r\nm=audio 7078 RTP/AVPF 96 0 8 18 101 97\r\n"
                + "a=rtpmap:96 opus/48000/2\r\na=fmtp:96 useinbandfec=1\r\na=rtpmap:101 telephone-event/8000\r\na=rtpmap:97 telephone-event/48000\r\na=rtcp-fb:* trr-int 5000\r\n")).Single());

    [Fact]
    public void Yealink_offers_its_voice_twice()
    {
        var next = Answer(
            $"m=audio 11780 RTP/SAVP 9 0 8 18 101\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 {Key}\r\na=crypto:2 AES_CM_128_HMAC_SHA1_32 {Key}\r\na=crypto:3 F8_128_HMAC_SHA1_80 {Key}\r\n"
            + "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=fmtp:18 annexb=no\r\nm=audio 11782 RTP/AVP 9 0 8 18 101\r\na=rtpmap:101 telephone-event/8000\r\n");

        Assert.Equal(["m=audio 12000 RTP/SAVP 9 101", "m=audio 0 RTP/AVP 9"], Media(next));
        Assert.Equal(SrtpProfile.Aes128Sha1Tag80, Assert.IsType<MediaKeys.Sdes>(next.Agreed!.Keys).Theirs.Key.Suite.Profile);
    }

    [Fact]
    public void Cisco_holds_with_the_zero_address_and_lists_G_729()
    {
        var next = Answer("m=audio 0 RTP/AVP 0\r\nm=audio 16400 RTP/AVP 18 0 8 101\r\nc=IN IP4 0.0.0.0\r\na=rtpmap:18 G729/8000\r\na=fmtp:18 annexb=yes\r\na=rtpmap:101 telephone-event/8000\r\n");

        Assert.True(next.Agreed!.IsHeld);
        Assert.Contains("a=fmtp:18 annexb=no\r\n", next.Sent, StringComparison.Ordinal);
        Assert.Equal("m=audio 0 RTP/AVP 0", Media(next).First());
    }

    [Fact]
    public void Grandstream_asks_for_long_packets() =>
        Assert.Equal(60, Answer("m=audio 5004 RTP/AVP 0 8\r\na=ptime:60\r\n").Agreed!.PacketTime);

    [Fact]
    public void Of_several_voices_the_first_usable_is_taken() =>
        Assert.Equal(
            ["m=audio 0 RTP/AVP 99", "m=audio 12000 RTP/AVP 8", "m=audio 0 RTP/AVP 0"],
            Media(Answer("m=audio 4000 RTP/AVP 99\r\na=rtpmap:99 SILK/16000\r\nm=audio 4002 RTP/AVP 8\r\nm=audio 4004 RTP/AVP 0\r\n")));

    [Fact]
    public void What_is_not_voice_is_refused_in_its_place() =>
        Assert.Equal(
            ["m=audio 12000 RTP/AVP 8", "m=video 0 RTP/AVP 96", "m=application 0 UDP/BFCP *", "m=image 0 udptl t38"],
            Media(Answer("m=audio 4000 RTP/AVP 8\r\nm=video 4002 RTP/AVP 96\r\nm=application 4004 UDP/BFCP *\r\nm=image 4006 udptl t38\r\n")));

    private OfferAnswer Answer(string rest) => Take(_ours, "v=0\r\no=phone 7 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n" + rest);

    private static OfferAnswer Take(OfferAnswer ours, string offer)
    {
        Assert.Equal(SdpRefusal.None, ours.Answer(Encoding.UTF8.GetBytes(offer), out var next));
        return next;
    }

    private static IEnumerable<string> Media(OfferAnswer side) => side.Sent.Split("\r\n").Where(l => l.StartsWith("m=", StringComparison.Ordinal));
}
