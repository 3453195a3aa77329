using Conference.Sip.Calls;
using Conference.Sip.Messages;
using Conference.Sip.Tests.House;

namespace Conference.Sip.Tests.Calls;

/// <summary>Calls the house places (RFC 3261 §13, §9.1, §16.7); "case n" is a row of what breaks in practice.</summary>
public class OutgoingCallTests
{
    private readonly Stage _stage = new();
    private readonly Dialler _house;

    public OutgoingCallTests() => _house = new Dialler(_stage);

    [Fact]
    public void A_registered_phone_is_called_by_its_contact_and_its_own_flow()
    {
        var phone = Registered("2001a", out var callee);

        _house.Call(Dialler.Account("2001a"));

        var invite = callee.Invite;
        Assert.Equal("sip:2001a@192.0.2.7:5062", SipText.Latin(invite.RequestUri));
        Assert.Equal("\"Monday \\\"round\\\"\" <sip:6001@192.0.2.1>", invite.Text(HeaderId.From)!.Split(";tag=")[0]);
        Assert.Equal("<sip:2001a@192.0.2.1>", invite.Text(HeaderId.To));
        Assert.Equal("<sip:192.0.2.1:5060>", invite.Text(HeaderId.Contact));
        Assert.Equal("v=0\r\ns=2001a\r\n", System.Text.Encoding.ASCII.GetString(invite.Body.Span));
        Assert.DoesNotContain(phone.CallId, invite.Envelope.CallId, StringComparison.Ordinal);
    }

    [Fact]
    public void An_INVITE_too_large_for_a_datagram_goes_by_TCP_and_in_fragments_where_there_is_none()
    {
        var place = new System.Net.IPEndPoint(System.Net.IPAddress.Parse("192.0.2.50"), 5060);
        var target = Dialler.Uri("sip:bob@192.0.2.50") with { Label = new string('x', 1_300) }; // the offer repeats its label

        new Dialler(_stage).Call(target);
        Assert.Equal("INVITE", _stage.Net.At("192.0.2.50", isReliable: true).Last.Method);
        Assert.Empty(_stage.Net.At("192.0.2.50").Sent);

        _stage.Net.WithoutStreams.Add(place);
        new Dialler(_stage).Call(target);
        Assert.Equal("INVITE", _stage.Net.At("192.0.2.50").Last.Method);
        Assert.Single(_stage.Net.At("192.0.2.50", isReliable: true).Sent);
    }

    [Fact]
    public void That_it_goes_in_fragments_is_told_once_for_each_peer_case_33()
    {
        foreach (var peer in new[] { "192.0.2.50", "192.0.2.50", "192.0.2.51" })
        {
            _stage.Net.WithoutStreams.Add(new System.Net.IPEndPoint(System.Net.IPAddress.Parse(peer), 5060));
            new Dialler(_stage).Call(Dialler.Uri("sip:bob@" + peer) with { Label = new string('x', 1_300) });
        }

        new Dialler(_stage).Call(Dialler.Uri("sip:bob@192.0.2.52") with { Label = new string('x', 1_300) }); // takes connections
        new Dialler(_stage).Call(Dialler.Uri("sip:bob@192.0.2.53")); // small

        Assert.Equal(["192.0.2.50:5060", "192.0.2.51:5060"], _stage.House.Fragmented);
    }

    [Fact]
    public void Audio_that_fails_at_the_answer_ends_the_call_with_500()
    {
        _stage.ExpectsTrouble = true;
        _house.OnMedia = media => media.Likes = _ => throw new InvalidOperationException("bug");
        _house.Call(Dialler.Uri("sip:bob@192.0.2.50"));
        var callee = new Callee(_stage, _stage.Net.At("192.0.2.50"));
        callee.Say(200, body: "v=0\r\n");

        Assert.Equal(500, _house.Result.Status);
        Assert.Equal(1, callee.Count("BYE"));
        Assert.True(_house.Media[0].IsClosed);
        Assert.Contains("bug", Assert.Single(_stage.House.Troubles), StringComparison.Ordinal);
    }

    [Fact]
    public void A_call_taken_back_while_the_second_server_is_reached_leaves_that_server_its_good_name()
    {
        var (first, second) = (System.Net.IPEndPoint.Parse("192.0.2.50:5060"), System.Net.IPEndPoint.Parse("192.0.2.51:5060"));
        _stage.Net.Names["provider.example"] = [first, second];
        _stage.Net.Slow[second] = null;
        _house.Call(Dialler.Uri("sip:bob@provider.example"));
        new Callee(_stage, _stage.Net.At("192.0.2.50")).Say(503);
        _house.GiveUp();
        _stage.Net.Reach(second);
        _stage.Turn();
        Assert.Empty(_stage.Net.At("192.0.2.51").Sent);

        _stage.Net.Slow.Clear();
        _stage.Net.Opened.Clear();
        new Dialler(_stage).Call(Dialler.Uri("sip:bob@provider.example"));
        Assert.Equal([second], _stage.Net.Opened);
    }

    [Fact]
    public void What_hardly_fits_a_datagram_is_written_short_and_then_fits()
    {
        var long1 = Written(500);
        Assert.Contains("\r\nCall-ID: ", long1, StringComparison.Ordinal);
        var grown = 1_320 - long1.Length; // twenty octets too many

        var short1 = Written(500 + grown);

        Assert.DoesNotContain("\r\nCall-ID: ", short1, StringComparison.Ordinal);
        Assert.Contains("\r\ni: ", short1, StringComparison.Ordinal);
        Assert.InRange(short1.Length, 1_200, 1_300);

        string Written(int label)
        {
            new Dialler(_stage).Call(Dialler.Uri("sip:bob@192.0.2.50") with { Label = new string('x', label) });
            return System.Text.Encoding.Latin1.GetString(_stage.Net.At("192.0.2.50").Raw[^1]);
        }
    }

    [Fact]
    public void And_it_is_taken_back_where_it_went_case_34()
    {
        var house = new Dialler(_stage).Call(Dialler.Uri("sip:bob@192.0.2.50") with { Label = new string('x', 1_300) });
        var callee = new Callee(_stage, _stage.Net.At("192.0.2.50", isReliable: true));
        callee.Say(180);
        house.GiveUp();

        Assert.Equal(1, callee.Count("CANCEL"));
        Assert.Empty(_stage.Net.At("192.0.2.50").Sent);
    }

    [Fact]
    public void Of_two_contacts_in_the_answer_the_first_counts_case_20()
    {
        Registered("2001a", out var callee);
        _house.Call(Dialler.Account("2001a"));
        callee.Contact = "<sip:first@192.0.2.7:5062>, <sip:second@192.0.2.7:5063>";
        callee.Say(200, body: "v=0\r\n");

        Assert.Equal("sip:first@192.0.2.7:5062", SipText.Latin(callee.Last("ACK").RequestUri));
    }

    [Fact]
    public void Ringing_answer_and_a_goodbye_from_either_side()
    {
        Registered("2001a", out var callee);
        _house.Call(Dialler.Account("2001a"));

        callee.Say(100);
        callee.Say(180);
        callee.Say(200, body: "v=0\r\ns=theirs\r\n");

        var up = _house.Up();
        Assert.Equal([180], _house.Progress.Select(p => p.Status));
        Assert.Equal(["final v=0\r\ns=theirs"], _house.Media[0].Heard);
        var ack = callee.Last("ACK");
        Assert.Equal((callee.Invite.Envelope.CSeq, "callee"), (ack.Envelope.CSeq, ack.Envelope.ToTag));
        Assert.Equal("sip:callee@192.0.2.7:5062", SipText.Latin(ack.RequestUri));

        callee.Ask("BYE", 1);
        Assert.Equal(200, callee.Wire.Last.Status);
        Assert.True(up.End.Now().ByPeer);
        Clear();
    }

    [Fact]
    public void The_house_hangs_up_and_waits_for_the_answer_of_its_BYE()
    {
        Registered("2001a", out var callee);
        _house.Call(Dialler.Account("2001a"));
        callee.Say(200, body: "v=0\r\n");

        var gone = _house.Up().HangUpAsync(new CallEnd(200, "Bye"));
        _stage.Turn();
        Assert.False(gone.IsCompleted);
        callee.Answer(callee.Last("BYE"), 200);

        Assert.True(gone.IsDone());
        Assert.False(_house.Up().End.Now().ByPeer);
        Clear();
    }

    [Fact]
    public void Giving_up_before_anything_was_heard_waits_for_the_first_provisional_answer()
    {
        Registered("2001a", out var callee);
        _house.Call(Dialler.Account("2001a"));

        _house.GiveUp();
        Assert.Equal(487, _house.Result.Status);
        Assert.Equal(0, callee.Count("CANCEL"));
        callee.Say(180);

        var cancel = callee.Last("CANCEL");
        Assert.Equal(SipText.Latin(callee.Invite.Header(HeaderId.Via)), SipText.Latin(cancel.Header(HeaderId.Via)));
        Assert.Equal((callee.Invite.Envelope.CSeq, ""), (cancel.Envelope.CSeq, cancel.Envelope.ToTag));
        Assert.False(cancel.Has(HeaderId.Reason)); // case 9: nobody answered elsewhere
        callee.Answer(cancel, 200);
        callee.Say(487);
        Assert.Equal(1, callee.Count("ACK"));
        Assert.True(_house.Media[0].IsClosed);
        Assert.Empty(_house.Progress);
        Clear();
    }

    [Fact]
    public void An_answer_that_crosses_the_CANCEL_is_acknowledged_and_ended_case_40()
    {
        Registered("2001a", out var callee);
        _house.Call(Dialler.Account("2001a"));
        callee.Say(180);
        _house.GiveUp();

        callee.Answer(callee.Last("CANCEL"), 481);
        callee.Say(200, body: "v=0\r\n");

        Assert.Equal((1, 1), (callee.Count("ACK"), callee.Count("BYE")));
        callee.Answer(callee.Last("BYE"), 200);
        Assert.Equal(487, _house.Result.Status);
        Assert.True(_house.Media[0].IsClosed);
        Clear();
    }

    [Fact]
    public void A_CANCEL_that_nobody_heeds_ends_after_64_T1()
    {
        Registered("2001a", out var callee);
        _house.Call(Dialler.Account("2001a"));
        callee.Say(180);
        _house.GiveUp();

        _stage.Pass(TimeSpan.FromSeconds(33));

        Assert.True(_house.Media[0].IsClosed);
        Clear();
    }

    [Fact]
    public void Nobody_there_is_408_after_64_T1_and_not_registered_480_at_once()
    {
        Registered("2001a", out _);
        _house.Call(Dialler.Account("2001a"));
        _stage.Pass(TimeSpan.FromSeconds(32.5));
        Assert.Equal(408, _house.Result.Status);

        Assert.Equal(480, new Dialler(_stage).Call(Dialler.Account("2002a")).Result.Status);
        Clear();
    }

    [Fact]
    public void Ringing_ends_when_the_time_of_the_call_is_over()
    {
        Registered("2001a", out var callee);
        _house.Call(c => c with { RingTimeout = TimeSpan.FromSeconds(20) }, Dialler.Account("2001a"));
        callee.Say(180);

        _stage.Pass(TimeSpan.FromSeconds(20.1));

        Assert.Equal(408, _house.Result.Status);
        Assert.Equal(1, callee.Count("CANCEL"));
    }

    [Fact]
    public void A_repeated_answer_gets_its_ACK_again_and_opens_nothing()
    {
        Registered("2001a", out var callee);
        _house.Call(Dialler.Account("2001a"));
        callee.Say(200, body: "v=0\r\n");
        var first = callee.Last("ACK").Bytes;
        callee.Say(200, body: "v=0\r\n");
        callee.Ask("BYE", 1);
        callee.Say(200, body: "v=0\r\n"); // even when the call is over

        Assert.Equal(3, callee.Count("ACK"));
        Assert.Equal(first, callee.Last("ACK").Bytes);
        Assert.Equal(0, callee.Count("BYE"));
        Clear();
    }

    [Fact]
    public void All_devices_of_a_person_ring_and_the_losers_note_no_missed_call_case_8()
    {
        Registered("2001a", out var desk);
        Registered("2001b", out var mobile, port: 5070);
        _house.Call(Dialler.Account("2001a"), Dialler.Account("2001b"));
        desk.Say(180);
        mobile.Say(180);
        Assert.NotEqual(desk.Invite.Envelope.CallId, mobile.Invite.Envelope.CallId);

        mobile.Say(200, body: "v=0\r\n");

        Assert.Equal("2001b", _house.Result.Target!.Account);
        Assert.Equal("SIP;cause=200;text=\"Call completed elsewhere\"", desk.Last("CANCEL").Text(HeaderId.Reason));
        desk.Say(487);
        Assert.Equal((true, false), (_house.Media[0].IsClosed, _house.Media[1].IsClosed));
    }

    [Fact]
    public void Two_phones_picked_up_together_and_the_later_one_is_ended_case_10()
    {
        Registered("2001a", out var desk);
        Registered("2001b", out var mobile, port: 5070);
        _house.Call(Dialler.Account("2001a"), Dialler.Account("2001b"));
        desk.Say(180);
        desk.Say(200, body: "v=0\r\n");
        mobile.Say(200, body: "v=0\r\n");

        Assert.Equal("2001a", _house.Result.Target!.Account);
        Assert.Equal((1, 1), (mobile.Count("ACK"), mobile.Count("BYE")));
        Assert.Equal(0, desk.Count("BYE"));
        Assert.True(_house.Media[1].IsClosed);
    }

    [Fact]
    public void A_proxy_that_forked_gives_a_dialog_per_tag_and_the_second_answer_is_ended_case_37_39()
    {
        Registered("2001a", out var proxy);
        _house.Call(Dialler.Account("2001a"));
        proxy.Say(180, tag: "A");
        proxy.Say(180, tag: "B");
        proxy.Say(200, body: "v=0\r\n", tag: "B");
        Assert.Equal("B", proxy.Last("ACK").Envelope.ToTag);
        proxy.Say(200, body: "v=0\r\n", tag: "A");

        Assert.Equal("A", proxy.Last("ACK").Envelope.ToTag);
        Assert.Equal("A", proxy.Last("BYE").Envelope.ToTag);
        Assert.Equal("B", _house.Up().Id.RemoteTag);
        Assert.Equal(["A", "B"], _house.Progress.Select(p => p.Early.RemoteTag));
        Assert.False(_house.Up().End.IsCompleted);
    }

    [Fact]
    public void An_answer_without_a_tag_is_a_call_all_the_same_case_42()
    {
        Registered("2001a", out var callee);
        callee.Tag = "";
        _house.Call(Dialler.Account("2001a"));
        callee.Say(180);
        callee.Say(200, body: "v=0\r\n");

        Assert.Equal("", _house.Up().Id.RemoteTag);
        Assert.Equal("", callee.Last("ACK").Envelope.ToTag);
    }

    [Fact]
    public void Early_media_of_any_provisional_answer_is_heard_and_ringing_after_it_is_told_case_35_36()
    {
        Registered("2001a", out var callee);
        _house.Call(Dialler.Account("2001a"));
        callee.Say(183, body: "v=0\r\ns=tone\r\n");
        callee.Say(180);
        callee.Say(180); // a minute later, the same: no news
        callee.Say(180, body: "v=0\r\ns=ringback\r\n", tag: "other");
        callee.Say(200, body: "v=0\r\ns=voice\r\n");

        Assert.Equal([(183, true), (180, false), (180, true)], _house.Progress.Select(p => (p.Status, p.HasMedia)));
        Assert.Equal(["early v=0\r\ns=tone", "early v=0\r\ns=ringback", "final v=0\r\ns=voice"], _house.Media[0].Heard);
        Assert.Equal(200, _house.Result.Status);
    }

    [Fact]
    public void An_answer_that_repeats_its_preview_or_leaves_it_out_means_the_preview_case_44()
    {
        foreach (var last in new[] { "v=0\r\ns=tone\r\n", "" })
        {
            var stage = new Stage();
            var house = new Dialler(stage);
            var callee = new Callee(stage, stage.Net.At("198.51.100.9"));
            house.Call(Dialler.Uri("sip:bob@198.51.100.9"));
            callee.Say(183, body: "v=0\r\ns=tone\r\n");
            callee.Say(200, body: last);

            Assert.Equal(200, house.Result.Status);
            Assert.Equal("final v=0\r\ns=tone", house.Media[0].Heard[^1]);
        }
    }

    [Fact]
    public void An_answer_our_audio_cannot_use_is_acknowledged_and_ended_with_488()
    {
        Registered("2001a", out var callee);
        _house.OnMedia = m => m.Likes = _ => false;
        _house.Call(Dialler.Account("2001a"));
        callee.Say(200, body: "v=0\r\ns=video\r\n");

        Assert.Equal(488, _house.Result.Status);
        Assert.Equal(1, callee.Count("ACK"));
        Assert.StartsWith("SIP;cause=488", callee.Last("BYE").Text(HeaderId.Reason), StringComparison.Ordinal);
        Assert.True(_house.Media[0].IsClosed);
    }

    [Theory]
    [InlineData(486, 404, 486)]
    [InlineData(404, 480, 480)]
    [InlineData(408, 486, 486)]
    [InlineData(503, 500, 500)]
    [InlineData(503, 503, 500)]
    [InlineData(603, 486, 603)]
    [InlineData(500, 404, 404)]
    [InlineData(407, 407, 500)]
    [InlineData(302, 302, 480)]
    public void The_best_refusal_is_what_the_caller_hears(int desk, int mobile, int expected)
    {
        Registered("2001a", out var first);
        Registered("2001b", out var second, port: 5070);
        _house.Call(Dialler.Account("2001a"), Dialler.Account("2001b"));
        first.Say(desk);
        second.Say(mobile);

        Assert.Equal(expected, _house.Result.Status);
        Assert.Equal([desk, mobile], _house.Result.Tried.Select(t => t.Status));
        Assert.All(_house.Media, m => Assert.True(m.IsClosed));
        Assert.Equal((1, 1), (first.Count("ACK"), second.Count("ACK")));
    }

    [Theory]
    [InlineData(600, false, 1)]
    [InlineData(603, false, 0)]
    [InlineData(603, true, 1)]
    public void A_600_silences_every_device_and_a_603_only_its_own_case_7(int status, bool endsAll, int cancels)
    {
        Registered("2001a", out var desk);
        Registered("2001b", out var mobile, port: 5070);
        _house.Call(c => c with { DeclineEndsAll = endsAll }, Dialler.Account("2001a"), Dialler.Account("2001b"));
        mobile.Say(180);
        desk.Say(status);

        Assert.Equal(cancels, mobile.Count("CANCEL"));
        if (cancels == 1) Assert.False(mobile.Last("CANCEL").Has(HeaderId.Reason));
        mobile.Say(487);
        Assert.Equal(status, _house.Result.Status);
    }

    [Fact]
    public void One_after_the_other_when_asked_so()
    {
        Registered("2001a", out var desk);
        Registered("2001b", out var mobile, port: 5070);
        _house.Call(c => c with { Fork = ForkMode.Serial }, Dialler.Account("2001a"), Dialler.Account("2001b"));
        Assert.Equal(0, mobile.Count("INVITE"));
        desk.Say(486);
        mobile.Say(200, body: "v=0\r\n");

        Assert.Equal("2001b", _house.Result.Target!.Account);
        Assert.Equal([486, 200], _house.Result.Tried.Select(t => t.Status));
    }

    [Fact]
    public void A_call_that_came_too_far_is_not_placed()
    {
        Registered("2001a", out var callee);

        Assert.Equal(483, _house.Call(c => c with { MaxForwards = 0 }, Dialler.Account("2001a")).Result.Status);
        Assert.Equal(0, callee.Count("INVITE"));
        new Dialler(_stage).Call(c => c with { MaxForwards = 5 }, Dialler.Account("2001a"));
        Assert.Equal("5", callee.Invite.Text(HeaderId.MaxForwards));
    }

    [Fact]
    public void A_header_that_would_begin_another_is_left_out()
    {
        Registered("2001a", out var callee);
        _house.Call(c => c with { Headers = [("Alert-Info", "<urn:alert:internal>"), ("X-Evil", "a\r\nX-Worse: b"), ("Bad Name", "x")] }, Dialler.Account("2001a"));

        Assert.Equal("<urn:alert:internal>", callee.Invite.Named("alert-info"));
        Assert.Null(callee.Invite.Named("X-Evil"));
        Assert.Null(callee.Invite.Named("X-Worse"));
    }

    [Fact]
    public void A_closing_house_cancels_what_rings_and_ends_what_talks()
    {
        Registered("2001a", out var desk);
        Registered("2001b", out var mobile, port: 5070);
        _house.Call(Dialler.Account("2001a"));
        desk.Say(200, body: "v=0\r\n");
        var ringing = new Dialler(_stage).Call(Dialler.Account("2001b"));
        mobile.Say(180);

        var closed = _stage.Agent.CloseAsync();
        _stage.Turn();
        Assert.Equal(503, ringing.Result.Status);
        Assert.False(closed.IsCompleted);
        mobile.Say(487);
        desk.Answer(desk.Last("BYE"), 200);

        _stage.Turn();
        Assert.True(closed.IsDone());
        Assert.Equal(503, new Dialler(_stage).Call(Dialler.Account("2001a")).Result.Status);
    }

    [Fact]
    public void The_route_set_of_the_answer_is_followed_in_reverse_and_kept_case_28()
    {
        var proxy = new Callee(_stage, _stage.Net.At("198.51.100.9")) { Contact = "<sip:bob@10.0.0.5:5060>" };
        _house.Call(Dialler.Uri("sip:bob@198.51.100.9"));
        proxy.Say(200, "Record-Route: <sip:10.0.0.1;lr>, <sip:198.51.100.9;lr>\r\n", "v=0\r\n");

        var ack = proxy.Last("ACK");
        Assert.Equal("sip:bob@10.0.0.5:5060", SipText.Latin(ack.RequestUri));
        var routes = new List<string>();
        foreach (var route in ack.Values(HeaderId.Route)) routes.Add(SipText.Latin(route));
        Assert.Equal(["<sip:198.51.100.9;lr>", "<sip:10.0.0.1;lr>"], routes);
    }

    [Fact]
    public void A_proxy_elsewhere_that_wants_to_stay_in_between_gets_what_follows()
    {
        var first = new Callee(_stage, _stage.Net.At("198.51.100.9"));
        var edge = new Callee(_stage, _stage.Net.At("198.51.100.20", 5080));
        _house.Call(Dialler.Uri("sip:bob@198.51.100.9"));
        first.Say(200, "Record-Route: <sip:198.51.100.20:5080;lr>\r\n", "v=0\r\n");

        Assert.Equal((0, 1), (first.Count("ACK"), edge.Count("ACK")));
    }

    private Phone Registered(string account, out Callee callee, int port = 5062)
    {
        var phone = new Phone(_stage, account, port: port);
        Assert.Equal(200, phone.Register()!.Status);
        phone.Wire.Sent.Clear();
        callee = new Callee(_stage, phone.Wire);
        return phone;
    }

    /// <summary>After a while nothing is left of any call.</summary>
    private void Clear()
    {
        _stage.Pass(TimeSpan.FromSeconds(70));
        Assert.Equal(0, _stage.Agent.Alive);
    }
}
