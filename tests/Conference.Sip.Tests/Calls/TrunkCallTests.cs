using Conference.Sip.Calls;
using Conference.Sip.Messages;
using Conference.Sip.Tests.House;
using Conference.Sip.Trunks;

namespace Conference.Sip.Tests.Calls;

/// <summary>Calls by a provider: names and routes, credentials, servers that fail (RFC 3261 §22, RFC 3263 §4.3, RFC 3325).</summary>
public class TrunkCallTests
{
    private const string Number = "sip:+390501234567@provider.example;user=phone";

    private readonly Stage _stage = new();
    private readonly Dialler _house;
    private readonly Callee _first;
    private readonly Callee _second;

    public TrunkCallTests()
    {
        _house = new Dialler(_stage);
        _first = new Callee(_stage, _stage.Net.At("198.51.100.1"));
        _second = new Callee(_stage, _stage.Net.At("198.51.100.2"));
        _stage.Net.Names["provider.example"] = [_first.Wire.Remote, _second.Wire.Remote];
        Line(l => l);
    }

    [Fact]
    public void A_provider_that_never_signs_in_is_not_held_to_the_limits_of_strangers()
    {
        _stage.House.Peers = source => source.Remote.Address.ToString() == "198.51.100.1" ? new SipPeer("t1", false) : null;

        Assert.Equal(400, Ring("198.51.100.1"));
        Assert.Equal(0, Ring("198.51.100.77"));

        int Ring(string from)
        {
            var before = _stage.Calls.Count;
            for (var call = 0; call < 400; call++)
            {
                var phone = new Phone(_stage, "stranger", from);
                phone.Send(phone.Write("INVITE", "sip:2001@pbx.test", body: "v=0\r\n"));
                _stage.Pass(TimeSpan.FromMilliseconds(10)); // a hundred a second
            }

            return _stage.Calls.Count - before;
        }
    }

    [Fact]
    public void The_number_stays_at_the_providers_name_and_the_contact_names_the_trunk_case_22()
    {
        Line(l => l with { Token = "tok3n" });
        _house.Call(c => c with { From = new CallerIdentity("t1", "Front desk") { Asserted = "+390507654321" } }, Dialler.Trunk("t1", Number));

        var invite = _first.Invite;
        Assert.Equal(Number, SipText.Latin(invite.RequestUri));
        Assert.Equal($"<{Number}>", invite.Text(HeaderId.To));
        Assert.StartsWith("\"Front desk\" <sip:t1@provider.example>;tag=", invite.Text(HeaderId.From), StringComparison.Ordinal);
        Assert.Equal("\"Front desk\" <sip:+390507654321@provider.example>", invite.Text(HeaderId.PAssertedIdentity));
        Assert.Equal("<sip:tok3n@192.0.2.1:5060>", invite.Text(HeaderId.Contact));
        Assert.Equal("1800;refresher=uac", invite.Text(HeaderId.SessionExpires));
    }

    [Fact]
    public void A_caller_who_hides_is_anonymous_and_known_to_the_provider_alone()
    {
        _house.Call(c => c with { From = new CallerIdentity("2001", "Alice") { IsPrivate = true, Asserted = "+39050", Preferred = "+39051" } }, Dialler.Trunk("t1", Number));

        var invite = _first.Invite;
        Assert.StartsWith("\"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=", invite.Text(HeaderId.From), StringComparison.Ordinal);
        Assert.Equal("id", invite.Text(HeaderId.Privacy));
        Assert.Contains("+39050@", invite.Text(HeaderId.PAssertedIdentity)!, StringComparison.Ordinal);
        Assert.Contains("+39051@", invite.Text(HeaderId.PPreferredIdentity)!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "off")]
    [InlineData(true, "full")]
    public void A_provider_of_the_old_school_reads_Remote_Party_ID(bool isPrivate, string privacy)
    {
        var caller = new CallerIdentity("t1", "Anna", "provider.example") { RemoteParty = "+39050", IsPrivate = isPrivate };
        _house.Call(c => c with { From = caller }, Dialler.Trunk("t1", Number));

        Assert.Equal($"\"Anna\" <sip:+39050@provider.example>;party=calling;screen=yes;privacy={privacy}", _first.Invite.Text(HeaderId.RemotePartyId));
    }

    [Fact]
    public void An_outbound_proxy_is_a_route_and_nothing_else_case_23()
    {
        var proxy = new Callee(_stage, _stage.Net.At("198.51.100.50", 5070));
        Line(l => l with { Servers = ["sip:198.51.100.50:5070"], RoutesByProxy = true });
        _house.Call(Dialler.Trunk("t1", Number));

        Assert.Equal(Number, SipText.Latin(proxy.Invite.RequestUri));
        Assert.Equal("<sip:198.51.100.50:5070;lr>", proxy.Invite.Text(HeaderId.Route));
    }

    [Fact]
    public void The_server_we_are_registered_with_is_asked_first_case_30()
    {
        _stage.Trunks.Registered["t1"] = new("UDP", _second.Wire.Remote, "provider.example");
        _house.Call(Dialler.Trunk("t1", Number));

        Assert.Equal((0, 1), (_first.Count("INVITE"), _second.Count("INVITE")));
    }

    [Fact]
    public void A_challenge_is_answered_with_the_next_number_in_the_same_call()
    {
        _house.Call(Dialler.Trunk("t1", Number));
        var first = _first.Invite;
        Challenge(407);

        var second = _first.Invite;
        Assert.Equal(1, _first.Count("ACK"));
        Assert.Equal(first.Envelope.CSeq + 1, second.Envelope.CSeq);
        Assert.Equal((first.Envelope.CallId, first.Envelope.FromTag), (second.Envelope.CallId, second.Envelope.FromTag));
        Assert.NotEqual(first.Envelope.Branch, second.Envelope.Branch);
        Assert.Contains("nc=00000001", second.Text(HeaderId.ProxyAuthorization)!, StringComparison.Ordinal);
        Assert.Contains($"uri=\"{Number}\"", second.Text(HeaderId.ProxyAuthorization)!, StringComparison.Ordinal);
        _first.Say(200, body: "v=0\r\n");
        Assert.Equal(second.Envelope.CSeq, _first.Last("ACK").Envelope.CSeq);
        Assert.Equal(200, _house.Result.Status);
    }

    [Fact]
    public void The_next_request_is_signed_before_it_is_asked()
    {
        _house.Call(Dialler.Trunk("t1", Number));
        Challenge(407);
        _first.Say(200, body: "v=0\r\n");
        _ = _house.Up().HangUpAsync(new CallEnd(200, ""));
        _stage.Turn();
        Assert.Contains("nc=00000002", _first.Last("BYE").Text(HeaderId.ProxyAuthorization)!, StringComparison.Ordinal);

        new Dialler(_stage).Call(Dialler.Trunk("t1", Number));
        Assert.Contains("nc=00000003", _first.Invite.Text(HeaderId.ProxyAuthorization)!, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_secret_is_told_as_500_and_tried_no_further()
    {
        _house.Call(Dialler.Trunk("t1", Number));
        Challenge(401);
        Challenge(401);

        Assert.Equal(500, _house.Result.Status);
        Assert.Equal([401], _house.Result.Tried.Select(t => t.Status));
        Assert.Equal(2, _first.Count("INVITE"));
        Assert.Equal(0, _second.Count("INVITE"));
    }

    [Fact]
    public void Nobody_but_the_trunk_gets_credentials()
    {
        var stranger = new Callee(_stage, _stage.Net.At("203.0.113.66"));
        _house.Call(Dialler.Uri("sip:bob@203.0.113.66"));
        stranger.Say(407, "Proxy-Authenticate: Digest realm=\"trunk.test\", nonce=\"n\", qop=\"auth\"\r\n");
        Assert.Equal(500, _house.Result.Status);
        Assert.Equal(1, stranger.Count("INVITE"));

        var phone = new Phone(_stage, "2001a");
        phone.Dial("6001");
        var call = _stage.Calls[^1].Call;
        var up = _stage.Finish(call.AnswerAsync(new SipBody("application/sdp", "v=0\r\n"u8.ToArray())));
        phone.ToTag = phone.Wire.Last.Envelope.ToTag;
        phone.InDialog("ACK", cseq: phone.CSeq);
        _ = up.HangUpAsync(new CallEnd(200, ""));
        _stage.Turn();
        var attacker = new Callee(_stage, phone.Wire);
        attacker.Answer(phone.Wire.Last, 407, "Proxy-Authenticate: Digest realm=\"trunk.test\", nonce=\"n\", qop=\"auth\"\r\n");
        Assert.Equal(1, attacker.Count("BYE"));
        Assert.False(attacker.Last("BYE").Has(HeaderId.ProxyAuthorization));
    }

    [Fact]
    public void Whoever_moves_a_call_to_another_place_gets_no_credentials_there()
    {
        _house.Call(Dialler.Trunk("t1", Number));
        Challenge(407);
        _first.Say(200, body: "v=0\r\n");
        var up = _house.Up();
        up.OnOffer = _ => new SipBody("application/sdp", "v=0\r\n"u8.ToArray());
        var elsewhere = new Callee(_stage, _stage.Net.At("203.0.113.66"));
        elsewhere.Wire.Sent.Add(_first.Invite); // it knows the call
        _stage.House.Peers = _ => new SipPeer("t1", false); // the provider has more than one host
        elsewhere.Ask("INVITE", 1, body: "v=0\r\n");
        elsewhere.Ask("ACK", 1);
        _ = up.HangUpAsync(new CallEnd(200, ""));
        _stage.Turn();
        var bye = elsewhere.Last("BYE");
        Assert.False(bye.Has(HeaderId.ProxyAuthorization));
        elsewhere.Answer(bye, 407, "Proxy-Authenticate: Digest realm=\"trunk.test\", nonce=\"n2\", qop=\"auth\"\r\n");

        Assert.Equal(1, elsewhere.Count("BYE"));
    }

    [Fact]
    public void A_route_recorded_in_the_answer_draws_no_credentials_to_another_host()
    {
        Line(l => l);
        var elsewhere = new Callee(_stage, _stage.Net.At("203.0.113.66"));
        _house.Call(Dialler.Trunk("t1", Number));
        Challenge(407);
        _first.Say(200, "Record-Route: <sip:203.0.113.66;lr>\r\n", "v=0\r\n");
        Assert.Equal(1, elsewhere.Count("ACK"));
        _ = _house.Up().HangUpAsync(new CallEnd(200, ""));
        _stage.Turn();
        Assert.False(elsewhere.Last("BYE").Has(HeaderId.ProxyAuthorization));
        elsewhere.Answer(elsewhere.Last("BYE"), 407, "Proxy-Authenticate: Digest realm=\"trunk.test\", nonce=\"n2\", qop=\"auth\"\r\n");

        Assert.Equal(1, elsewhere.Count("BYE"));
    }

    [Fact]
    public void A_reliable_ringing_with_a_route_draws_no_credentials_to_another_host()
    {
        var elsewhere = new Callee(_stage, _stage.Net.At("203.0.113.66"));
        _house.Call(Dialler.Trunk("t1", Number));
        Challenge(407);
        _first.Say(183, "Require: 100rel\r\nRSeq: 1\r\nRecord-Route: <sip:203.0.113.66;lr>\r\n");
        var prack = elsewhere.Last("PRACK");
        Assert.False(prack.Has(HeaderId.ProxyAuthorization));
        elsewhere.Answer(prack, 407, "Proxy-Authenticate: Digest realm=\"trunk.test\", nonce=\"n2\", qop=\"auth\"\r\n");

        Assert.Equal(1, elsewhere.Count("PRACK"));
    }

    [Fact]
    public void A_silent_trunk_with_one_server_has_four_seconds_at_most_while_another_trunk_remains()
    {
        _stage.Trunks.Lines["t2"] = new TrunkLine("t2", "198.51.100.3");
        _stage.Trunks.Lines["t3"] = new TrunkLine("t3", "198.51.100.4");
        var (one, other) = (new Callee(_stage, _stage.Net.At("198.51.100.3")), new Callee(_stage, _stage.Net.At("198.51.100.4")));
        _house.Call(c => c with { Fork = ForkMode.Serial }, Dialler.Trunk("t2", "sip:+39@198.51.100.3"), Dialler.Trunk("t3", "sip:+39@198.51.100.4"));
        _stage.Pass(TimeSpan.FromSeconds(2.8));
        Assert.Equal((true, 0), (one.Count("INVITE") > 0, other.Count("INVITE")));
        _stage.Pass(TimeSpan.FromSeconds(0.5));
        Assert.Equal(1, other.Count("INVITE"));

        _stage.Pass(TimeSpan.FromSeconds(30)); // the last one is waited for
        Assert.False(_house.IsDone);
    }

    [Fact]
    public void A_secret_for_one_realm_is_not_given_to_another()
    {
        Line(l => l with { Realm = "trunk.test" });
        _house.Call(Dialler.Trunk("t1", Number));
        _first.Say(407, "Proxy-Authenticate: Digest realm=\"evil.test\", nonce=\"n\", qop=\"auth\"\r\n");

        Assert.Equal(500, _house.Result.Status);
        Assert.Equal(1, _first.Count("INVITE"));
    }

    [Fact]
    public void A_503_is_acknowledged_and_the_next_server_asked_case_31()
    {
        _house.Call(Dialler.Trunk("t1", Number));
        _first.Say(503, "Retry-After: 30\r\n");
        Assert.Equal(1, _first.Count("ACK"));
        _second.Say(503);

        Assert.Equal(500, _house.Result.Status); // never 503 to the caller
        Assert.Equal((1, 1, 1), (_first.Count("INVITE"), _second.Count("INVITE"), _second.Count("ACK")));
    }

    [Fact]
    public void A_silent_server_has_four_seconds_at_most_while_another_remains_and_32_as_the_last_case_29()
    {
        _house.Call(Dialler.Trunk("t1", Number));
        _stage.Pass(TimeSpan.FromSeconds(2.8));
        Assert.Equal(0, _second.Count("INVITE"));
        _stage.Pass(TimeSpan.FromSeconds(0.5));
        Assert.Equal(1, _second.Count("INVITE"));
        Assert.NotEqual(_first.Invite.Envelope.Branch, _second.Invite.Envelope.Branch);

        _stage.Pass(TimeSpan.FromSeconds(31));
        Assert.False(_house.IsDone);
        _stage.Pass(TimeSpan.FromSeconds(2));
        Assert.Equal(408, _house.Result.Status);
    }

    [Fact]
    public void A_server_that_answered_something_is_not_left_for_another()
    {
        _house.Call(Dialler.Trunk("t1", Number));
        _first.Say(100);
        _stage.Pass(TimeSpan.FromSeconds(20));

        Assert.Equal(0, _second.Count("INVITE"));
    }

    [Fact]
    public void A_server_that_cannot_be_reached_is_passed_over_at_once()
    {
        _stage.Net.Unreachable.Add(_first.Wire.Remote);
        _house.Call(Dialler.Trunk("t1", Number));
        _second.Say(200, body: "v=0\r\n");

        Assert.Equal(200, _house.Result.Status);
        Assert.Equal("UDP 198.51.100.2:5060", _house.Result.Tried[^1].Where);
    }

    [Fact]
    public void Giving_up_between_two_servers_tries_no_other()
    {
        _house.Call(Dialler.Trunk("t1", Number));
        _house.GiveUp();
        _stage.Pass(TimeSpan.FromSeconds(33));

        Assert.Equal((0, 0), (_second.Count("INVITE"), _first.Count("CANCEL")));
    }

    [Theory]
    [InlineData(486, 0)]
    [InlineData(404, 0)]
    [InlineData(603, 0)]
    [InlineData(500, 1)]
    [InlineData(504, 1)]
    [InlineData(407, 1)]
    [InlineData(480, 0)]
    [InlineData(403, 0)]
    [InlineData(501, 0)]
    public void What_a_trunk_says_of_the_number_no_other_trunk_is_asked(int status, int others)
    {
        _stage.Trunks.Lines["t2"] = new TrunkLine("t2", "198.51.100.3");
        var other = new Callee(_stage, _stage.Net.At("198.51.100.3"));
        _house.Call(c => c with { Fork = ForkMode.Serial }, Dialler.Trunk("t1", Number), Dialler.Trunk("t2", "sip:+39@198.51.100.3"));
        _first.Say(status);

        Assert.Equal(others, other.Count("INVITE"));
    }

    [Theory]
    [InlineData(480, 1)]
    [InlineData(486, 1)]
    [InlineData(500, 0)]
    [InlineData(404, 0)]
    public void Which_answers_lead_to_the_next_trunk_is_the_administrators_to_say(int status, int others)
    {
        _stage.Trunks.Lines["t2"] = new TrunkLine("t2", "198.51.100.3");
        var other = new Callee(_stage, _stage.Net.At("198.51.100.3"));
        _house.Call(c => c with { Fork = ForkMode.Serial }, Dialler.Trunk("t1", Number) with { GoesOnAfter = [480, 486] }, Dialler.Trunk("t2", "sip:+39@198.51.100.3"));
        _first.Say(status);

        Assert.Equal(others, other.Count("INVITE"));
    }

    [Theory]
    [InlineData(30, 25, 0)]
    [InlineData(30, 40, 1)]
    [InlineData(120, 40, 0)]
    public void A_trunk_that_was_silent_comes_after_the_others_for_as_long_as_its_plan_says(int deadSeconds, int later, int firstAgain)
    {
        _stage.Trunks.Lines["t2"] = new TrunkLine("t2", "198.51.100.3") { DeadFor = TimeSpan.FromSeconds(deadSeconds) };
        _stage.Trunks.Lines["t3"] = new TrunkLine("t3", "198.51.100.4");
        var (silent, other) = (new Callee(_stage, _stage.Net.At("198.51.100.3")), new Callee(_stage, _stage.Net.At("198.51.100.4")));
        CallTarget[] both = [Dialler.Trunk("t2", "sip:+39@198.51.100.3") with { GoesOnAfter = [500] }, Dialler.Trunk("t3", "sip:+39@198.51.100.4")];
        _house.Call(c => c with { Fork = ForkMode.Serial }, both);
        _stage.Pass(TimeSpan.FromSeconds(4)); // silence leads on, whatever the list says
        other.Say(486);
        var before = (silent.Count("INVITE"), other.Count("INVITE"));
        _stage.Pass(TimeSpan.FromSeconds(later));

        new Dialler(_stage).Call(c => c with { Fork = ForkMode.Serial }, both);

        Assert.Equal((firstAgain, 1 - firstAgain), (silent.Count("INVITE") - before.Item1, other.Count("INVITE") - before.Item2));
    }

    [Theory]
    [InlineData(486, 0)]
    [InlineData(480, 0)]
    [InlineData(603, 0)]
    [InlineData(404, 1)]
    [InlineData(403, 1)]
    [InlineData(503, 1)]
    public void Who_is_busy_where_a_directory_led_is_not_called_once_more_by_the_trunk(int status, int others)
    {
        var there = new Callee(_stage, _stage.Net.At("198.51.100.9"));
        _house.Call(c => c with { Fork = ForkMode.Serial }, Dialler.Uri("sip:anna@198.51.100.9"), Dialler.Trunk("t1", Number));
        there.Say(status);

        Assert.Equal(others, _first.Count("INVITE"));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("Reason: Q.850;cause=34;text=\"No circuit\"\r\n", false)]
    public void A_503_about_one_number_marks_no_server_as_dead_case_32(string reason, bool isDead)
    {
        _house.Call(Dialler.Trunk("t1", Number));
        _first.Say(503, reason);
        _second.Say(486);
        new Dialler(_stage).Call(Dialler.Trunk("t1", Number));

        Assert.Equal(isDead ? 1 : 2, _first.Different("INVITE"));
        Assert.Equal(486, _house.Result.Status); // and nobody hears 503, which would have him try elsewhere
    }

    [Fact]
    public void A_pound_key_in_a_number_is_written_so_that_everybody_reads_it_case_11()
    {
        _house.Call(Dialler.Trunk("t1", "sip:123%23@provider.example"));
        Assert.Contains("123%23@", SipText.Latin(_first.Invite.RequestUri), StringComparison.Ordinal);
    }

    [Fact]
    public void A_trunk_that_is_unknown_or_nowhere_fails_at_once()
    {
        Assert.Equal(500, new Dialler(_stage).Call(Dialler.Trunk("t9", Number)).Result.Status);
        _stage.Trunks.Lines["t3"] = new TrunkLine("t3", "nowhere.example");
        var result = new Dialler(_stage).Call(Dialler.Trunk("t3", "sip:1@nowhere.example")).Result;
        Assert.Equal((500, 503), (result.Status, result.Tried[0].Status));
    }

    [Fact]
    public void An_interval_that_is_too_brief_is_lengthened()
    {
        Line(l => l with { SessionExpires = TimeSpan.FromSeconds(120) });
        _house.Call(Dialler.Trunk("t1", Number));
        Assert.Equal("120;refresher=uac", _first.Invite.Text(HeaderId.SessionExpires));
        _first.Say(422, "Min-SE: 600\r\n");

        Assert.Equal(("600;refresher=uac", "600"), (_first.Invite.Text(HeaderId.SessionExpires), _first.Invite.Text(HeaderId.MinSe)));
        _first.Say(422, "Min-SE: 600\r\n");
        Assert.Equal(422, _house.Result.Status);
    }

    [Fact]
    public void A_trunk_that_wants_no_timer_and_no_reliable_ringing_is_offered_neither()
    {
        Line(l => l with { SessionExpires = TimeSpan.Zero, Takes100Rel = false });
        _house.Call(Dialler.Trunk("t1", Number));

        Assert.False(_first.Invite.Has(HeaderId.SessionExpires));
        Assert.DoesNotContain("100rel", _first.Invite.Text(HeaderId.Supported)!, StringComparison.Ordinal);
    }

    [Fact]
    public void A_redirect_is_followed_only_where_the_house_allows_it_and_nowhere_twice()
    {
        var asked = new List<string>();
        var other = new Callee(_stage, _stage.Net.At("198.51.100.7"));
        _house.Call(
            c => c with
            {
                OnRedirect = (_, uri) =>
                {
                    asked.Add(uri);
                    return uri.Contains("premium", StringComparison.Ordinal) ? null : Dialler.Uri(uri);
                },
            },
            Dialler.Uri("sip:bob@198.51.100.1"));
        _first.Say(302, "m: <sip:premium@198.51.100.8>, <sip:bob@198.51.100.7>;q=0.5\r\n");
        other.Say(302, "m: <sip:bob@198.51.100.7>\r\n");

        Assert.Equal(480, _house.Result.Status);
        Assert.Equal(["sip:premium@198.51.100.8", "sip:bob@198.51.100.7"], asked);
        Assert.Equal(1, other.Count("INVITE"));
        Assert.Equal(1, other.Count("ACK"));
    }

    [Fact]
    public void Redirects_end_after_five()
    {
        var servers = Enumerable.Range(20, 9).Select(i => new Callee(_stage, _stage.Net.At($"198.51.100.{i}")) { Contact = $"<sip:bob@198.51.100.{i + 1}>" }).ToArray();
        _house.Call(c => c with { OnRedirect = (_, uri) => Dialler.Uri(uri) }, Dialler.Uri("sip:bob@198.51.100.20"));
        foreach (var server in servers)
            if (server.Wire.Sent.Count > 0)
                server.Say(302);

        Assert.Equal(6, servers.Sum(s => s.Count("INVITE")));
        Assert.Equal(480, _house.Result.Status);
    }

    private void Line(Func<TrunkLine, TrunkLine> change) =>
        _stage.Trunks.Lines["t1"] = change(new TrunkLine("t1", "provider.example") { User = "t1", Secret = "ts1" });

    private void Challenge(int status) => _first.Say(
        status,
        (status == 407 ? "Proxy-Authenticate" : "WWW-Authenticate") + ": Digest realm=\"trunk.test\", nonce=\"7fb1c0de\", algorithm=MD5, qop=\"auth\"\r\n");
}
