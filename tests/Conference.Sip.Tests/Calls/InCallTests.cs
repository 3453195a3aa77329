using System.Net;
using System.Text;
using Conference.Sip.Calls;
using Conference.Sip.Messages;
using Conference.Sip.Tests.House;

namespace Conference.Sip.Tests.Calls;

/// <summary>Changes, keys, messages and trunks: what is said inside calls by either side, and who may say it from outside.</summary>
public class InCallTests
{
    private static readonly SipBody Offer = new("application/sdp", "v=0\r\ns=hold\r\n"u8.ToArray());

    private readonly Stage _stage = new();
    private readonly Dialler _house;
    private readonly Callee _callee;

    public InCallTests()
    {
        _house = new Dialler(_stage);
        _callee = new Callee(_stage, _stage.Net.At("198.51.100.9"));
    }

    [Fact]
    public void A_change_of_ours_is_offered_answered_and_acknowledged()
    {
        var up = Connect();
        var change = Change(up);
        Assert.Equal("v=0\r\ns=hold\r\n", Encoding.ASCII.GetString(_callee.Invite.Body.Span));
        Assert.Equal("callee", _callee.Invite.Envelope.ToTag);
        _callee.Say(200, body: "v=0\r\ns=held\r\n");

        Assert.Equal(200, change.Now().Status);
        Assert.Equal("v=0\r\ns=held\r\n", Encoding.ASCII.GetString(change.Now().Answer!.Bytes.Span));
        Assert.Equal(_callee.Invite.Envelope.CSeq, _callee.Last("ACK").Envelope.CSeq);
        var acks = _callee.Count("ACK");
        _callee.Say(200, body: "v=0\r\ns=held\r\n");
        Assert.Equal(acks + 1, _callee.Count("ACK"));
    }

    [Fact]
    public void A_change_that_rings_for_ever_is_taken_back_after_a_minute_and_the_call_goes_on()
    {
        var up = Connect();
        var change = Change(up);
        _callee.Say(100);
        _stage.Pass(TimeSpan.FromSeconds(59));
        Assert.Equal(0, _callee.Count("CANCEL"));
        _stage.Pass(TimeSpan.FromSeconds(2));
        _callee.Answer(_callee.Last("CANCEL"), 200);
        _callee.Say(487);

        Assert.Equal(487, change.Now().Status);
        Assert.False(up.End.IsCompleted);
        var again = Change(up);
        _callee.Say(200, body: "v=0\r\ns=held\r\n");
        Assert.Equal(200, again.Now().Status);
    }

    [Fact]
    public void A_change_still_open_when_the_call_ends_leaves_nothing_behind()
    {
        var change = Change(Connect());
        _callee.Say(100);
        _callee.Ask("BYE", 7);
        _stage.Pass(TimeSpan.FromSeconds(70));

        Assert.Equal((1, 0), (_callee.Different("CANCEL"), _stage.Agent.Alive));
        Assert.Equal(481, change.Now().Status);
    }

    [Theory]
    [InlineData("UPDATE", 481)]
    [InlineData("INVITE", 487)]
    public void Nor_does_a_change_of_theirs_that_the_house_had_no_time_for(string method, int status)
    {
        var up = Connect();
        _callee.Ask(method, 7, body: "v=0\r\ns=theirs\r\n"); // nobody listens for offers
        var bye = up.HangUpAsync(new CallEnd(200, "bye"));
        _stage.Turn();
        _callee.Answer(_callee.Last("BYE"), 200);

        Assert.True(bye.IsDone());
        Assert.Equal((7u, status), (_callee.Wire.Last.Envelope.CSeq, _callee.Wire.Last.Status));
        _stage.Pass(TimeSpan.FromSeconds(70));
        Assert.Equal(0, _stage.Agent.Alive);
    }

    [Theory]
    [InlineData("UPDATE", 481)]
    [InlineData("INVITE", 487)]
    public void Nor_does_one_whose_answer_comes_after_the_call_ended(string method, int status)
    {
        var up = Connect();
        up.OnOffer = offered =>
        {
            _ = up.HangUpAsync(new CallEnd(200, "bye"));
            return Offer;
        };
        _callee.Ask(method, 7, "Session-Expires: 90;refresher=uas\r\nSupported: timer\r\n", "v=0\r\ns=theirs\r\n");
        _callee.Answer(_callee.Last("BYE"), 200);
        _stage.Pass(TimeSpan.FromSeconds(70));

        Assert.Equal([status], _callee.Wire.Sent.Where(m => !m.IsRequest && m.Envelope.CSeq == 7 && m.Status > 100).Select(m => m.Status).Distinct());
        Assert.Equal((1, 0), (_callee.Different("BYE"), _stage.Agent.Alive));
    }

    [Fact]
    public void Answers_to_requests_of_ours_are_not_held_to_the_limits_of_strangers()
    {
        var up = Connect();
        for (var i = 0; i < 150; i++) _callee.Ask("OPTIONS", 1); // more than a stranger may say at once
        var change = Change(up);
        _callee.Say(200, body: "v=0\r\ns=held\r\n");

        Assert.Equal(200, change.Now().Status);
    }

    [Theory]
    [InlineData("BYE")]
    [InlineData("REFER")]
    [InlineData("INVITE")]
    [InlineData("UPDATE")]
    [InlineData("INFO")]
    [InlineData("MESSAGE")]
    public void Whoever_only_knows_the_names_of_a_dialog_is_told_there_is_none(string method)
    {
        var up = Connect();
        var stranger = new Callee(_stage, _stage.Net.At("203.0.113.66"));
        stranger.Wire.Sent.Add(_callee.Invite); // it watched
        stranger.Ask(method, 1, "Refer-To: <sip:6003@pbx.test>\r\n");
        Assert.Equal(481, stranger.Wire.Last.Status);
        Assert.False(up.End.IsCompleted);

        new Callee(_stage, Known(new WireFlow("198.51.100.9", 40_000))).Ask("BYE", 1); // NAT gave the peer another port
        Assert.True(up.End.IsCompleted);
    }

    [Fact]
    public void Whoever_speaks_for_a_device_from_another_address_must_sign_in_as_its_account()
    {
        var phone = new Phone(_stage);
        var up = Answered(phone);
        var home = phone.Wire;
        phone.Wire = new WireFlow("203.0.113.66", 5062);
        Assert.Equal(401, phone.InDialog("BYE")!.Status);
        Assert.False(up.End.IsCompleted);

        phone.CSeq++;
        phone.InDialog("BYE", phone.Credentials("BYE", "sip:house@192.0.2.1"));
        Assert.Equal(200, phone.Wire.Last.Status);
        Assert.True(up.End.IsCompleted);
        Assert.DoesNotContain(home.Sent, m => m.IsRequest);
    }

    [Fact]
    public void One_who_was_reached_through_a_proxy_that_stepped_aside_speaks_from_the_host_of_its_Contact()
    {
        _callee.Contact = "<sip:bob@198.51.100.77>";
        var up = Connect();
        new Callee(_stage, Known(new WireFlow("198.51.100.77", 5060))).Ask("BYE", 1);

        Assert.True(up.End.IsCompleted);
    }

    [Fact]
    public void Another_account_does_not_speak_for_a_device()
    {
        var phone = new Phone(_stage);
        var up = Answered(phone);
        var other = new Phone(_stage, "2002a", "203.0.113.66");
        other.Register();
        phone.Wire = other.Wire;
        phone.InDialog("BYE");
        Assert.Equal(401, other.Wire.Last.Status);
        phone.InDialog("BYE", other.Credentials("BYE", "sip:house@192.0.2.1"));

        Assert.Equal(403, other.Wire.Last.Status);
        Assert.False(up.End.IsCompleted);
    }

    [Fact]
    public void A_device_that_registered_from_its_new_network_goes_on_with_its_call()
    {
        var phone = new Phone(_stage);
        var up = Answered(phone);
        new Phone(_stage, address: "198.51.100.44").Register();
        phone.Wire = new WireFlow("198.51.100.44", 5062);

        Assert.Equal(200, phone.InDialog("BYE")!.Status);
        Assert.True(up.End.IsCompleted);
    }

    [Fact]
    public void A_refused_change_leaves_the_call_as_it_was()
    {
        var up = Connect();
        var change = Change(up);
        _callee.Say(488);

        Assert.Equal(488, change.Now().Status);
        Assert.False(up.End.IsCompleted);
    }

    [Fact]
    public void A_peer_who_does_not_know_the_call_any_more_ends_it()
    {
        var up = Connect();
        var change = Change(up);
        _callee.Say(481);

        Assert.Equal(481, change.Now().Status);
        Assert.True(up.End.IsCompleted);
    }

    [Fact]
    public void After_a_collision_the_one_who_made_the_call_waits_2_to_4_seconds_case_46()
    {
        var up = Connect();
        var change = Change(up);
        var before = _callee.Different("INVITE");
        _callee.Say(491);
        _stage.Pass(TimeSpan.FromSeconds(2.05));
        Assert.Equal(before, _callee.Different("INVITE"));
        _stage.Pass(TimeSpan.FromSeconds(2));
        Assert.Equal(before + 1, _callee.Different("INVITE"));

        for (var i = 0; i < 2; i++)
        {
            _callee.Say(491);
            _stage.Pass(TimeSpan.FromSeconds(4.1));
        }

        _callee.Say(491);
        Assert.Equal(491, change.Now().Status); // three times, then the change is dropped and not the call
        _stage.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(before + 3, _callee.Different("INVITE"));
        Assert.False(up.End.IsCompleted);
    }

    [Fact]
    public void And_the_one_who_was_called_at_most_2()
    {
        var phone = new Phone(_stage);
        var up = Answered(phone);
        var change = Change(up);
        var invite = phone.Wire.Last;
        Say(phone, invite, 491);
        _stage.Pass(TimeSpan.FromSeconds(2.05));

        Assert.NotSame(invite, phone.Wire.Last);
        Say(phone, phone.Wire.Last, 200);
        Assert.Equal(200, change.Now().Status);
    }

    [Fact]
    public void Both_at_once_is_491_for_the_peer_and_later_for_us_case_15()
    {
        var up = Connect();
        up.OnOffer = _ => Offer;
        var change = Change(up);
        var ours = _callee.Invite;
        _callee.Ask("INVITE", 1, body: "v=0\r\n");
        Assert.Equal(491, _callee.Wire.Last.Status);
        _callee.Answer(ours, 491);
        _callee.Ask("INVITE", 2, body: "v=0\r\n");
        Assert.Equal(200, _callee.Wire.Last.Status);
        _callee.Ask("ACK", 2);
        _stage.Pass(TimeSpan.FromSeconds(4.1));
        _callee.Say(200);

        Assert.Equal(200, change.Now().Status);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(488)]
    [InlineData(491)]
    public void An_offer_that_somebody_else_has_to_agree_to_is_answered_when_he_has(int status)
    {
        var up = Connect();
        var asked = new TaskCompletionSource<OfferResult>();
        (up.OnOffer, up.OnRelayedOffer) = (_ => Offer, _ => asked.Task);
        _callee.Ask("INVITE", 5, body: "v=0\r\n");
        Assert.DoesNotContain(_callee.Wire.Sent, m => !m.IsRequest && m.Envelope.CSeq == 5 && m.Status > 100);
        _callee.Ask("UPDATE", 6, body: "v=0\r\n");
        Assert.Equal(500, _callee.Wire.Last.Status); // one at a time

        asked.SetResult(new OfferResult(status, status == 200 ? Offer : null));
        _stage.Turn();

        Assert.Equal((5u, status), (_callee.Wire.Last.Envelope.CSeq, _callee.Wire.Last.Status));
    }

    [Fact]
    public void Other_offers_are_answered_at_once()
    {
        var up = Connect();
        (up.OnOffer, up.OnRelayedOffer) = (_ => Offer, _ => null);
        _callee.Ask("INVITE", 5, body: "v=0\r\n");

        Assert.Equal(200, _callee.Wire.Last.Status);
    }

    [Fact]
    public void Changes_go_one_after_the_other()
    {
        var up = Connect();
        var first = Change(up);
        var second = Change(up);
        var before = _callee.Count("INVITE");
        _callee.Say(200);
        Assert.Equal(before + 1, _callee.Count("INVITE"));
        _callee.Say(200);

        Assert.Equal((200, 200), (first.Now().Status, second.Now().Status));
    }

    [Fact]
    public void A_change_wanted_after_the_end_is_481()
    {
        var up = Connect();
        _callee.Ask("BYE", 1);

        Assert.Equal(481, Change(up).Now().Status);
    }

    [Fact]
    public void A_call_we_placed_takes_holds_keys_and_late_offers_like_any_other()
    {
        var up = Connect();
        up.OnOffer = offer => offer is null ? Offer : new SipBody("application/sdp", "v=0\r\ns=answer\r\n"u8.ToArray());
        _callee.Ask("INVITE", 5, body: "v=0\r\n");
        Assert.Equal((200, "v=0\r\ns=answer\r\n"), (_callee.Wire.Last.Status, Encoding.ASCII.GetString(_callee.Wire.Last.Body.Span)));
        _callee.Ask("ACK", 5);
        _callee.Ask("INFO", 6, "Content-Type: application/dtmf-relay\r\n", "Signal=1\r\n");

        Assert.Equal(200, _callee.Wire.Last.Status);
        Assert.True(up.Infos.TryRead(out _));
    }

    [Fact]
    public void A_key_is_sent_by_INFO()
    {
        var up = Connect();
        var sent = up.SendInfoAsync(new SipBody("application/dtmf-relay", "Signal=5\r\n"u8.ToArray()), default);
        _stage.Turn();
        Assert.Equal("application/dtmf-relay", _callee.Last("INFO").ContentType);
        _callee.Answer(_callee.Last("INFO"), 200);

        Assert.Equal(200, sent.Now());
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(405, true)]
    [InlineData(481, false)]
    public void A_peer_is_asked_by_OPTIONS_whether_it_is_still_there(int status, bool isThere)
    {
        var up = Connect();
        var asked = up.IsThereAsync(default);
        _stage.Turn();
        _callee.Answer(_callee.Last("OPTIONS"), status);

        Assert.Equal(isThere, asked.Now());
    }

    [Fact]
    public void A_peer_that_does_not_answer_is_not_there()
    {
        var up = Connect();
        var asked = up.IsThereAsync(default);
        _stage.Turn();
        _stage.Pass(TimeSpan.FromSeconds(33));

        Assert.False(asked.Now());
    }

    [Fact]
    public void The_session_is_refreshed_at_half_time_by_whom_the_answer_names_case_12_13_14()
    {
        _house.Call(Dialler.Uri("sip:bob@198.51.100.9"));
        _callee.Say(200, "Session-Expires: 120\r\n", "v=0\r\n"); // nobody named: we refresh
        var up = _house.Up();
        _stage.Pass(TimeSpan.FromSeconds(60.1));
        var update = _callee.Last("UPDATE");
        Assert.Equal("120;refresher=uac", update.Text(HeaderId.SessionExpires));
        _callee.Answer(update, 200, "Session-Expires: 120;refresher=uas\r\n");
        _callee.Wire.Sent.Clear();
        _stage.Pass(TimeSpan.FromSeconds(87));
        Assert.Equal("", _callee.Wire.Hear()); // now it is their turn
        _stage.Pass(TimeSpan.FromSeconds(2));

        Assert.Equal(1, _callee.Different("BYE")); // and they forgot
        Assert.Equal(408, up.End.Now().Status);
    }

    [Fact]
    public void A_message_of_a_phone_reaches_the_house_and_a_message_of_the_house_the_phone()
    {
        var phone = new Phone(_stage);
        phone.Register();
        Assert.Equal(200, phone.Ask("MESSAGE", "sip:6001@pbx.test", "Subject: x\r\n", "hello")!.Status);
        var heard = Assert.Single(_stage.Messages);
        Assert.Equal(("2001a", "6001", "hello"), (heard.Account.Username, heard.To, Encoding.ASCII.GetString(heard.Body.Bytes.Span)));
        _stage.MessageStatus = 404;
        Assert.Equal(404, phone.Ask("MESSAGE", "sip:9@pbx.test", "Subject: x\r\n", "hello")!.Status);
        Assert.Equal(400, phone.Ask("MESSAGE", "sip:9@pbx.test")!.Status);

        var callee = new Callee(_stage, phone.Wire);
        var sent = _stage.Agent.Calls.SendMessageAsync(Dialler.Account("2001a"), new CallerIdentity("6001", ""), new SipBody("text/plain", "welcome"u8.ToArray()), default);
        _stage.Turn();
        var message = callee.Last("MESSAGE");
        Assert.Equal(("text/plain", "welcome", false), (message.ContentType, Encoding.ASCII.GetString(message.Body.Span), message.Has(HeaderId.Contact)));
        callee.Answer(message, 202);
        Assert.Equal(202, sent.Now());
        var lost = _stage.Agent.Calls.SendMessageAsync(Dialler.Account("2002a"), new CallerIdentity("6001", ""), Offer, default);
        _stage.Turn();
        Assert.Equal(480, lost.Now());
    }

    [Fact]
    public void A_message_inside_a_call_is_for_the_number_that_was_called()
    {
        var phone = new Phone(_stage);
        Answered(phone);
        Assert.Equal(200, phone.InDialog("MESSAGE", body: "hello")!.Status);

        Assert.Equal("6001", Assert.Single(_stage.Messages).To);
    }

    [Fact]
    public void A_borrowed_name_sends_no_message()
    {
        var phone = new Phone(_stage) { From = "2002a" };

        Assert.Equal(403, phone.Ask("MESSAGE", "sip:6001@pbx.test", "Subject: x\r\n", "hello")!.Status);
    }

    [Fact]
    public void A_trunk_calls_without_a_digest_and_is_believed_when_it_is_trusted()
    {
        foreach (var isTrusted in new[] { true, false })
        {
            var stage = new Stage();
            var asked = new List<IncomingSource>();
            stage.House.Peers = source =>
            {
                asked.Add(source);
                return source.Remote.Address.Equals(IPAddress.Parse("203.0.113.4")) ? new SipPeer("t1", isTrusted) : null;
            };
            var trunk = new Phone(stage, "+39055", "203.0.113.4") { Domain = "provider.example" };
            trunk.Send(trunk.Write(
                "INVITE",
                "sip:tok3n@192.0.2.1",
                "P-Asserted-Identity: \"Bob\" <sip:+39056@provider.example>, <tel:+39056>\r\nPrivacy: id\r\nDiversion: <sip:2001@pbx.test>;reason=unconditional\r\n",
                "v=0\r\n",
                to: "sip:+39050@provider.example"));

            Assert.Equal(("tok3n", "192.0.2.1", "provider.example", "UDP"), (asked[0].User, asked[0].Host, asked[0].FromHost, asked[0].Transport));
            var call = Assert.Single(stage.Calls).Call;
            Assert.Equal(("t1", "tok3n", "+39050", 70), (call.Peer!.Name, call.Dialled, call.ToUser, call.MaxForwards));
            Assert.Equal(isTrusted ? ("+39056", "Bob", true) : null, call.Asserted is { } who ? (who.User, who.DisplayName, who.IsPrivate) : ((string, string, bool)?)null);
            Assert.StartsWith("<sip:2001@pbx.test>", call.Header("diversion"), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Remote-Party-ID: \"Bob\" <sip:+39056@provider.example>;party=calling;screen=yes;privacy=off\r\n", "+39056 Bob shown")]
    [InlineData("Remote-Party-ID: <sip:+39057@provider.example>;party=called, <tel:+39056>;privacy=full\r\n", "+39056  hidden")]
    [InlineData("Remote-Party-ID: <sip:+39058@provider.example>\r\nP-Asserted-Identity: <sip:+39056@provider.example>\r\n", "+39056  shown")]
    [InlineData("Remote-Party-ID: <mailto:bob@provider.example>\r\n", null)]
    public void A_trunk_that_only_knows_the_old_header_is_understood(string headers, string? expected)
    {
        _stage.House.Peers = _ => new SipPeer("t1", true);
        var trunk = new Phone(_stage, "+39055", "203.0.113.4") { Domain = "provider.example" };
        trunk.Send(trunk.Write("INVITE", "sip:6001@192.0.2.1", headers, "v=0\r\n"));

        var said = Assert.Single(_stage.Calls).Call.Asserted;
        Assert.Equal(expected, said is null ? null : $"{said.User} {said.DisplayName} {(said.IsPrivate ? "hidden" : "shown")}");
    }

    [Fact]
    public void A_stranger_is_no_trunk()
    {
        _stage.House.Peers = _ => null;
        var stranger = new Phone(_stage, "x") { Domain = "provider.example" };
        stranger.Send(stranger.Write("INVITE", "sip:6001@pbx.test", body: "v=0\r\n"));

        Assert.Equal(401, stranger.Wire.Last.Status);
    }

    [Fact]
    public void An_account_bound_to_a_transport_calls_by_no_other()
    {
        _stage.House.Change("2001a", a => a with { Transports = ["TLS", "WSS"] });

        Assert.Equal(403, new Phone(_stage).Dial("6001")!.Status);
    }

    [Theory]
    [InlineData("SUBSCRIBE", "Event: dialog\r\nExpires: 600\r\n")]
    [InlineData("REFER", "Refer-To: <sip:6001@pbx.test>\r\n")]
    [InlineData("MESSAGE", "")]
    [InlineData("REGISTER", "Expires: 600\r\n")]
    public void And_asks_nothing_else_by_another_either(string method, string headers)
    {
        var stage = new Stage(state: new TestHouse().State);
        stage.House.Change("2001a", a => a with { Transports = ["TLS", "WSS"] });

        var answer = new Phone(stage).Ask(method, method == "REGISTER" ? "sip:pbx.test" : "sip:6001@pbx.test", headers, method == "MESSAGE" ? "hello" : "", to: "sip:2001a@pbx.test")!;

        Assert.Equal((403, "Not By This Transport"), (answer.Status, answer.Phrase));
        Assert.Equal(["2001a from 192.0.2.7:5062"], stage.House.Misplaced);
    }

    [Theory]
    [InlineData("SUBSCRIBE", "Event: dialog\r\nExpires: 600\r\n")]
    [InlineData("REFER", "Refer-To: <sip:6001@pbx.test>\r\n")]
    [InlineData("MESSAGE", "")]
    public void A_connection_is_kept_for_whoever_signs_in_on_it_whatever_for(string method, string headers)
    {
        var stage = new Stage(state: new TestHouse().State);
        var phone = new Phone(stage, overTcp: true);
        phone.Send(phone.Write(method, "sip:6001@pbx.test", headers));
        Assert.False(phone.Wire.IsKept);

        phone.Ask(method, "sip:6001@pbx.test", headers, method == "MESSAGE" ? "hello" : "");

        Assert.True(phone.Wire.IsKept);
    }

    [Fact]
    public void And_the_new_connection_of_a_call_and_none_that_only_knows_its_names()
    {
        var phone = new Phone(_stage, overTcp: true);
        Answered(phone);
        var home = phone.Wire;
        phone.Wire = new WireFlow("203.0.113.66", 5062, isReliable: true);
        phone.InDialog("INFO");
        Assert.False(phone.Wire.IsKept);

        phone.Wire = new WireFlow(home.Remote.Address.ToString(), 5099, isReliable: true);
        phone.InDialog("INFO");
        Assert.True(phone.Wire.IsKept);
    }

    [Fact]
    public void Requests_of_ours_follow_a_phone_to_its_new_connection_before_it_says_a_word_in_the_call()
    {
        var phone = new Phone(_stage, overTcp: true);
        phone.Register();
        var up = Answered(phone);
        phone.Wire.IsBroken = true;
        _stage.Loop.Post(() => _stage.Agent.OnFlowClosed(phone.Wire));
        var again = new Phone(_stage, overTcp: true, port: 5099);
        again.Register();
        again.Wire.Sent.Clear();

        _ = up.HangUpAsync(new CallEnd(200, "bye"));
        _stage.Turn();

        Assert.Equal("BYE", again.Wire.Hear());
    }

    [Fact]
    public void And_through_a_new_port_of_its_translator_but_not_to_another_device_of_the_account()
    {
        var phone = new Phone(_stage);
        phone.Register();
        var up = Answered(phone);
        var other = new Phone(_stage, address: "192.0.2.70");
        other.Register();
        other.Wire.Sent.Clear();
        phone.Wire.Sent.Clear();
        _ = up.SendInfoAsync(new SipBody("application/dtmf-relay", "Signal=1"u8.ToArray()), default);
        _stage.Turn();
        Assert.Equal(("INFO", ""), (phone.Wire.Hear(), other.Wire.Hear()));

        var moved = new Phone(_stage, port: 6099) { Contact = phone.Contact };
        moved.Register();
        moved.Wire.Sent.Clear();
        _ = up.SendInfoAsync(new SipBody("application/dtmf-relay", "Signal=2"u8.ToArray()), default);
        _stage.Turn();
        Assert.Equal("INFO", moved.Wire.Hear());
    }

    [Fact]
    public void A_phone_that_forgets_rport_is_answered_where_it_speaks_from_when_its_account_says_so_case_4()
    {
        foreach (var (forces, expected) in new[] { (true, 5062), (false, 5999) })
        {
            var stage = new Stage();
            stage.House.Change("2001a", a => a with { ForcesRport = forces });
            var phone = new Phone(stage);
            phone.CSeq++;
            phone.Send(phone.Write("INVITE", "sip:6001@pbx.test", body: "v=0\r\n"));
            var credentials = phone.Credentials("INVITE", "sip:6001@pbx.test");
            phone.Send(phone.Write("INVITE", "sip:6001@pbx.test", credentials, "v=0\r\n", cseq: 3)
                .Replace("192.0.2.7:5062;", "10.0.0.7:5999;", StringComparison.Ordinal).Replace(";rport", "", StringComparison.Ordinal));
            stage.Finish(stage.Calls[^1].Call.RingAsync());

            Assert.Equal(180, phone.Wire.Last.Status);
            Assert.Equal(expected, phone.Wire.LastPort);
        }
    }

    private WireFlow Known(WireFlow wire)
    {
        wire.Sent.Add(_callee.Invite);
        return wire;
    }

    private ISipCall Connect()
    {
        _house.Call(Dialler.Uri("sip:bob@198.51.100.9"));
        _callee.Say(200, body: "v=0\r\n");
        return _house.Up();
    }

    private ISipCall Answered(Phone phone)
    {
        phone.Dial("6001");
        var up = _stage.Finish(_stage.Calls[^1].Call.AnswerAsync(Offer));
        phone.ToTag = phone.Wire.Last.Envelope.ToTag;
        phone.InDialog("ACK", cseq: phone.CSeq);
        return up;
    }

    private Task<OfferResult> Change(ISipCall up)
    {
        var change = up.OfferAsync(Offer, default);
        _stage.Turn();
        return change;
    }

    private void Say(Phone phone, SipMessage request, int status) =>
        _stage.Receive(new SipReply(status).Write(request, "", new(IPAddress.Loopback, 1)), phone.Wire);
}
