using System.Net;
using System.Text;
using Conference.Sip.Calls;
using Conference.Sip.Dialogs;
using Conference.Sip.Messages;
using Conference.Sip.Tests.House;

namespace Conference.Sip.Tests.Calls;

public class CallTests
{
    private static readonly SipBody Answer = new("application/sdp", Encoding.ASCII.GetBytes("v=0\r\ns=ours\r\n"));

    private readonly Stage _stage = new();
    private readonly Phone _phone;

    public CallTests() => _phone = new Phone(_stage);

    [Theory]
    [InlineData(false, false, "6001", 403)]
    [InlineData(false, true, "6001", null)]
    [InlineData(true, false, "6001", null)]
    [InlineData(false, false, "112", null)] // somebody may need help
    public void Who_must_be_registered_to_call_is_refused_until_he_is(bool placesUnregistered, bool isRegistered, string number, int? refusal)
    {
        _stage.House.Change("2001a", a => a with { PlacesUnregistered = placesUnregistered });
        var phone = new Phone(_stage, "2001a");
        if (isRegistered) phone.Register();
        phone.CallId = "another";

        var answer = phone.Dial(number);

        Assert.Equal(refusal, answer?.Status is 403 ? 403 : null);
        Assert.Equal(refusal is null ? 1 : 0, _stage.Calls.Count);
    }

    [Theory]
    [InlineData("p1", "p1", true)]
    [InlineData("p2", "p1", false)] // somebody else's browser
    [InlineData(null, "p1", false)] // nobody is signed in
    [InlineData("p1", null, false)] // the site does not trust its sessions
    public void Who_is_signed_in_on_the_pages_needs_no_secret_for_his_own_phone(string? signedIn, string? trusted, bool isTaken)
    {
        _stage.House.Change("2001a", a => a with { TrustedPerson = trusted });
        var browser = new Phone(_stage, "2001a", transport: "WSS") { Wire = new WireFlow("192.0.2.7", 50_000, isReliable: true, transport: "WSS") { Person = signedIn } };

        browser.Send(browser.Write("REGISTER", "sip:pbx.test", "Expires: 300\r\n", to: "sip:2001a@pbx.test"));
        Assert.Equal(isTaken ? 200 : 401, browser.Wire.Last.Status);
        browser.Send(browser.Write("INVITE", "sip:6001@pbx.test", body: "v=0\r\n", branch: "z9hG4bKsecond"));
        Assert.Equal(isTaken ? 1 : 0, _stage.Calls.Count);
    }

    [Fact]
    public void An_authenticated_call_reaches_the_house_with_all_it_needs_to_know()
    {
        _phone.Dial("6001%23", "User-Agent: Snom\r\n");

        var call = Assert.Single(_stage.Calls).Call;
        Assert.Equal(("6001#", "2001a", "2001a", "Test", "Snom", "UDP"), (call.Dialled, call.Account!.Username, call.FromUser, call.FromDisplayName, call.UserAgent, call.Transport));
        Assert.Equal("v=0\r\n", Encoding.ASCII.GetString(call.Body!.Bytes.Span));
        Assert.Equal("application/sdp", call.Body.ContentType);
    }

    [Fact]
    public void A_house_that_says_nothing_is_covered_by_100_after_200_ms()
    {
        _phone.Dial("6001");
        _phone.Wire.Sent.Clear();
        _stage.Pass(TimeSpan.FromMilliseconds(190));
        Assert.Empty(_phone.Wire.Sent);
        _stage.Pass(TimeSpan.FromMilliseconds(20));

        Assert.Equal("100", _phone.Wire.Hear());
    }

    [Fact]
    public void Ringing_answer_acknowledgement_and_goodbye()
    {
        var up = Connect();
        Assert.False(up.End.IsCompleted);

        Assert.Equal(200, _phone.InDialog("BYE")!.Status);

        Assert.Equal((200, true), (up.End.Now().Status, up.End.Now().ByPeer));
        Assert.True(up.Ended.IsCancellationRequested);
        Assert.Equal(481, _phone.InDialog("BYE")!.Status);
        _stage.Pass(TimeSpan.FromSeconds(64));
        Assert.Equal(0, _stage.Agent.Alive);
    }

    [Fact]
    public void The_answer_is_repeated_at_T1_doubling_to_T2_until_the_ACK()
    {
        Pick();
        _phone.Wire.Sent.Clear();
        _stage.Pass(TimeSpan.FromSeconds(12));
        Assert.Equal("200 200 200 200 200", _phone.Wire.Hear()); // 0.5 1.5 3.5 7.5 11.5

        _phone.InDialog("ACK", cseq: _phone.CSeq);
        _stage.Pass(TimeSpan.FromSeconds(10));
        Assert.Equal("", _phone.Wire.Hear());
    }

    [Fact]
    public void A_caller_who_never_acknowledges_is_hung_up_on_after_64_T1()
    {
        var up = Pick();
        _phone.Wire.Sent.Clear();

        _stage.Pass(TimeSpan.FromSeconds(32.1));

        Assert.Equal("BYE", _phone.Wire.Last.Method);
        Assert.Equal(408, up.End.Now().Status);
    }

    [Fact]
    public void A_hang_up_waits_for_the_ACK_and_ends_when_the_BYE_is_answered()
    {
        var up = Pick();
        var gone = up.HangUpAsync(new CallEnd(403, "PIN"));
        _stage.Turn();
        _phone.Wire.Sent.Clear();
        _stage.Pass(TimeSpan.FromMilliseconds(300));
        Assert.DoesNotContain("BYE", _phone.Wire.Hear(), StringComparison.Ordinal);

        _phone.InDialog("ACK", cseq: _phone.CSeq);

        var bye = _phone.Wire.Last;
        Assert.Equal(("BYE", "SIP;cause=403;text=\"PIN\""), (bye.Method, bye.Text(HeaderId.Reason)));
        Assert.False(gone.IsCompleted);
        AnswerOurs(bye, 200);
        Assert.True(gone.IsDone());
        Assert.Equal((403, false), (up.End.Now().Status, up.End.Now().ByPeer));
    }

    [Fact]
    public void A_BYE_nobody_answers_is_given_up_after_64_T1()
    {
        var up = Connect();
        var gone = up.HangUpAsync(new CallEnd(200, "Bye"));
        _stage.Turn();
        _phone.Wire.Sent.Clear();

        _stage.Pass(TimeSpan.FromSeconds(32.1));

        Assert.Equal(10, _phone.Wire.Hear().Split(' ').Length); // 0.5 1 2 4 4 4 4 4 4 4
        Assert.True(gone.IsDone());
    }

    [Fact]
    public void CANCEL_ends_the_INVITE_with_487_and_tells_the_handler()
    {
        _phone.Dial("6001");
        Ring();
        _phone.Wire.Sent.Clear();

        _phone.Send(_phone.Write("CANCEL", "sip:6001@pbx.test", branch: _phone.Branch));

        Assert.Equal("200 487", _phone.Wire.Hear());
        Assert.True(_stage.Calls[0].Abandoned.IsCancellationRequested);
    }

    [Fact]
    public void An_answer_that_crosses_the_CANCEL_gives_a_call_that_is_over()
    {
        _phone.Dial("6001");
        _phone.Send(_phone.Write("CANCEL", "sip:6001@pbx.test", branch: _phone.Branch));

        var up = _stage.Finish(_stage.Calls[0].Call.AnswerAsync(Answer));

        Assert.Equal((487, true), (up.End.Now().Status, up.End.Now().ByPeer));
        Assert.DoesNotContain(_phone.Wire.Sent, m => m.Status == 200 && m.Envelope.CSeqMethod == "INVITE");
    }

    [Fact]
    public void CANCEL_after_the_answer_changes_nothing_and_without_a_call_is_481()
    {
        var up = Pick();
        _phone.Wire.Sent.Clear();
        var tag = _phone.ToTag;
        _phone.ToTag = "";
        _phone.Send(_phone.Write("CANCEL", "sip:6001@pbx.test", branch: _phone.Branch));
        Assert.Equal("200", _phone.Wire.Hear());
        Assert.False(up.End.IsCompleted);

        _phone.Send(_phone.Write("CANCEL", "sip:6001@pbx.test"));
        Assert.Equal("481", _phone.Wire.Hear());
        _phone.ToTag = tag;
    }

    [Fact]
    public void BYE_on_a_call_that_only_rings_ends_it_with_487()
    {
        _phone.Dial("6001");
        Ring();
        _phone.ToTag = _phone.Wire.Last.Envelope.ToTag;
        _phone.Wire.Sent.Clear();

        _phone.InDialog("BYE");

        Assert.Equal("200 487", _phone.Wire.Hear());
        Assert.True(_stage.Calls[0].Abandoned.IsCancellationRequested);
    }

    [Fact]
    public void A_handler_that_returns_without_an_answer_says_480_and_one_that_throws_500()
    {
        _stage.Handler = (_, _) => Task.CompletedTask;
        Assert.Equal(480, _phone.Dial("6001")!.Status);

        var other = new Stage { Handler = (_, _) => throw new InvalidOperationException("bug") };
        var phone = new Phone(other);
        phone.CSeq++;
        phone.Send(phone.Write("INVITE", "sip:6001@pbx.test", body: "v=0\r\n"));
        var request = phone.Write("INVITE", "sip:6001@pbx.test", phone.Credentials("INVITE", "sip:6001@pbx.test"), "v=0\r\n", cseq: 3);
        other.Loop.Post(() => other.Agent.Receive(SipMessage.Read(Encoding.ASCII.GetBytes(request), false)!, phone.Wire));
        while (other.Loop.Turn())
        {
        }

        Assert.Equal(500, phone.Wire.Last.Status);
        Assert.Contains("bug", Assert.Single(other.House.Troubles), StringComparison.Ordinal);
    }

    [Fact]
    public void A_repeated_INVITE_opens_no_second_call_and_hears_the_last_answer_again()
    {
        _phone.Dial("6001");
        Ring();
        var ringing = _phone.Wire.Last.Bytes;
        _phone.Send(_phone.Write("INVITE", "sip:6001@pbx.test", branch: _phone.Branch));

        Assert.Equal(ringing, _phone.Wire.Last.Bytes);
        Assert.Single(_stage.Calls);
    }

    [Fact]
    public void The_same_INVITE_over_another_path_is_a_loop()
    {
        _phone.Dial("6001");

        _phone.Send(_phone.Write("INVITE", "sip:6001@pbx.test"));

        Assert.Equal(482, _phone.Wire.Last.Status);
        Assert.Single(_stage.Calls);
    }

    [Fact]
    public void A_refusal_is_repeated_until_its_ACK()
    {
        _phone.Dial("6001");
        _stage.Finish(_stage.Calls[0].Call.RejectAsync(486));
        _phone.ToTag = _phone.Wire.Last.Envelope.ToTag;
        _phone.Wire.Sent.Clear();
        _stage.Pass(TimeSpan.FromSeconds(1.6));
        Assert.Equal("486 486", _phone.Wire.Hear());

        _phone.Send(_phone.Write("ACK", "sip:6001@pbx.test", branch: _phone.Branch));
        _stage.Pass(TimeSpan.FromSeconds(10));
        Assert.Equal("", _phone.Wire.Hear());
        Assert.Equal(0, _stage.Agent.Alive);
    }

    [Fact]
    public void A_phone_that_puts_a_new_branch_on_the_ACK_of_a_refusal_is_understood()
    {
        _phone.Dial("6001");
        _stage.Finish(_stage.Calls[0].Call.RejectAsync(486));
        _phone.ToTag = _phone.Wire.Last.Envelope.ToTag;
        _phone.Wire.Sent.Clear();

        _phone.Send(_phone.Write("ACK", "sip:6001@pbx.test"));

        _stage.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal("", _phone.Wire.Hear());
    }

    [Fact]
    public void Over_TCP_a_refusal_is_said_once()
    {
        var tcp = new Phone(_stage, overTcp: true);
        tcp.Dial("6001");
        _stage.Finish(_stage.Calls[0].Call.RejectAsync(486));
        tcp.Wire.Sent.Clear();

        _stage.Pass(TimeSpan.FromSeconds(33));

        Assert.Equal("", tcp.Wire.Hear());
        Assert.Equal(0, _stage.Agent.Alive);
    }

    [Fact]
    public void A_lost_connection_ends_what_was_not_answered()
    {
        var tcp = new Phone(_stage, overTcp: true);
        tcp.Dial("6001");

        tcp.Wire.IsBroken = true;
        _stage.Agent.OnFlowClosed(tcp.Wire);

        Assert.True(_stage.Calls[0].Abandoned.IsCancellationRequested);
        _stage.Pass(TimeSpan.FromSeconds(33));
        Assert.Equal(0, _stage.Agent.Alive);
    }

    [Fact]
    public void A_phone_that_reconnects_in_a_call_is_followed_to_its_new_connection()
    {
        var before = new Phone(_stage, overTcp: true);
        before.Dial("6001");
        var up = _stage.Finish(_stage.Calls[0].Call.AnswerAsync(Answer));
        before.ToTag = before.Wire.Last.Envelope.ToTag;
        before.InDialog("ACK", cseq: before.CSeq);
        before.Wire.IsBroken = true;
        _stage.Agent.OnFlowClosed(before.Wire);
        Assert.False(up.End.IsCompleted);

        var after = new WireFlow("192.0.2.7", 6000, isReliable: true);
        _stage.Receive(before.Write("INFO", "sip:house@192.0.2.1", cseq: 50), after);
        _ = up.HangUpAsync(new CallEnd(200, ""));
        _stage.Turn();

        Assert.Equal("200 BYE", after.Hear());
    }

    [Fact]
    public void What_we_call_ourselves_is_the_advertised_name_to_those_beyond_our_networks()
    {
        foreach (var (advertised, near, expected) in new[]
        {
            ("pbx.example.com", "198.51.100.0/24", "<sip:pbx.example.com:5060>"),
            ("203.0.113.5", "198.51.100.0/24", "<sip:203.0.113.5:5060>"),
            ("pbx.example.com", "192.0.2.0/24", "<sip:192.0.2.1:5060>"), // a neighbour is not sent around the router
            ("2001:db8::5", "198.51.100.0/24", "<sip:192.0.2.1:5060>"), // of the other family
            (null, "198.51.100.0/24", "<sip:192.0.2.1:5060>"),
        })
        {
            var stage = new Stage(o => o with { AdvertisedAddress = advertised, Near = new OwnNetworks([IPNetwork.Parse(near)]) });
            var phone = new Phone(stage);
            phone.Dial("6001");
            stage.Finish(stage.Calls[0].Call.RingAsync());
            Assert.Equal(expected, phone.Wire.Last.Text(HeaderId.Contact));
        }
    }

    [Fact]
    public void Via_and_Contact_put_an_IPv6_address_into_brackets()
    {
        var me = new Identity("2001:db8::5", new OwnNetworks([]));
        Assert.Equal("<sip:[2001:db8::5]:5060>", me.Contact(new WireFlow("2001:db8:1::7", 5060)));
        Assert.Equal("[2001:db8::5]:5060", me.SentBy(new WireFlow("2001:db8:1::7", 5060)));
    }

    [Fact]
    public void A_late_offer_is_answered_in_the_ACK()
    {
        _phone.Dial("6001", body: "");
        Assert.Null(_stage.Calls[0].Call.Body);
        var up = Pick(dial: false);

        _phone.InDialog("ACK", body: "v=0\r\ns=late\r\n", cseq: _phone.CSeq);

        Assert.Contains("s=late", Encoding.ASCII.GetString(up.Acknowledged.Now()!.Bytes.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void Hold_is_an_offer_inside_the_call_and_refusing_it_leaves_the_call_as_it_was()
    {
        var up = Connect();
        var offers = new List<string>();
        up.OnOffer = offer =>
        {
            offers.Add(Encoding.ASCII.GetString(offer!.Bytes.Span));
            return offers.Count == 1 ? Answer : null;
        };

        Assert.Equal(200, _phone.InDialog("INVITE", body: "a=sendonly\r\n")!.Status);
        _phone.InDialog("ACK", cseq: _phone.CSeq);
        Assert.Equal(488, _phone.InDialog("INVITE", body: "m=video\r\n")!.Status);

        Assert.Equal(["a=sendonly\r\n", "m=video\r\n"], offers);
        Assert.False(up.End.IsCompleted);
    }

    [Fact]
    public void An_offer_that_comes_before_the_house_listens_is_answered_once_it_does()
    {
        var up = Connect();
        _phone.Wire.Sent.Clear();

        _phone.InDialog("INVITE", body: "a=sendonly\r\n");
        Assert.DoesNotContain(_phone.Wire.Sent, m => m.Status >= 200);
        up.OnOffer = _ => Answer;
        _stage.Pass(TimeSpan.FromMilliseconds(60));

        Assert.Equal(200, _phone.Wire.Sent[^1].Status);
    }

    [Fact]
    public void A_change_asked_for_while_another_is_open_comes_back_later()
    {
        var up = Connect();
        up.OnOffer = _ => Answer;
        _phone.InDialog("INVITE", body: "a=sendonly\r\n");

        var second = _phone.InDialog("INVITE", body: "a=sendrecv\r\n");

        Assert.Equal(500, second!.Status);
        Assert.InRange(int.Parse(second.Text(HeaderId.RetryAfter)!, null), 0, 10);
    }

    [Fact]
    public void An_offer_while_ours_is_unanswered_is_491()
    {
        var up = Connect();
        up.OnOffer = _ => Answer;
        _phone.InDialog("INVITE"); // without an offer: ours goes out in the 200

        Assert.Equal(491, _phone.InDialog("UPDATE", body: "a=sendonly\r\n")!.Status);
        Assert.Equal(491, _phone.InDialog("INVITE", body: "a=sendonly\r\n")!.Status);
    }

    [Fact]
    public void The_answer_to_an_offer_of_ours_comes_with_the_ACK()
    {
        var up = Connect();
        SipBody? late = null;
        (up.OnOffer, up.OnLateAnswer) = (_ => Answer, body => late = body);
        _phone.InDialog("INVITE");

        _phone.InDialog("ACK", body: "v=0\r\ns=late\r\n", cseq: _phone.CSeq);

        Assert.NotNull(late);
    }

    [Fact]
    public void A_storm_of_changes_is_slowed_to_ten_a_second()
    {
        var up = Connect();
        up.OnOffer = _ => Answer;
        var heard = new List<int>();
        for (var i = 0; i < 30; i++) heard.Add(_phone.InDialog("UPDATE", body: "a=sendonly\r\n")!.Status);

        Assert.Equal(10, heard.Count(s => s == 200));
        Assert.Equal(20, heard.Count(s => s == 500));
        _stage.Pass(TimeSpan.FromSeconds(33));
        Assert.Equal(1, _stage.Agent.Alive); // the dialog
    }

    [Fact]
    public void INFO_is_answered_and_its_body_read_in_order()
    {
        var up = Connect();
        _phone.InDialog("INFO", body: "Signal=1\r\n");
        Assert.Equal(200, _phone.InDialog("INFO", body: "Signal=2\r\n")!.Status);

        Assert.True(up.Infos.TryRead(out var first));
        Assert.True(up.Infos.TryRead(out var second));
        Assert.Equal("Signal=1\r\nSignal=2\r\n", Encoding.ASCII.GetString(first!.Bytes.Span) + Encoding.ASCII.GetString(second!.Bytes.Span));
    }

    [Theory]
    [InlineData("MESSAGE", 400)]
    [InlineData("REFER", 400)]
    [InlineData("SUBSCRIBE", 489)]
    [InlineData("NOTIFY", 489)]
    [InlineData("PRACK", 481)]
    [InlineData("OPTIONS", 200)]
    public void What_a_call_does_not_do_is_refused_properly_inside_it(string method, int status)
    {
        Connect();

        Assert.Equal(status, _phone.InDialog(method)!.Status);
    }

    [Fact]
    public void Requests_out_of_order_are_500_and_gaps_are_fine()
    {
        Connect();
        Assert.Equal(200, _phone.InDialog("OPTIONS", cseq: 50)!.Status);
        Assert.Equal(500, _phone.InDialog("OPTIONS", cseq: 50)!.Status);
        Assert.Equal(500, _phone.InDialog("OPTIONS", cseq: 49)!.Status);
        Assert.Equal(200, _phone.InDialog("OPTIONS", cseq: 90)!.Status);
    }

    [Fact]
    public void Our_BYE_follows_the_peer_to_its_new_address_and_the_routes_it_recorded()
    {
        _phone.Dial("6001", "Record-Route: <sip:p2.example;lr>, <sip:p1.example;lr>\r\n");
        var up = Pick(dial: false);
        _phone.InDialog("ACK", cseq: _phone.CSeq);

        var gone = up.HangUpAsync(new CallEnd(200, ""));
        _stage.Turn();

        var bye = _phone.Wire.Last;
        Assert.Equal("sip:2001a@192.0.2.7:5062", SipText.Latin(bye.RequestUri));
        Assert.Equal(["<sip:p2.example;lr>", "<sip:p1.example;lr>"], Fields(bye, HeaderId.Route));
        Assert.Equal($"<sip:6001@pbx.test>;tag={_phone.ToTag}", bye.Text(HeaderId.From));
        Assert.False(gone.IsCompleted);
    }

    [Fact]
    public void A_strict_router_gets_itself_as_the_Request_URI()
    {
        _phone.Dial("6001", "Record-Route: <sip:old.example>\r\n");
        var up = Pick(dial: false);
        _phone.InDialog("ACK", cseq: _phone.CSeq);
        _ = up.HangUpAsync(new CallEnd(200, ""));
        _stage.Turn();

        Assert.Equal("sip:old.example", SipText.Latin(_phone.Wire.Last.RequestUri));
        Assert.Equal(["<sip:2001a@192.0.2.7:5062>"], Fields(_phone.Wire.Last, HeaderId.Route));
    }

    [Fact]
    public void An_account_with_a_limit_has_so_many_calls_at_once_and_no_more()
    {
        _stage.House.Add("2003a", "2003", maxCalls: 1);
        var first = new Phone(_stage, "2003a");
        var second = new Phone(_stage, "2003a", port: 5070);
        first.Dial("6001");
        Assert.Equal(403, second.Dial("6001")!.Status);
        second.CallId = "help";
        second.Dial("112"); // whatever the limit
        Assert.Equal(["6001", "112"], _stage.Calls.Select(c => c.Call.Dialled));
        second.Send(second.Write("CANCEL", "sip:112@pbx.test", branch: second.Branch));
        first.Send(first.Write("CANCEL", "sip:6001@pbx.test", branch: first.Branch));

        second.CallId = "again";
        second.Dial("6001");

        Assert.Equal(3, _stage.Calls.Count);
    }

    [Fact]
    public void An_account_without_a_limit_calls_as_often_as_it_likes()
    {
        for (var i = 0; i < 5; i++) new Phone(_stage, port: 5100 + i).Dial("6001");

        Assert.Equal(5, _stage.Calls.Count);
    }

    [Fact]
    public void A_caller_must_not_borrow_a_name()
    {
        var phone = new Phone(_stage) { From = "2002a" };

        Assert.Equal(403, phone.Dial("6001")!.Status);
        Assert.Empty(_stage.Calls);
    }

    [Fact]
    public void Guests_reach_open_numbers_under_their_own_name_and_nothing_else()
    {
        _stage.House.OpenNumbers.Add("6001");
        var guest = new Phone(_stage, "guest") { Domain = "elsewhere.example" };
        guest.Send(guest.Write("INVITE", "sip:6001@pbx.test", body: "v=0\r\n"));
        Assert.Null(Assert.Single(_stage.Calls).Call.Account);

        foreach (var (number, domain) in new[] { ("6002", "elsewhere.example"), ("6001", "pbx.test"), ("6001", "192.0.2.1"), ("6001", "192.0.2.1:5060") })
        {
            var other = new Phone(_stage, "guest", port: 5090) { Domain = domain };
            other.Send(other.Write("INVITE", $"sip:{number}@pbx.test", body: "v=0\r\n"));
            Assert.Equal(401, other.Wire.Last.Status);
        }

        Assert.Single(_stage.Calls);
    }

    [Fact]
    public void Guests_come_in_no_faster_than_strangers_are_challenged()
    {
        _stage.House.OpenNumbers.Add("6001");
        for (var i = 0; i < 60; i++)
        {
            var guest = new Phone(_stage, "guest") { Domain = "elsewhere.example" };
            guest.Send(guest.Write("INVITE", "sip:6001@pbx.test", body: "v=0\r\n"));
        }

        Assert.Equal(30, _stage.Calls.Count); // the burst; five a second after it
    }

    [Fact]
    public void OPTIONS_is_told_what_we_do_and_where()
    {
        _phone.Send(_phone.Write("OPTIONS", "sip:pbx.test"));

        var answer = _phone.Wire.Last;
        Assert.Equal((200, "<sip:192.0.2.1:5060>", "dialog, conference, reg, message-summary"), (answer.Status, answer.Text(HeaderId.Contact), answer.Text(HeaderId.AllowEvents)));
        Assert.Contains("INVITE", answer.Text(HeaderId.Allow)!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Require: nonsense\r\n", "v=0\r\n", 420)]
    [InlineData("Accept: text/plain\r\n", "v=0\r\n", 406)]
    [InlineData("Accept: application/*;q=1\r\n", "v=0\r\n", 0)]
    [InlineData("Content-Encoding: gzip\r\n", "v=0\r\n", 415)]
    [InlineData("Supported: timer\r\nSession-Expires: 30\r\n", "v=0\r\n", 422)]
    [InlineData("Session-Expires: 30\r\n", "v=0\r\n", 0)]
    public void An_INVITE_that_asks_too_much_is_told_what(string headers, string body, int status)
    {
        var answer = _phone.Dial("6001", headers, body);

        Assert.Equal(status, answer?.Status ?? 0);
        Assert.Equal(status == 0 ? 1 : 0, _stage.Calls.Count);
    }

    [Theory]
    [InlineData("MESSAGE", 401)]
    [InlineData("REFER", 401)]
    [InlineData("SUBSCRIBE", 489)]
    [InlineData("NOTIFY", 481)]
    [InlineData("PUBLISH", 489)]
    [InlineData("BYE", 481)]
    [InlineData("FROBNICATE", 405)]
    public void Strangers_methods_are_refused_and_nothing_is_kept(string method, int status)
    {
        _phone.Send(_phone.Write(method, "sip:6001@pbx.test"));

        Assert.Equal(status, _phone.Wire.Last.Status);
        Assert.Equal(0, _stage.Agent.Alive);
    }

    [Fact]
    public void The_answer_goes_to_the_source_port_with_rport_and_to_the_Via_port_without()
    {
        var request = _phone.Write("OPTIONS", "sip:pbx.test").Replace("192.0.2.7:5062;", "host.example:5999;", StringComparison.Ordinal);
        _phone.Send(request);
        Assert.Equal("SIP/2.0/UDP host.example:5999;branch=" + _phone.Branch + ";received=192.0.2.7;rport=5062", _phone.Wire.Last.Text(HeaderId.Via));

        _phone.Send(request.Replace(";rport", "", StringComparison.Ordinal));
        Assert.Equal("SIP/2.0/UDP host.example:5999;branch=" + _phone.Branch + ";received=192.0.2.7", _phone.Wire.Last.Text(HeaderId.Via));
    }

    [Fact]
    public void A_closing_house_sends_new_calls_away_and_ends_those_that_are_up()
    {
        var up = Connect();
        _phone.Wire.Sent.Clear();
        var closed = _stage.Agent.CloseAsync();
        _stage.Turn();
        var bye = _phone.Wire.Last;
        Assert.Equal("BYE", bye.Method);

        var late = new Phone(_stage, "2002a");
        Assert.Equal(503, late.Dial("6001")!.Status);
        AnswerOurs(bye, 200);
        Assert.True(closed.IsDone());
        Assert.Equal(503, up.End.Now().Status);
    }

    private ISipCall Connect(string headers = "")
    {
        var up = Pick(headers: headers);
        _phone.InDialog("ACK", cseq: _phone.CSeq);
        return up;
    }

    private ISipCall Pick(bool dial = true, string headers = "")
    {
        if (dial) _phone.Dial("6001", headers);
        Ring();
        var up = _stage.Finish(_stage.Calls[0].Call.AnswerAsync(Answer));
        _phone.ToTag = _phone.Wire.Last.Envelope.ToTag;
        Assert.Equal(200, _phone.Wire.Last.Status);
        return up;
    }

    private void Ring() => _stage.Finish(_stage.Calls[0].Call.RingAsync());

    private void AnswerOurs(SipMessage request, int status) =>
        _stage.Receive(new SipReply(status).Write(request, "", new(System.Net.IPAddress.Loopback, 1)), _phone.Wire);

    private static List<string> Fields(SipMessage message, HeaderId id)
    {
        var all = new List<string>();
        foreach (var field in message.Fields(id)) all.Add(SipText.Latin(field));
        return all;
    }
}
