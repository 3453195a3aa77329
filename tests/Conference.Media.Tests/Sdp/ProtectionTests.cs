using System.Net;
using System.Text;
using Conference.Media.Sdp;
using Conference.Media.Security;

namespace Conference.Media.Tests.Sdp;

/// <summary>How two descriptions agree on keys.</summary>
public sealed class ProtectionTests
{
    private const string Head = "v=0\r\no=phone 7 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n";
    private const string Key = "inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz";
    private const string Crypto = "a=crypto:3 AES_CM_128_HMAC_SHA1_80 " + Key + "\r\n";

    private static readonly string s_theirs = "a=fingerprint:" + Fingerprint.Of([9, 9]) + "\r\n";

    private readonly OfferAnswer _ours = new(4711, IPAddress.Parse("198.51.100.7"), 12000) { Terms = SomeTerms.Protected };

    [Fact]
    public void A_key_in_the_signalling_is_answered_with_one_of_ours_under_its_tag()
    {
        var next = Answer("m=audio 4000 RTP/SAVP 8\r\na=crypto:1 F8_128_HMAC_SHA1_80 " + Key + "\r\n" + Crypto);

        var keys = Assert.IsType<MediaKeys.Sdes>(next.Agreed!.Keys);
        Assert.Equal((3, 3), (keys.Theirs.Tag, keys.Ours.Tag));
        Assert.NotEqual(keys.Theirs.Key, keys.Ours.Key);
        Assert.Contains("m=audio 12000 RTP/SAVP 8\r\n", next.Sent, StringComparison.Ordinal);
        Assert.Contains($"a=crypto:{keys.Ours.Write()}\r\n", next.Sent, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, next.Sent, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_phone_that_offers_its_voice_twice_the_protected_one_is_taken()
    {
        var next = Answer("m=audio 4000 RTP/AVP 8\r\nm=audio 4002 RTP/SAVP 8\r\n" + Crypto);

        Assert.Equal(["m=audio 0 RTP/AVP 8", "m=audio 12000 RTP/SAVP 8"], Media(next));
        Assert.Equal(4002, next.Agreed!.Remote!.Port);
    }

    [Fact]
    public void A_re_offer_with_the_same_key_keeps_ours_and_another_key_is_seen()
    {
        var first = Answer("m=audio 4000 RTP/SAVP 8\r\n" + Crypto);
        var held = Answer("m=audio 4000 RTP/SAVP 8\r\na=sendonly\r\n" + Crypto, first);
        Assert.Equal(first.Agreed!.Keys, held.Agreed!.Keys);

        var rekeyed = Answer("m=audio 4000 RTP/SAVP 8\r\n" + Crypto.Replace("WVNf", "AAAA", StringComparison.Ordinal), first);
        var (before, after) = (Assert.IsType<MediaKeys.Sdes>(first.Agreed.Keys), Assert.IsType<MediaKeys.Sdes>(rekeyed.Agreed!.Keys));
        Assert.Equal(before.Ours, after.Ours);
        Assert.NotEqual(before.Theirs, after.Theirs);
    }

    [Fact]
    public void Nobody_talks_a_protected_call_into_the_clear()
    {
        var first = Answer("m=audio 4000 RTP/SAVP 8\r\n" + Crypto);

        Assert.Equal(SdpRefusal.Unprotected, first.Answer(Bytes("m=audio 4000 RTP/AVP 8\r\n"), out var next));
        Assert.Same(first, next);

        var only = _ours with { Terms = SomeTerms.Protected with { OnlyProtected = true } };
        Assert.Equal(SdpRefusal.Unprotected, only.Answer(Bytes("m=audio 4000 RTP/AVP 8\r\n"), out _));
    }

    [Theory]
    [InlineData("m=audio 4000 RTP/SAVP 8\r\n")] // promised, and no key
    [InlineData("m=audio 4000 RTP/SAVP 8\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:short\r\n")]
    [InlineData("m=audio 4000 UDP/TLS/RTP/SAVP 8\r\na=setup:actpass\r\n")] // no certificate
    [InlineData("m=audio 4000 UDP/TLS/RTP/SAVP 8\r\na=setup:actpass\r\na=fingerprint:md5 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B\r\n")]
    [InlineData("m=audio 4000 UDP/TLS/RTP/SAVP 8\r\na=setup:actpass\r\na=fingerprint:sha-256 4A:AD\r\n")]
    [InlineData("m=audio 4000 UDP/TLS/RTP/SAVPF 8\r\na=setup:actpass\r\na=ice-ufrag:a\r\na=ice-pwd:b\r\na=fingerprint:sha-256 AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB\r\n")] // names no one can check (RFC 8839 section 5.4)
    [InlineData("m=audio 4000 TCP/DTLS/RTP/SAVP 8\r\n")]
    public void What_promises_protection_without_keys_is_refused(string media) =>
        Assert.Equal(SdpRefusal.UnsupportedProfile, _ours.Answer(Bytes(media), out _));

    [Theory]
    [InlineData("RTP/SAVP")]
    [InlineData("RTP/SAVPF")]
    [InlineData("UDP/TLS/RTP/SAVPF")]
    public void A_leg_that_takes_no_protection_says_so(string profile)
    {
        var plain = _ours with { Terms = SdpTerms.Plain };
        Assert.Equal(SdpRefusal.UnsupportedProfile, plain.Answer(Bytes($"m=audio 4000 {profile} 8\r\n{Crypto}{s_theirs}a=setup:actpass\r\n"), out _));
    }

    [Theory]
    [InlineData("UDP/TLS/RTP/SAVP", "actpass", DtlsRole.Active, "active")]
    [InlineData("UDP/TLS/RTP/SAVPF", "active", DtlsRole.Passive, "passive")]
    [InlineData("UDP/TLS/RTP/SAVPF", "passive", DtlsRole.Active, "active")]
    [InlineData("RTP/SAVPF", "actpass", DtlsRole.Active, "active")] // an old browser
    public void The_handshake_takes_the_role_that_is_left(string profile, string setup, DtlsRole role, string ours)
    {
        var next = Answer($"m=audio 4000 {profile} 8\r\n{s_theirs}a=setup:{setup}\r\n");

        var keys = Assert.IsType<MediaKeys.Dtls>(next.Agreed!.Keys);
        Assert.Equal((role, Fingerprint.Of([9, 9])), (keys.Role, keys.Theirs));
        Assert.Contains($"m=audio 12000 {profile} 8\r\n", next.Sent, StringComparison.Ordinal);
        Assert.Contains($"a=fingerprint:{SomeTerms.Certificate}\r\na=setup:{ours}\r\n", next.Sent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_of_the_whole_session_counts_for_its_lines()
    {
        var next = Answer($"{s_theirs}a=setup:active\r\nm=audio 4000 UDP/TLS/RTP/SAVP 8\r\n");
        Assert.Equal(DtlsRole.Passive, Assert.IsType<MediaKeys.Dtls>(next.Agreed!.Keys).Role);
    }

    [Fact]
    public void A_handshake_that_was_made_keeps_its_roles()
    {
        var first = Answer($"m=audio 4000 UDP/TLS/RTP/SAVP 8\r\n{s_theirs}a=setup:active\r\n");
        var again = Answer($"m=audio 4000 UDP/TLS/RTP/SAVP 8\r\n{s_theirs}a=setup:actpass\r\n", first);
        Assert.Equal(first.Agreed!.Keys, again.Agreed!.Keys);
        Assert.Contains("a=setup:passive\r\n", again.Sent, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_nobody_promised_are_taken_only_where_that_is_wished() // RFC 8643
    {
        const string offer = "m=audio 4000 RTP/AVP 8\r\n" + Crypto;
        Assert.Null(Answer(offer).Agreed!.Keys);

        var wishing = _ours with { Terms = SomeTerms.Protected with { Opportunistic = true, Security = MediaSecurity.Sdes } };
        var next = Answer(offer, wishing);
        Assert.IsType<MediaKeys.Sdes>(next.Agreed!.Keys);
        Assert.Contains("m=audio 12000 RTP/AVP 8\r\n", next.Sent, StringComparison.Ordinal);

        var offered = wishing.Offer();
        Assert.Contains("m=audio 12000 RTP/AVP ", offered.Sent, StringComparison.Ordinal);
        Assert.Contains("a=crypto:1 ", offered.Sent, StringComparison.Ordinal);
        Assert.Equal(SdpRefusal.None, offered.Accept(Bytes("m=audio 4000 RTP/AVP 8\r\n"), out next));
        Assert.Null(next.Agreed!.Keys); // it did not understand, and is heard all the same
    }

    [Fact]
    public void Our_offer_of_keys_is_answered_by_tag()
    {
        var offered = (_ours with { Terms = SomeTerms.Protected with { Security = MediaSecurity.Sdes } }).Offer();
        Assert.Contains("m=audio 12000 RTP/SAVP ", offered.Sent, StringComparison.Ordinal);
        var line = offered.Sent.Split("\r\n").Single(l => l.StartsWith("a=crypto:1 ", StringComparison.Ordinal));

        Assert.Equal(SdpRefusal.None, offered.Accept(Bytes("m=audio 4000 RTP/SAVP 8\r\n" + Crypto.Replace(":3 ", ":1 ", StringComparison.Ordinal)), out var next));
        var keys = Assert.IsType<MediaKeys.Sdes>(next.Agreed!.Keys);
        Assert.Equal(line, "a=crypto:" + keys.Ours.Write());

        Assert.Equal(SdpRefusal.UnsupportedProfile, offered.Accept(Bytes("m=audio 4000 RTP/SAVP 8\r\n"), out _));
        Assert.Equal(SdpRefusal.UnsupportedProfile, offered.Accept(Bytes("m=audio 4000 RTP/SAVP 8\r\n" + Crypto.Replace(":3 ", ":99 ", StringComparison.Ordinal)), out _));

        Assert.Contains(line, next.Offer().Sent, StringComparison.Ordinal); // told again, the key is the same
    }

    [Theory]
    [InlineData("a=setup:active\r\n", DtlsRole.Passive)]
    [InlineData("a=setup:passive\r\n", DtlsRole.Active)]
    [InlineData("", DtlsRole.Passive)]
    public void Our_offer_of_a_handshake_leaves_the_roles_open(string setup, DtlsRole role)
    {
        var offered = (_ours with { Terms = SomeTerms.Protected with { Security = MediaSecurity.Dtls } }).Offer();
        Assert.Contains("m=audio 12000 UDP/TLS/RTP/SAVP ", offered.Sent, StringComparison.Ordinal);
        Assert.Contains("a=setup:actpass\r\n", offered.Sent, StringComparison.Ordinal);

        Assert.Equal(SdpRefusal.None, offered.Accept(Bytes($"m=audio 4000 UDP/TLS/RTP/SAVP 8\r\n{s_theirs}{setup}"), out var next));
        Assert.Equal(role, Assert.IsType<MediaKeys.Dtls>(next.Agreed!.Keys).Role);
    }

    [Fact]
    public void A_browser_gets_everything_over_the_shared_port()
    {
        var next = Answer(Browser);

        Assert.Contains("a=group:BUNDLE 0\r\na=ice-lite\r\n", next.Sent, StringComparison.Ordinal);
        Assert.Equal(["m=audio 10000 UDP/TLS/RTP/SAVPF 111 9 0 8 110 126", "m=video 0 UDP/TLS/RTP/SAVPF 96"], Media(next));
        Assert.Contains("a=rtcp-mux\r\na=mid:0\r\na=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level vad=on\r\n", next.Sent, StringComparison.Ordinal);
        Assert.Contains("a=candidate:1 1 udp 2130706431 198.51.100.7 10000 typ host\r\na=end-of-candidates\r\n", next.Sent, StringComparison.Ordinal);

        var agreed = next.Agreed!;
        Assert.Equal((null, false, true, (byte?)1), (agreed.Remote, agreed.IsHeld, agreed.RtcpMux, agreed.LevelExtension));
        Assert.Equal(("4ZcD", next.Ice), (agreed.Ice!.Theirs.Fragment, agreed.Ice.Ours));
        Assert.Equal(["opus", "G722", "PCMU", "PCMA"], agreed.Receive.Select(r => r.Format.Name));
        Assert.Equal((byte?)110, agreed.EventPayload);
        Assert.Equal([new AgreedClock(110, 48000), new AgreedClock(126, 8000)], agreed.ReceiveEvents.ToArray());
    }

    [Fact]
    public void A_browser_that_restarts_its_checks_gets_new_names_and_one_that_does_not_keeps_them()
    {
        var first = Answer(Browser);
        var held = Answer(Browser.Replace("a=sendrecv", "a=sendonly", StringComparison.Ordinal), first);
        Assert.Equal(first.Agreed!.Ice, held.Agreed!.Ice);

        var restarted = Answer(Browser.Replace("4ZcD", "5YdE", StringComparison.Ordinal), first);
        Assert.NotEqual(first.Ice, restarted.Ice);
    }

    [Fact]
    public void A_phone_that_wakes_up_without_names_and_address_keeps_its_way_and_changes_only_the_direction()
    {
        var first = Answer(Browser);
        var woken = Browser.Split("m=video")[0].Split("\r\n").Where(l => !l.StartsWith("a=ice", StringComparison.Ordinal) && !l.StartsWith("a=candidate", StringComparison.Ordinal));
        var held = Answer(string.Join("\r\n", woken).Replace("a=sendrecv", "a=inactive", StringComparison.Ordinal) + Browser[Browser.IndexOf("m=video", StringComparison.Ordinal)..], first);

        Assert.Equal((first.Agreed!.Ice, first.Agreed.Keys), (held.Agreed!.Ice, held.Agreed.Keys));
        Assert.Equal(SdpDirection.Inactive, held.Agreed.Direction);
    }

    [Theory]
    [InlineData("m=audio 4000 RTP/AVP 8\r\n")]
    [InlineData("m=audio 4000 RTP/SAVP 8\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj\r\n")]
    public void Checks_without_a_handshake_are_not_answered_and_the_ports_are_used(string media)
    {
        var next = Answer(media + "a=rtcp-mux\r\na=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n");

        Assert.Null(next.Agreed!.Ice);
        Assert.Equal(4000, next.Agreed.Remote!.Port);
        Assert.DoesNotContain("a=ice", next.Sent, StringComparison.Ordinal);
    }

    [Fact]
    public void An_answer_without_checks_to_an_offer_with_them_is_refused()
    {
        var offered = (_ours with { Terms = SomeTerms.Protected with { Security = MediaSecurity.Dtls, OffersIce = true } }).Offer();
        Assert.Equal(SdpRefusal.UnsupportedProfile, offered.Accept(Bytes($"m=audio 4000 UDP/TLS/RTP/SAVPF 8\r\na=rtcp-mux\r\na=setup:active\r\n{s_theirs}"), out _));
    }

    [Fact]
    public void A_browser_is_refused_where_there_is_no_shared_port()
    {
        var deaf = _ours with { Terms = SomeTerms.Protected with { Ice = null } };
        Assert.Equal(SdpRefusal.UnsupportedProfile, deaf.Answer(Bytes(Browser), out _));
    }

    [Fact]
    public void We_can_ring_a_browser()
    {
        var offered = (_ours with { Terms = SomeTerms.Protected with { Security = MediaSecurity.Dtls, OffersIce = true } }).Offer();
        Assert.Contains("m=audio 10000 UDP/TLS/RTP/SAVPF ", offered.Sent, StringComparison.Ordinal);
        Assert.Contains("a=group:BUNDLE 0\r\na=ice-lite\r\n", offered.Sent, StringComparison.Ordinal);

        var answer = $"m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=rtpmap:111 opus/48000/2\r\na=mid:0\r\na=rtcp-mux\r\na=setup:active\r\n{s_theirs}"
            + "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n";
        Assert.Equal(SdpRefusal.None, offered.Accept(Bytes(answer), out var next));
        Assert.Equal(offered.Ice, next.Agreed!.Ice!.Ours);
        Assert.Equal(DtlsRole.Passive, Assert.IsType<MediaKeys.Dtls>(next.Agreed.Keys).Role);
    }

    [Fact]
    public void Names_of_the_peer_that_break_the_grammar_are_none()
    {
        var next = Answer("m=audio 4000 RTP/AVP 8\r\na=ice-ufrag:ab\r\na=ice-pwd:short\r\na=mid:a b\r\na=extmap:15 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n");
        Assert.Equal((null, null), (next.Agreed!.Ice, next.Agreed.LevelExtension));
        Assert.DoesNotContain("a=mid", next.Sent, StringComparison.Ordinal);
    }

    private static string Browser =>
        "a=group:BUNDLE 0 1\r\na=extmap-allow-mixed\r\na=msid-semantic: WMS stream\r\n"
        + "m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126\r\nc=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\n"
        + "a=candidate:1467250027 1 udp 2122260223 0a7a9a8e-3f1c.local 46243 typ host generation 0\r\n"
        + $"a=ice-ufrag:4ZcD\r\na=ice-pwd:2/1muCWoOi3uLifh0NuRHlOt\r\na=ice-options:trickle\r\n{s_theirs}a=setup:actpass\r\na=mid:0\r\n"
        + "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\na=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time\r\na=sendrecv\r\n"
        + "a=rtcp-mux\r\na=rtcp-rsize\r\na=rtpmap:111 opus/48000/2\r\na=rtcp-fb:111 transport-cc\r\na=fmtp:111 minptime=10;useinbandfec=1\r\na=rtpmap:63 red/48000/2\r\n"
        + "a=rtpmap:9 G722/8000\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:13 CN/8000\r\na=rtpmap:110 telephone-event/48000\r\na=rtpmap:126 telephone-event/8000\r\n"
        + $"m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=ice-ufrag:4ZcD\r\na=ice-pwd:2/1muCWoOi3uLifh0NuRHlOt\r\n{s_theirs}a=setup:actpass\r\na=mid:1\r\na=rtpmap:96 VP8/90000\r\n";

    private OfferAnswer Answer(string media, OfferAnswer? before = null)
    {
        Assert.Equal(SdpRefusal.None, (before ?? _ours).Answer(Bytes(media), out var next));
        return next;
    }

    private static byte[] Bytes(string media) => Encoding.UTF8.GetBytes(Head + media);

    private static IEnumerable<string> Media(OfferAnswer side) => side.Sent.Split("\r\n").Where(l => l.StartsWith("m=", StringComparison.Ordinal));
}
