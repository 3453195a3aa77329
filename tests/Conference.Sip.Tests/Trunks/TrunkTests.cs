using System.Collections.Immutable;
using System.Net;
using Conference.Sip.Calls;
using Conference.Sip.Messages;
using Conference.Sip.Tests.House;
using Conference.Sip.Trunks;

namespace Conference.Sip.Tests.Trunks;

public class TrunkTests
{
    private const string Challenge = "Digest realm=\"provider.test\", nonce=\"n1\", algorithm=MD5, qop=\"auth\"";

    private readonly Stage _stage = new(isOwnTrunks: true);
    private readonly WireFlow _first;
    private readonly WireFlow _second;

    private readonly TrunkLine _line = new("t1", "provider.test")
    {
        Registers = true,
        User = "39050123",
        AuthUser = "auth7",
        Secret = "ts1",
        Token = "k7x",
    };

    public TrunkTests()
    {
        _stage.Net.Names["provider.test"] = [IPEndPoint.Parse("203.0.113.1:5060"), IPEndPoint.Parse("203.0.113.2:5060")];
        (_first, _second) = (_stage.Net.At("203.0.113.1"), _stage.Net.At("203.0.113.2"));
    }

    private TrunkState State => Assert.Single(_stage.Agent.Trunks.States);

    [Fact]
    public void A_line_registers_under_the_providers_name_with_a_contact_of_its_own_and_answers_the_challenge()
    {
        Use(_line with { ProbeEvery = TimeSpan.Zero });
        var register = _first.Last;
        Assert.Equal(("REGISTER", "sip:provider.test", "<sip:39050123@provider.test>", "300"), (register.Method, SipText.Latin(register.RequestUri), register.Text(HeaderId.To), register.Text(HeaderId.Expires)));
        Assert.Equal("<sip:k7x@192.0.2.1:5060>", register.Text(HeaderId.Contact));

        Answer(_first, 401, (HeaderId.WwwAuthenticate, Challenge));
        var signed = _first.Last;
        Assert.Contains("username=\"auth7\"", signed.Text(HeaderId.Authorization), StringComparison.Ordinal);
        Assert.Equal((register.Envelope.CallId, register.Envelope.FromTag), (signed.Envelope.CallId, signed.Envelope.FromTag));
        Assert.True(signed.Envelope.CSeq > register.Envelope.CSeq);

        Accept(_first, 300);
        Assert.Equal((TrunkHealth.Up, "Registered with 203.0.113.1:5060 (UDP).", "203.0.113.1:5060 (UDP)"), (State.Health, State.Why, State.Server));
        Assert.Equal("203.0.113.1", _stage.Agent.Trunks.Current("T1")!.Remote.Address.ToString());
    }

    [Fact]
    public void It_refreshes_a_tenth_before_the_end_with_the_nonce_it_knows()
    {
        Registered(300);
        _first.Sent.Clear();
        _stage.Pass(TimeSpan.FromSeconds(269));
        Assert.Empty(_first.Sent);
        _stage.Pass(TimeSpan.FromSeconds(2));

        Assert.Single(_first.Sent.Select(m => m.Envelope.Branch).Distinct());
        Assert.Contains("nc=00000002", _first.Last.Text(HeaderId.Authorization), StringComparison.Ordinal);
    }

    [Fact]
    public void The_granted_time_is_read_off_its_own_contact_among_those_of_others()
    {
        Use(_line with { ProbeEvery = TimeSpan.Zero });
        Answer(_first, 200, (HeaderId.Contact, "<sip:other@198.51.100.1>;expires=3600"), (HeaderId.Contact, "<sip:k7x@192.0.2.1:5060>;expires=60"));
        _first.Sent.Clear();
        _stage.Pass(TimeSpan.FromSeconds(55));

        Assert.NotEmpty(_first.Sent);
    }

    [Fact]
    public void A_registrar_that_wants_longer_gets_longer()
    {
        Use(_line with { ProbeEvery = TimeSpan.Zero });
        Answer(_first, 423, (HeaderId.MinExpires, "1800"));
        Assert.Equal("1800", _first.Last.Text(HeaderId.Expires));

        Accept(_first, 1800);
        Assert.Equal(TrunkHealth.Up, State.Health);
    }

    [Fact]
    public void A_wrong_secret_is_told_and_not_tried_again_for_minutes()
    {
        Use(_line with { ProbeEvery = TimeSpan.Zero });
        Answer(_first, 401, (HeaderId.WwwAuthenticate, Challenge));
        Answer(_first, 401, (HeaderId.WwwAuthenticate, Challenge));
        Assert.Equal((TrunkHealth.Down, "The server does not accept user name or password (401 Unauthorized)."), (State.Health, State.Why));

        _first.Sent.Clear();
        _stage.Pass(TimeSpan.FromSeconds(440));
        Assert.Empty(_first.Sent);
        _stage.Pass(TimeSpan.FromSeconds(320));
        Assert.NotEmpty(_first.Sent);
    }

    [Fact]
    public void A_challenge_that_never_ends_is_given_up()
    {
        Use(_line with { ProbeEvery = TimeSpan.Zero });
        for (var i = 0; i < 20 && _first.Last.Method == "REGISTER" && State.Health != TrunkHealth.Down; i++)
            Answer(_first, 401, (HeaderId.WwwAuthenticate, Challenge.Replace("n1", "nonce" + i, StringComparison.Ordinal)));

        Assert.Equal(TrunkHealth.Down, State.Health);
        Assert.InRange(_first.Sent.Count, 2, 4);
    }

    [Fact]
    public void Silence_leads_to_the_next_server_and_health_says_so()
    {
        Use(_line with { ProbeEvery = TimeSpan.Zero });
        _stage.Pass(TimeSpan.FromSeconds(9));
        Assert.NotEmpty(_second.Sent);
        Answer(_second, 401, (HeaderId.WwwAuthenticate, Challenge));
        Accept(_second, 300);

        Assert.Equal((TrunkHealth.Degraded, "Registered with 203.0.113.2:5060 (UDP)."), (State.Health, State.Why));
        Assert.Equal("203.0.113.2", _stage.Agent.Trunks.Current("t1")!.Remote.Address.ToString());
    }

    [Fact]
    public void A_slow_registrar_that_only_ever_says_100_does_not_keep_the_line_in_progress()
    {
        Use(_line with { ProbeEvery = TimeSpan.Zero });
        Answer(_first, 100);
        _stage.Pass(TimeSpan.FromSeconds(95));

        Assert.Equal(TrunkHealth.Down, State.Health);
        Assert.True(_first.Sent.Concat(_second.Sent).Select(m => m.Envelope.CSeq).Distinct().Count() > 1); // and it is tried again
    }

    [Fact]
    public void A_removed_line_takes_back_its_own_contact_and_nobody_elses()
    {
        Registered(300);
        _first.Sent.Clear();
        Use();

        var leave = Assert.Single(_first.Sent);
        Assert.Equal(("REGISTER", "0", "<sip:k7x@192.0.2.1:5060>"), (leave.Method, leave.Text(HeaderId.Expires), leave.Text(HeaderId.Contact)));
        Assert.Empty(_stage.Agent.Trunks.States);
        Assert.Null(_stage.Agent.Trunks.Find("t1"));
    }

    [Fact]
    public void A_line_that_is_given_again_unchanged_is_not_disturbed()
    {
        Registered(300);
        _first.Sent.Clear();
        Use(_line with { ProbeEvery = TimeSpan.Zero, Servers = [] });

        Assert.Empty(_first.Sent);
        Use(_line with { ProbeEvery = TimeSpan.Zero, User = "other" });
        Assert.Equal(2, _first.Sent.Count); // one leaves, one comes
    }

    [Fact]
    public async Task A_closing_server_unregisters_and_waits_for_the_answer_but_not_for_ever()
    {
        Registered(300);
        var closing = _stage.Agent.CloseAsync();
        _stage.Turn();
        Assert.False(closing.IsCompleted);
        Assert.Equal("0", _first.Last.Text(HeaderId.Expires));

        Answer(_first, 200);
        await closing.WaitAsync(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void A_line_that_does_not_register_is_up_when_its_server_answers_anything()
    {
        Use(_line with { Registers = false });
        Assert.Equal(("OPTIONS", "sip:provider.test"), (_first.Last.Method, SipText.Latin(_first.Last.RequestUri)));
        Assert.Contains("INVITE", _first.Last.Text(HeaderId.Allow)!, StringComparison.Ordinal);
        _stage.Pass(TimeSpan.FromMilliseconds(40));
        Answer(_first, 404);

        Assert.Equal((TrunkHealth.Up, "203.0.113.1:5060 (UDP) answers."), (State.Health, State.Why));
        Assert.Equal(40, State.RoundTrip!.Value.TotalMilliseconds);
        _first.Sent.Clear();
        _stage.Pass(TimeSpan.FromSeconds(31));
        Assert.NotEmpty(_first.Sent);
    }

    [Fact]
    public void A_silent_server_is_noticed_by_the_probe_and_calls_go_to_the_next_at_once()
    {
        Use(_line with { Registers = false });
        Answer(_first, 200);
        _stage.Pass(TimeSpan.FromSeconds(34)); // the next probe, and 3 s of silence
        Answer(_second, 200);

        Assert.Equal(TrunkHealth.Degraded, State.Health);
        Assert.Equal("No answer from 203.0.113.1:5060 (UDP). 203.0.113.2:5060 (UDP) answers in its place.", State.Why);
        Assert.Equal("203.0.113.2", _stage.Agent.Trunks.Current("t1")!.Remote.Address.ToString());

        _stage.Pass(TimeSpan.FromSeconds(30.5));
        Answer(_first, 200); // it is back
        Assert.Equal(TrunkHealth.Up, State.Health);
    }

    [Theory]
    [InlineData(503)]
    [InlineData(408)]
    public void A_server_that_says_it_cannot_is_as_good_as_silent(int status)
    {
        Use(_line with { Registers = false });
        Answer(_first, status);
        Answer(_second, status);

        Assert.Equal(TrunkHealth.Down, State.Health);
        Assert.Contains(status.ToString(System.Globalization.CultureInfo.InvariantCulture), State.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_registered_line_asks_its_own_server_and_registers_elsewhere_when_that_falls_silent()
    {
        Use(_line);
        Answer(_first, 401, _first.Sent.First(m => m.Method == "REGISTER"), (HeaderId.WwwAuthenticate, Challenge));
        Accept(_first, 300);
        Answer(_first, 200, _first.Sent.First(m => m.Method == "OPTIONS"));
        Assert.Equal(TrunkHealth.Up, State.Health);
        _second.Sent.Clear();
        _stage.Pass(TimeSpan.FromSeconds(36));

        Answer(_second, 200, _second.Sent.First(m => m.Method == "OPTIONS"));
        _stage.Pass(TimeSpan.FromSeconds(1));
        var register = _second.Sent.FirstOrDefault(m => m.Method == "REGISTER");
        Assert.NotNull(register); // the dead one is passed over
    }

    [Fact]
    public void A_call_finds_the_living_server_within_four_seconds()
    {
        Use(_line with { Registers = false, ProbeEvery = TimeSpan.Zero });
        var call = new OutgoingCall
        {
            From = new CallerIdentity("2001", "Anna"),
            Targets = [new CallTarget("t1") { Trunk = "t1", Uri = "sip:0039050@provider.test" }],
            OpenMedia = (_, _) => new SilentMedia(),
        };
        _ = _stage.Agent.Calls.CallAsync(call, default);
        Assert.True(SpinWait.SpinUntil(() => Turned(_first), TimeSpan.FromSeconds(10)));
        _stage.Pass(TimeSpan.FromSeconds(4));

        Assert.Contains(_second.Sent, m => m.Method == "INVITE");
    }

    [Theory]
    [InlineData("nowhere.test", "", 0, "Locate:False No address was found for nowhere.test.")]
    [InlineData("provider.test", "closed", 0, "Locate:True Connect:False 203.0.113.2:5060 (UDP): Connection refused")]
    [InlineData("provider.test", "silent", 0, "Locate:True Connect:True Answer:False 203.0.113.2:5060 (UDP) does not answer. Is it the right address, port and transport, and does its firewall let us in?")]
    [InlineData("provider.test", "", 503, "Locate:True Connect:True Answer:False 203.0.113.1:5060 (UDP) answers 503 Service Unavailable: it takes no calls now.")]
    [InlineData("provider.test", "", 401, "Locate:True Connect:True Answer:True Register:False The server does not accept user name or password (401 Unauthorized).")]
    [InlineData("provider.test", "", 403, "Locate:True Connect:True Answer:True Register:False The server refuses the account: user name, password or our address are not to its liking (403 Forbidden).")]
    [InlineData("provider.test", "", 404, "Locate:True Connect:True Answer:True Register:False The server does not know the user or the domain (404 Not Found).")]
    [InlineData("provider.test", "", 200, "Locate:True Connect:True Answer:True Register:True Registered as 39050123 at provider.test.")]
    public void A_trial_says_what_is_wrong(string domain, string server, int status, string expected)
    {
        if (server == "closed") _stage.Net.Unreachable.UnionWith(_stage.Net.Names["provider.test"]);
        var trial = Try(_line with { Domain = domain });
        if (status == 503) Answer(_first, 503);
        else if (status > 0)
        {
            Answer(_first, 200);
            Answer(_first, 401, (HeaderId.WwwAuthenticate, Challenge));
            if (status == 401) Answer(_first, 401, (HeaderId.WwwAuthenticate, Challenge));
            else Answer(_first, status, (HeaderId.Contact, _first.Last.Text(HeaderId.Contact) + ";expires=60"));
        }

        if (server == "silent") _stage.Pass(TimeSpan.FromSeconds(8));
        var outcomes = trial.Now();
        Assert.Equal(expected, string.Join(' ', outcomes.Select(o => $"{o.Step}:{o.IsGood}")) + " " + outcomes[^1].Detail);
    }

    [Fact]
    public void What_was_only_tried_is_taken_back_and_the_secret_is_in_no_word_of_it()
    {
        var trial = Try(_line);
        Answer(_first, 200);
        Answer(_first, 401, (HeaderId.WwwAuthenticate, Challenge));
        var contact = _first.Last.Text(HeaderId.Contact)!;
        Answer(_first, 200, (HeaderId.Contact, contact + ";expires=60"));

        Assert.Equal(("0", contact), (_first.Last.Text(HeaderId.Expires), _first.Last.Text(HeaderId.Contact)));
        Assert.DoesNotContain("k7x", contact, StringComparison.Ordinal);
        Assert.DoesNotContain("ts1", string.Join(' ', trial.Now().Select(o => o.Detail)), StringComparison.Ordinal);
    }

    [Fact]
    public void Trying_a_line_in_use_leaves_its_registration_alone()
    {
        Registered(300);
        _first.Sent.Clear();
        var trial = Try(_line with { Name = "copy" });
        Answer(_first, 200);
        Answer(_first, 401, (HeaderId.WwwAuthenticate, Challenge));
        Assert.Equal(("<sip:k7x@192.0.2.1:5060>", "300"), (_first.Last.Text(HeaderId.Contact), _first.Last.Text(HeaderId.Expires))); // the binding is not shortened either
        Accept(_first, 300);

        Assert.True(trial.Now()[^1].IsGood);
        Assert.DoesNotContain(_first.Sent, m => m.Text(HeaderId.Expires) == "0");
    }

    [Fact]
    public void A_line_is_known_at_every_place_its_names_lead_to()
    {
        Use(_line with { Registers = false });
        Answer(_first, 200);

        Assert.Equal<string>(["t1"], _stage.Agent.Trunks.At(IPAddress.Parse("203.0.113.1")));
        Assert.Equal<string>(["t1"], _stage.Agent.Trunks.At(IPAddress.Parse("203.0.113.2")));
        Assert.Empty(_stage.Agent.Trunks.At(IPAddress.Parse("203.0.113.3")));
    }

    [Fact]
    public void The_policy_hears_which_lines_a_call_may_come_from()
    {
        var heard = new List<string>();
        _stage.House.Peers = source =>
        {
            heard.Add($"{string.Join(',', source.ServerOf)} {string.Join(',', source.RegisteredBy)} {string.Join(',', source.AlsoCalled)}");
            return null;
        };
        Registered(300);
        foreach (var address in new[] { "203.0.113.1", "203.0.113.9" })
        {
            var caller = new Phone(_stage, "caller", address, port: 5060);
            caller.Send(caller.Write("INVITE", "sip:k7x@192.0.2.1", "P-Called-Party-ID: <sip:%2B39050@provider.test>\r\n", body: "v=0\r\n", to: "sip:39050@provider.test"));
        }

        Assert.Equal(["t1 t1 39050,+39050", "  39050,+39050"], heard.Distinct());
    }

    [Fact]
    public void A_trial_ends_after_ten_seconds_whatever_happens()
    {
        var trial = Try(_line);
        Answer(_first, 200);
        Answer(_first, 100);
        _stage.Pass(TimeSpan.FromSeconds(10.1));

        Assert.Equal("It took longer than ten seconds.", trial.Now()[^1].Detail);
    }

    private bool Turned(WireFlow wire)
    {
        _stage.Turn();
        return wire.Sent.Any(m => m.Method == "INVITE");
    }

    private void Registered(int seconds)
    {
        Use(_line with { ProbeEvery = TimeSpan.Zero });
        Answer(_first, 401, (HeaderId.WwwAuthenticate, Challenge));
        Accept(_first, seconds);
        Assert.Equal(TrunkHealth.Up, State.Health);
    }

    private void Use(params TrunkLine[] lines)
    {
        _stage.Agent.Trunks.Use([.. lines]);
        _stage.Turn();
    }

    private Task<ImmutableArray<TrialOutcome>> Try(TrunkLine line)
    {
        var trial = _stage.Agent.Trunks.TryAsync(line, default);
        _stage.Turn();
        return trial;
    }

    private void Accept(WireFlow provider, int seconds) =>
        Answer(provider, 200, (HeaderId.Contact, "<sip:k7x@192.0.2.1:5060>;expires=" + seconds));

    private void Answer(WireFlow provider, int status, params (HeaderId, string)[] headers) => Answer(provider, status, provider.Last, headers);

    private void Answer(WireFlow provider, int status, SipMessage request, params (HeaderId, string)[] headers)
    {
        var reply = new SipReply(status);
        foreach (var (id, value) in headers) reply.With(id, value);
        _stage.Receive(reply.Write(request, "p", provider.Local), provider);
    }

    private sealed class SilentMedia : ICallMedia
    {
        public SipBody Offer() => FakeSdp.Offer;

        public bool Accept(SipBody answer, bool isEarly) => true;

        public void Close()
        {
            // there is nothing to close
        }
    }
}
