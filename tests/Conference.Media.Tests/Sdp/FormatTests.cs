using System.Net;
using System.Text;
using Conference.Media.Sdp;

namespace Conference.Media.Tests.Sdp;

/// <summary>Which voices two descriptions agree on.</summary>
public sealed class FormatTests
{
    private const string Head = "v=0\r\no=phone 7 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n";

    private readonly OfferAnswer _ours = new(4711, IPAddress.Parse("198.51.100.7"), 12000) { Terms = SomeTerms.Everything };

    [Fact]
    public void A_first_offer_speaks_everything_under_numbers_of_their_own()
    {
        var sent = _ours.Offer().Sent;

        Assert.Contains("m=audio 12000 RTP/AVP 111 9 8 0 18 3 112 101 110\r\n", sent, StringComparison.Ordinal);
        Assert.Contains("a=rtpmap:111 opus/48000/2\r\na=fmtp:111 useinbandfec=1;stereo=0;maxaveragebitrate=32000\r\n", sent, StringComparison.Ordinal);
        Assert.Contains("a=rtpmap:9 G722/8000\r\n", sent, StringComparison.Ordinal);
        Assert.Contains("a=fmtp:18 annexb=no\r\n", sent, StringComparison.Ordinal);
        Assert.Contains("a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=rtpmap:110 telephone-event/48000\r\n", sent, StringComparison.Ordinal);
        Assert.True(Encoding.UTF8.GetByteCount(sent) < 1300);
    }

    [Theory]
    [InlineData("0 8 9", "", "PCMU", 0)]
    [InlineData("9 0", "", "G722", 9)]
    [InlineData("96 0", "a=rtpmap:96 g722/16000\r\n", "G722", 96)] // phones that write the sampling rate
    [InlineData("96 0", "a=rtpmap:96 opus/48000/2\r\n", "opus", 96)]
    [InlineData("96 0", "a=rtpmap:96 opus/48000\r\n", "opus", 96)]
    [InlineData("96 0", "a=rtpmap:96 opus/16000/2\r\n", "PCMU", 0)]
    [InlineData("2 0", "", "PCMU", 0)] // the old number of G.721 says nothing without a name
    [InlineData("2 0", "a=rtpmap:2 G726-32/8000\r\n", "G726-32", 2)]
    [InlineData("96 0", "a=rtpmap:96 AAL2-G726-32/8000\r\n", "PCMU", 0)] // packed the other way round
    [InlineData("18 3", "", "G729", 18)]
    [InlineData("3", "", "GSM", 3)]
    [InlineData("96 0", "a=rtpmap:96 PCMA/8000/2\r\n", "PCMU", 0)] // stereo
    public void The_first_of_theirs_that_we_speak_is_taken(string formats, string maps, string codec, byte payload)
    {
        var next = Answer($"m=audio 4000 RTP/AVP {formats}\r\n{maps}");

        Assert.Equal((codec, payload, payload), (next.Agreed!.Codec, next.Agreed.SendPayload, next.Agreed.ReceivePayload));
        Assert.Contains($"m=audio 12000 RTP/AVP {payload}\r\n", next.Sent, StringComparison.Ordinal); // one alone: no switching in mid-call
    }

    [Fact]
    public void Our_order_counts_where_it_is_asked_for()
    {
        var ours = _ours with { Terms = SomeTerms.Everything with { OurOrder = true } };
        ours.Answer(Encoding.UTF8.GetBytes(Head + "m=audio 4000 RTP/AVP 0 8 9\r\n"), out var next);
        Assert.Equal("G722", next.Agreed!.Codec);
    }

    [Fact]
    public void Keys_go_with_the_clock_of_the_voice()
    {
        const string both = "a=rtpmap:96 opus/48000/2\r\na=rtpmap:97 telephone-event/8000\r\na=rtpmap:98 telephone-event/48000\r\n";

        var opus = Answer("m=audio 4000 RTP/AVP 96 0 97 98\r\n" + both);
        Assert.Equal(((byte?)98, (byte?)98), (opus.Agreed!.EventPayload, opus.Agreed.SendEventPayload));
        Assert.DoesNotContain("telephone-event/8000", opus.Sent, StringComparison.Ordinal);

        var law = Answer("m=audio 4000 RTP/AVP 0 96 97 98\r\n" + both);
        Assert.Equal((byte?)97, law.Agreed!.EventPayload);

        var only = Answer("m=audio 4000 RTP/AVP 96 97\r\na=rtpmap:96 opus/48000/2\r\na=rtpmap:97 telephone-event/8000\r\n");
        Assert.Equal((byte?)97, only.Agreed!.EventPayload); // better than none
    }

    [Theory]
    [InlineData("0-16", "0-15")]
    [InlineData("0-11,66,70", "0-11")]
    [InlineData("0,1-3,9", "0-3,9")]
    [InlineData("9-", "0-15")]
    [InlineData("4000000000-5", "0-15")]
    [InlineData("events", "0-15")]
    public void Of_the_keys_those_are_answered_that_both_know(string theirs, string common) =>
        Assert.Contains($"a=fmtp:101 {common}\r\n", Answer($"m=audio 4000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 {theirs}\r\n").Sent, StringComparison.Ordinal);

    [Fact]
    public void Comfort_noise_is_taken_only_where_it_is_on_and_fits()
    {
        const string offer = "m=audio 4000 RTP/AVP 0 13\r\n";
        Assert.DoesNotContain("CN/8000", Answer(offer).Sent, StringComparison.Ordinal);

        var on = _ours with { Terms = SomeTerms.Everything with { ComfortNoise = true } };
        on.Answer(Encoding.UTF8.GetBytes(Head + offer), out var next);
        Assert.Contains("m=audio 12000 RTP/AVP 0 13\r\n", next.Sent, StringComparison.Ordinal);
        Assert.Equal([new AgreedClock(13, 8000)], next.Agreed!.ReceiveNoise.ToArray());

        on.Answer(Encoding.UTF8.GetBytes(Head + "m=audio 4000 RTP/AVP 96 13\r\na=rtpmap:96 opus/48000/2\r\n"), out next);
        Assert.DoesNotContain("CN/8000", next.Sent, StringComparison.Ordinal);
    }

    [Fact]
    public void Annex_B_is_declined_whatever_the_peer_says() // RFC 4856 §2.1.9, RFC 7261
    {
        Assert.Contains("a=fmtp:18 annexb=no\r\n", Answer("m=audio 4000 RTP/AVP 18\r\n").Sent, StringComparison.Ordinal);
        Assert.Contains("a=fmtp:18 annexb=no\r\n", Answer("m=audio 4000 RTP/AVP 18\r\na=fmtp:18 annexb=yes\r\n").Sent, StringComparison.Ordinal);
    }

    [Fact]
    public void The_wishes_of_the_peer_are_kept_for_the_encoder()
    {
        var next = Answer("m=audio 4000 RTP/AVP 96\r\na=rtpmap:96 opus/48000/2\r\na=fmtp:96 maxplaybackrate=16000;useinbandfec=0\r\n");

        Assert.Equal("maxplaybackrate=16000;useinbandfec=0", next.Agreed!.Send.Parameters);
        Assert.Equal("useinbandfec=1;stereo=0;maxaveragebitrate=32000", next.Agreed.Receive[0].Parameters);
    }

    [Theory]
    [InlineData("0", 30, 60, 30)]
    [InlineData("0", 60, 40, 40)]
    [InlineData("0", 20, 10, 10)]
    [InlineData("3", 30, 60, 20)] // GSM has frames of 20 ms
    [InlineData("3", 10, 60, 20)]
    [InlineData("96", 30, 60, 20)] // Opus has none of 30
    [InlineData("96", 60, 60, 60)]
    public void Packets_are_as_long_as_the_peer_asks_and_the_codec_can(string format, int ptime, int most, int expected)
    {
        var next = Answer($"m=audio 4000 RTP/AVP {format}\r\na=rtpmap:96 opus/48000/2\r\na=ptime:{ptime}\r\na=maxptime:{most}\r\n");
        Assert.Equal(expected, next.Agreed!.PacketTime);
        Assert.Contains($"a=ptime:{Math.Min(20, most)}\r\n", next.Sent, StringComparison.Ordinal);
    }

    [Fact]
    public void An_answer_may_give_its_own_numbers()
    {
        var offered = _ours.Offer();
        var answer = Head + "m=audio 4000 RTP/AVP 96 97 0\r\na=rtpmap:96 opus/48000/2\r\na=rtpmap:97 telephone-event/48000\r\n";

        Assert.Equal(SdpRefusal.None, offered.Accept(Encoding.UTF8.GetBytes(answer), out var next));

        var agreed = next.Agreed!;
        Assert.Equal(("opus", (byte)96, (byte)111), (agreed.Codec, agreed.SendPayload, agreed.ReceivePayload));
        Assert.Equal(((byte?)110, (byte?)97), (agreed.EventPayload, agreed.SendEventPayload));
        Assert.Equal([111, 0], agreed.Receive.Select(r => r.Payload)); // it may switch without a word
    }

    [Fact]
    public void Numbers_keep_their_meaning_in_a_later_offer()
    {
        var next = Answer("m=audio 4000 RTP/AVP 111 8\r\na=rtpmap:111 G726-32/8000\r\n").Offer();

        Assert.Contains("a=rtpmap:111 G726-32/8000\r\n", next.Sent, StringComparison.Ordinal);
        var line = next.Sent.Split("\r\n").Single(l => l.StartsWith("m=audio", StringComparison.Ordinal));
        var numbers = line.Split(' ')[3..];
        Assert.Equal(numbers.Distinct(), numbers);
        Assert.DoesNotContain("rtpmap:111 opus", next.Sent, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_agreement_twice_is_the_same()
    {
        const string offer = "m=audio 4000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\n";
        var first = Answer(offer);
        first.Answer(Encoding.UTF8.GetBytes((Head + offer).Replace(" 7 1 ", " 7 2 ", StringComparison.Ordinal)), out var refreshed);

        Assert.Equal(first.Agreed, refreshed.Agreed);
        Assert.NotEqual(first.Agreed, Answer(offer + "a=sendonly\r\n").Agreed);
    }

    private OfferAnswer Answer(string media)
    {
        Assert.Equal(SdpRefusal.None, _ours.Answer(Encoding.UTF8.GetBytes(Head + media), out var next));
        return next;
    }
}
