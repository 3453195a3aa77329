using Conference.Sip.Calls;
using Conference.Sip.Messages;
using Conference.Sip.Tests.House;
using Conference.Sip.Trunks;

namespace Conference.Sip.Tests.Calls;

/// <summary>What a call carries from one side to the other besides its voice: breadth, causes, whether it may be heard, how large it is.</summary>
public class PassedOnTests
{
    private const string Number = "sip:+390501234567@provider.example;user=phone";

    private readonly Stage _stage = new();
    private readonly Dialler _house;

    public PassedOnTests()
    {
        _house = new Dialler(_stage);
        _stage.Trunks.Lines["t1"] = new TrunkLine("t1", "provider.example");
        _stage.Net.Names["provider.example"] = [System.Net.IPEndPoint.Parse("198.51.100.1:5060")];
    }

    private Callee Provider => new(_stage, _stage.Net.At("198.51.100.1"));

    [Fact]
    public void Branches_at_once_share_the_breadth_that_is_left()
    {
        _house.Call(c => c with { MaxBreadth = 7 }, At("1"), At("2"), At("3"));

        foreach (var host in new[] { "1", "2", "3" }) Assert.Equal("2", Callee(host).Invite.Text(HeaderId.MaxBreadth));
    }

    [Fact]
    public void More_targets_than_breadth_are_tried_one_after_the_other_and_none_is_440()
    {
        _house.Call(c => c with { MaxBreadth = 2 }, At("1"), At("2"), At("3"));
        Assert.Empty(_stage.Net.At("192.0.2.53").Sent);
        Callee("1").Say(480);
        Assert.Equal("1", Callee("3").Invite.Text(HeaderId.MaxBreadth));

        Assert.Equal(440, new Dialler(_stage).Call(c => c with { MaxBreadth = 0 }, At("4")).Result.Status);
        Assert.Empty(_stage.Net.At("192.0.2.54").Sent);
    }

    [Fact]
    public void A_call_nobody_split_says_nothing_of_breadth_and_one_that_came_in_tells_the_house()
    {
        _house.Call(At("1"));
        Assert.False(Callee("1").Invite.Has(HeaderId.MaxBreadth));

        _stage.House.OpenNumbers.Add("100");
        var phone = Guest();
        phone.Send(phone.Write("INVITE", "sip:100@pbx.test", "Max-Breadth: 3\r\n", "v=0\r\n"));
        Assert.Equal(3, Assert.Single(_stage.Calls).Call.MaxBreadth);
    }

    [Fact]
    public void The_cause_of_the_telephone_network_is_read_from_a_refusal_and_from_a_BYE()
    {
        _house.Call(Dialler.Trunk("t1", Number));
        Provider.Say(480, "Reason: SIP;cause=480, Q.850 ;cause=20;text=\"subscriber absent\"\r\n");
        Assert.Equal((480, 20, 20), (_house.Result.Status, _house.Result.Cause, Assert.Single(_house.Result.Tried).Cause));

        var second = new Dialler(_stage).Call(Dialler.Trunk("t1", Number));
        Provider.Say(200, body: "v=0\r\n");
        var call = second.Up();
        Provider.Ask("BYE", 1, "Reason: Q.850;cause=34\r\n");
        Assert.Equal(34, call.End.Now().Cause);
    }

    [Theory]
    [InlineData("Q.850;cause=0")]
    [InlineData("Q.850;cause=128")]
    [InlineData("Q.850;cause=99999999999999999999")]
    [InlineData("Q.850;cause=\"16\"x")]
    [InlineData("Q.850")]
    [InlineData("Q.8501;cause=16")]
    [InlineData("SIP;cause=16")]
    public void A_cause_that_is_none_is_not_passed_on(string reason)
    {
        _house.Call(Dialler.Trunk("t1", Number));
        Provider.Say(480, $"Reason: {reason}\r\n");

        Assert.Null(_house.Result.Cause);
    }

    [Fact]
    public void A_trunk_is_told_the_cause_we_were_told_or_what_our_status_means_there()
    {
        _house.Call(Dialler.Trunk("t1", Number));
        Provider.Say(200, body: "v=0\r\n");
        _ = _house.Up().HangUpAsync(new CallEnd(408, "No audio"));
        _stage.Turn();
        Assert.Equal("SIP;cause=408;text=\"No audio\"|Q.850;cause=102", Values(Provider.Last("BYE")));

        var second = new Dialler(_stage).Call(Dialler.Trunk("t1", Number));
        Provider.Say(200, body: "v=0\r\n");
        _ = second.Up().HangUpAsync(new CallEnd(200, "Hung up") { Cause = 17 });
        _stage.Turn();
        Assert.Equal("Q.850;cause=17", Values(Provider.Last("BYE")));
    }

    [Fact]
    public void A_caller_who_is_refused_hears_the_cause_where_there_is_one()
    {
        _stage.House.OpenNumbers.Add("100");
        var phone = Guest();
        phone.Send(phone.Write("INVITE", "sip:100@pbx.test", body: "v=0\r\n"));
        _stage.Finish(_stage.Calls[^1].Call.RejectAsync(480, null, 20));
        Assert.Equal((480, "Q.850;cause=20"), (phone.Wire.Last.Status, phone.Wire.Last.Text(HeaderId.Reason)));

        var plain = Guest();
        plain.Send(plain.Write("INVITE", "sip:100@pbx.test", body: "v=0\r\n"));
        _stage.Finish(_stage.Calls[^1].Call.RejectAsync(486));
        Assert.False(plain.Wire.Last.Has(HeaderId.Reason));

        _stage.House.Peers = _ => new SipPeer("t1", true);
        var trunk = new Phone(_stage, "provider", "198.51.100.1");
        trunk.Send(trunk.Write("INVITE", "sip:100@pbx.test", body: "v=0\r\n"));
        _stage.Finish(_stage.Calls[^1].Call.RejectAsync(486));
        Assert.Equal("Q.850;cause=17", trunk.Wire.Last.Text(HeaderId.Reason));
    }

    [Fact]
    public void Early_media_that_its_network_withholds_is_not_heard_until_it_is_released()
    {
        _house.Call(Dialler.Trunk("t1", Number));
        Provider.Say(183, "P-Early-Media: inactive\r\n", "v=0\r\n");
        Assert.False(Assert.Single(_house.Progress).HasMedia);

        Provider.Say(183, "P-Early-Media: sendrecv\r\n");
        Assert.Equal([false, true], _house.Progress.Select(p => p.HasMedia));

        Provider.Say(200); // the body was given already
        Assert.Equal(200, _house.Result.Status);
    }

    [Fact]
    public void Early_media_of_a_network_that_says_nothing_of_it_is_heard()
    {
        _house.Call(Dialler.Trunk("t1", Number));
        Provider.Say(183, body: "v=0\r\n");

        Assert.True(Assert.Single(_house.Progress).HasMedia);
    }

    [Fact]
    public void An_offer_too_large_for_a_datagram_leaves_out_what_it_can_before_it_goes_another_way_case_33()
    {
        _house.OnMedia = media => media.Brief = "the best two";
        _house.Call(Dialler.Uri("sip:bob@192.0.2.50") with { Label = new string('x', 1_300) });

        var invite = new Callee(_stage, _stage.Net.At("192.0.2.50")).Invite;
        Assert.Equal("v=0\r\ns=the best two\r\n", System.Text.Encoding.ASCII.GetString(invite.Body.Span));
        Assert.Empty(_stage.Net.At("192.0.2.50", isReliable: true).Sent);
        Assert.Empty(_stage.House.Fragmented);
    }

    [Fact]
    public void An_offer_that_would_be_too_large_even_so_goes_whole_by_TCP()
    {
        _house.OnMedia = media => media.Brief = new string('y', 1_200);
        _house.Call(Dialler.Uri("sip:bob@192.0.2.50") with { Label = new string('x', 1_300) });

        Assert.Contains("xxx", System.Text.Encoding.ASCII.GetString(_stage.Net.At("192.0.2.50", isReliable: true).Last.Body.Span), StringComparison.Ordinal);
    }

    private Phone Guest() => new(_stage, "guest") { Domain = "elsewhere.example" };

    private static CallTarget At(string host) => Dialler.Uri("sip:bob@192.0.2.5" + host);

    private Callee Callee(string host) => new(_stage, _stage.Net.At("192.0.2.5" + host));

    private static string Values(SipMessage message)
    {
        var all = new List<string>();
        foreach (var value in message.Values(HeaderId.Reason)) all.Add(SipText.Latin(value));
        return string.Join('|', all);
    }
}
