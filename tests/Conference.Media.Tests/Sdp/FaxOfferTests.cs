using System.Net;
using System.Text;
using Conference.Media.Sdp;

namespace Conference.Media.Tests.Sdp;

public sealed class FaxOfferTests
{
    private const string Head = "v=0\r\no=- 7 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n";
    private const string Voice = Head + "m=audio 4000 RTP/AVP 8\r\n";
    private const string Fax = Head + "m=image 4100 udptl t38\r\na=T38FaxVersion:0\r\na=T38MaxBitRate:14400\r\na=T38FaxRateManagement:transferredTCF\r\na=T38FaxUdpEC:t38UDPRedundancy\r\n";

    private static readonly FaxTerms s_far = new("udptl", ["T38FaxVersion:2", "T38FaxMaxDatagram:400"]);

    [Theory]
    [InlineData(Fax, OfferKind.Fax)]
    [InlineData(Voice, OfferKind.Voice)]
    [InlineData(Voice + "m=image 4100 udptl t38\r\n", OfferKind.Voice)] // both: the voice is taken
    [InlineData(Head + "m=audio 0 RTP/AVP 8\r\nm=image 4100 UDPTL T38\r\n", OfferKind.Fax)]
    [InlineData(Head + "m=image 0 udptl t38\r\n", OfferKind.Voice)] // of which there is none: refused
    [InlineData(Head + "m=image 4100 tcp t38\r\n", OfferKind.Voice)]
    [InlineData(Head, OfferKind.Nothing)]
    [InlineData("", OfferKind.Nothing)]
    public void An_offer_is_of_a_voice_a_fax_or_nothing(string body, OfferKind kind) => Assert.Equal(kind, FaxTerms.KindOf(Bytes(body)));

    [Fact]
    public void A_fax_is_offered_where_the_voice_was_in_the_words_of_the_far_side()
    {
        var ours = Talking().OfferFax(s_far, 30500);

        Assert.EndsWith("t=0 0\r\nm=image 30500 udptl t38\r\na=T38FaxVersion:2\r\na=T38FaxMaxDatagram:400\r\n", ours.Sent, StringComparison.Ordinal);
        Assert.Equal(SdpRefusal.None, ours.Accept(Bytes(Fax), out ours));
        Assert.Equal(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 4100), ours.Fax!.Remote);
        Assert.Equal<string>(["T38FaxVersion:0", "T38MaxBitRate:14400", "T38FaxRateManagement:transferredTCF", "T38FaxUdpEC:t38UDPRedundancy"], ours.Fax.Theirs.Attributes);
    }

    [Theory]
    [InlineData(Head + "m=image 0 udptl t38\r\n")]
    [InlineData(Voice)]
    [InlineData(Head)]
    [InlineData("v=0\r\nc=IN IP4 224.0.0.1\r\nm=image 4100 udptl t38\r\n")]
    [InlineData("v=0\r\nc=IN IP4 192.0.2.1\r\nm=image 53 udptl t38\r\n")]
    public void A_fax_that_the_answer_does_not_take_leaves_the_voice_as_it_was(string answer)
    {
        var before = Talking();
        var offered = before.OfferFax(s_far, 30500);

        Assert.NotEqual(SdpRefusal.None, offered.Accept(Bytes(answer), out var after));
        Assert.Null(after.Fax);
        var back = after.BackTo(before);
        Assert.Equal("PCMA", back.Agreed!.Codec);
        Assert.Equal(SdpRefusal.None, back.Answer(Bytes(Voice.Replace("7 1", "7 2", StringComparison.Ordinal)), out back)); // 488, then a voice: answered with a description
        Assert.Contains("m=audio 30000 RTP/AVP 8\r\n", back.Sent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fax_is_answered_line_by_line_and_the_same_offer_gets_the_same_answer_again()
    {
        var offer = Head + "m=audio 0 RTP/AVP 8\r\nm=image 4100 UDPTL t38\r\n";
        Assert.Equal(SdpRefusal.None, Talking().AnswerFax(Bytes(offer), s_far, 30500, out var ours));

        Assert.Contains("m=audio 0 RTP/AVP 8\r\nm=image 30500 UDPTL t38\r\na=T38FaxVersion:2\r\n", ours.Sent, StringComparison.Ordinal);
        Assert.Equal(SdpRefusal.None, ours.Answer(Bytes(offer), out var again));
        Assert.Equal(ours.Sent, again.Sent);
        Assert.Equal(ours.Sent, ours.Offer().Sent); // and whoever asks for ours is told of the fax
    }

    [Fact]
    public void A_refresh_with_a_new_version_and_another_port_moves_the_fax_there()
    {
        Assert.Equal(SdpRefusal.None, Talking().AnswerFax(Bytes(Fax), s_far, 30500, out var ours));

        Assert.Equal(SdpRefusal.None, ours.Answer(Bytes(Fax.Replace("7 1", "7 2", StringComparison.Ordinal).Replace("4100", "4102", StringComparison.Ordinal)), out ours));

        Assert.Equal(4102, ours.Fax!.Remote.Port);
        Assert.Contains("m=image 30500 udptl t38\r\n", ours.Sent, StringComparison.Ordinal);
    }

    [Fact]
    public void The_voice_comes_back_in_the_place_of_the_fax_under_the_numbers_it_had()
    {
        var talking = Talking(Head + "m=audio 4000 RTP/AVP 96 97\r\na=rtpmap:96 PCMU/8000\r\na=rtpmap:97 telephone-event/8000\r\n");
        Assert.Equal(SdpRefusal.None, talking.AnswerFax(Bytes(Fax), s_far, 30500, out var ours));

        var offered = ours.OfferVoice();

        Assert.Equal(1, Lines(offered.Sent));
        Assert.Contains("a=rtpmap:96 PCMU/8000\r\n", offered.Sent, StringComparison.Ordinal);
        Assert.NotNull(offered.Fax); // until it is accepted
        Assert.Equal(SdpRefusal.None, offered.Accept(Bytes(Voice), out ours));
        Assert.Null(ours.Fax);
        Assert.Equal("PCMA", ours.Agreed!.Codec);
    }

    [Fact]
    public void A_voice_offered_by_the_peer_ends_the_fax_and_a_second_line_stays_refused()
    {
        Assert.Equal(SdpRefusal.None, Talking().AnswerFax(Bytes(Fax), s_far, 30500, out var ours));

        Assert.Equal(SdpRefusal.None, ours.Answer(Bytes(Voice + "m=image 4100 udptl t38\r\n"), out ours));

        Assert.Null(ours.Fax);
        Assert.Contains("m=audio 30000 RTP/AVP 8\r\n", ours.Sent, StringComparison.Ordinal);
        Assert.EndsWith("m=image 0 udptl t38\r\n", ours.Sent, StringComparison.Ordinal);
    }

    [Fact]
    public void Versions_rise_through_a_fax_and_a_refused_return()
    {
        Assert.Equal(SdpRefusal.None, Talking().AnswerFax(Bytes(Fax), s_far, 30500, out var fax));
        var offered = fax.OfferVoice();
        var back = offered.BackTo(fax);

        Assert.True(Version(fax.Sent) < Version(offered.Sent));
        Assert.True(Version(offered.Sent) < Version(back.OfferVoice().Sent));
        Assert.NotNull(back.Fax);
    }

    [Fact]
    public void A_protected_leg_takes_no_fax_because_that_would_travel_in_the_clear()
    {
        var ours = new OfferAnswer(1, IPAddress.Parse("192.0.2.9"), 30000) { Terms = SdpTerms.Plain with { OnlyProtected = true } };

        Assert.Equal(SdpRefusal.Unprotected, ours.ReadFax(Bytes(Fax), out _));
        Assert.False(ours.MayTurnIntoFax);
    }

    [Theory]
    [InlineData("T38FaxVersion:0", true)]
    [InlineData("t38faxversion:0", true)]
    [InlineData("sendrecv", false)]
    [InlineData("T38\u0001FaxVersion", false)]
    [InlineData("T38FaxVersion:\u00e4", false)]
    public void Only_words_about_the_fax_are_handed_on(string attribute, bool passes)
    {
        Assert.Equal(SdpRefusal.None, Talking().ReadFax(Bytes($"{Head}m=image 4100 udptl t38\r\na={attribute}\r\n"), out var terms));
        Assert.Equal(passes ? 1 : 0, terms!.Attributes.Length);
    }

    [Fact]
    public void Of_many_words_only_some_are_handed_on_and_of_long_ones_none()
    {
        var many = string.Concat(Enumerable.Range(0, 200).Select(i => $"a=T38FaxVersion:{i}\r\n"));
        Talking().ReadFax(Bytes($"{Head}m=image 4100 udptl t38\r\na=T38{new string('x', 500)}\r\n{many}"), out var terms);

        Assert.Equal(16, terms!.Attributes.Length);
        Assert.Equal("T38FaxVersion:0", terms.Attributes[0]);
    }

    private static OfferAnswer Talking(string offer = Voice)
    {
        Assert.Equal(SdpRefusal.None, new OfferAnswer(1, IPAddress.Parse("192.0.2.9"), 30000).Answer(Bytes(offer), out var ours));
        return ours;
    }

    private static int Lines(string body) => body.Split("m=").Length - 1;

    private static int Version(string body) => int.Parse(body.Split("o=- 1 ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);

    private static byte[] Bytes(string body) => Encoding.UTF8.GetBytes(body);
}
