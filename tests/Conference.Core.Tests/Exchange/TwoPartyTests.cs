using Conference.Core.Exchange;
using Conference.Core.Routing;
using Conference.Core.Tests.Testing;
using Conference.Sip.Calls;
using Conference.Sip.Trunks;

namespace Conference.Core.Tests.Exchange;

public sealed class TwoPartyTests : IDisposable
{
    private void Silence(string device) => _house.Devices.Reached(_house.Devices.WhereIs(device)! with { IsSilent = true });

    private readonly House _house = new();

    public TwoPartyTests()
    {
        _house.Extension("200", "Anna");
        _house.Extension("201", "Bruno", devices: 2);
        _house.Extension("202", "Carla");
    }

    public void Dispose() => _house.Dispose();

    [Fact]
    public async Task Every_device_of_the_called_extension_rings_and_the_caller_is_told()
    {
        var anna = Dial("201");
        var placed = await _house.Calls.NumberAsync(1);

        await placed.RingAsync(0);
        await placed.RingAsync(1);

        Assert.Equal(["201a", "201b"], placed.Rung);
        Assert.Equal(("200", "Anna"), (placed.Call.From.User, placed.Call.From.DisplayName));
        Assert.Equal([180, 180], anna.Told);
        Assert.Null(anna.Answered);
        var live = Assert.Single(_house.Live.All);
        Assert.Equal(LiveCallState.Ringing, live.State);
        Assert.Equal(["200a", "201a", "201b"], live.Legs.Select(l => l.Label));
    }

    [Fact]
    public async Task A_device_that_is_called_by_its_own_address_rings_alone()
    {
        var anna = new FakeCall("201b", "200a", false) { CalledDevice = "201b" };
        anna.Serve(_house.Desk);

        Assert.Equal(["201b"], (await _house.Calls.NumberAsync(1)).Rung);
    }

    [Fact]
    public async Task Whoever_answers_and_the_caller_hear_each_other_until_one_hangs_up()
    {
        var (anna, bruno) = await Connected("201", device: 1);

        Assert.Equal(2, _house.Mix.Now.Seats.Length);
        Assert.All(_house.Mix.Now.Seats, s => Assert.True(s is { Speaks: true, Hears: true, Music: null }));
        Assert.Equal(["200a", "201b"], Assert.Single(_house.Live.All).Legs.Select(l => l.Label));

        bruno.HangUp();
        await anna.Served;

        Assert.Equal(200, anna.HungUpWith!.Status);
        Assert.Empty(_house.Live.All);
        await Soon.Is(() => _house.Media.Sessions.All(s => s.IsClosed));
        await Soon.Is(() => _house.Sentences.SequenceEqual(["200 calls 201", "answered by Bruno", "call over: 200 bye"]));
    }

    [Fact]
    public async Task The_other_way_round_the_called_one_is_hung_up()
    {
        var (anna, bruno) = await Connected("201");

        anna.HangUp();

        await Soon.Is(() => bruno.HungUpWith?.Status == 200);
    }

    [Fact]
    public async Task A_caller_who_gives_up_stops_the_ringing()
    {
        var anna = Dial("201");
        var placed = await _house.Calls.NumberAsync(1);
        await placed.RingAsync();

        anna.HangUp();
        await anna.Served;

        Assert.Equal(487, (await placed.Result).Status);
        Assert.Empty(_house.Live.All);
    }

    [Fact]
    public async Task A_caller_who_gives_up_in_the_moment_of_the_answer_leaves_no_audio_open()
    {
        var anna = new FakeCall("202", "200a", false) { IsGone = true };
        anna.Serve(_house.Desk);

        var carla = (await _house.Calls.NumberAsync(1)).Answer();

        await Assert.ThrowsAsync<OperationCanceledException>(() => anna.Served);
        await Soon.Is(() => carla.HungUpWith is not null && _house.Media.Sessions.All(s => s.IsClosed));
        Assert.All(_house.Media.Rooms, r => Assert.False(r.IsOpen));
    }

    [Fact]
    public async Task The_called_phone_is_offered_what_the_house_speaks_and_the_callers_codec_first()
    {
        var anna = new FakeCall("201", "200a", false) { Body = new("application/sdp", "v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio 4000 RTP/AVP 0 8\r\n"u8.ToArray()) };
        anna.Serve(_house.Desk);
        var placed = await _house.Calls.NumberAsync(1);

        placed.Answer();

        Assert.Equal<string>(["PCMU", "opus", "PCMA"], _house.Media.Last!.Codecs);
        Assert.False(_house.Media.Last.IsWeb);
    }

    [Theory]
    [InlineData("WS")]
    [InlineData("WSS")]
    public async Task A_phone_in_a_web_page_is_rung_and_answered_as_a_browser(string transport)
    {
        _house.Devices.Reached(_house.Devices.WhereIs("202a")! with { Transport = transport });
        var anna = new FakeCall("202", "200a", false) { Transport = transport };
        anna.Serve(_house.Desk);
        var placed = await _house.Calls.NumberAsync(1);

        placed.Answer();

        Assert.Equal([true, true], _house.Media.Sessions.Select(s => s.IsWeb));
    }

    [Theory]
    [InlineData(486, 486)]
    [InlineData(603, 486)]
    [InlineData(600, 486)]
    [InlineData(408, 480)]
    [InlineData(480, 480)]
    [InlineData(404, 404)]
    [InlineData(503, 480)]
    [InlineData(401, 500)]
    public async Task A_refusal_is_told_in_the_callers_terms(int theirs, int ours)
    {
        var anna = Dial("202");

        (await _house.Calls.NumberAsync(1)).Refuse(theirs);
        await anna.Served;

        Assert.Equal(ours, anna.Rejected);
    }

    [Fact]
    public async Task An_extension_without_a_registered_device_cannot_be_reached()
    {
        _house.Devices.Lost("202a");

        var anna = Dial("202");
        await anna.Served;

        Assert.Equal(480, anna.Rejected);
    }

    [Theory]
    [InlineData(486, "201")]
    [InlineData(408, "300")]
    public async Task A_call_that_is_not_taken_goes_where_the_extension_says(int refusal, string forward)
    {
        _house.Standing("300");
        _house.Extension("203", "Dario", how: c => c with { OnBusy = "201", OnNoAnswer = "300" });
        var anna = Dial("203");

        var first = await _house.Calls.NumberAsync(1);
        await first.RingAsync();
        first.Refuse(refusal);

        if (forward == "300")
        {
            await Soon.Is(() => _house.Rooms.Live.Length == 1);
            Assert.NotNull(anna.Answered);
            return;
        }

        var second = await _house.Calls.NumberAsync(2);
        Assert.Equal(["201a", "201b"], second.Rung);
        Assert.Contains(("Diversion", "<sip:203@house.example>;reason=user-busy;counter=1"), second.Call.Headers);
    }

    [Fact]
    public async Task Forwards_that_lead_in_a_circle_end()
    {
        _house.Extension("203", "Dario", how: c => c with { OnBusy = "204" });
        _house.Extension("204", "Elena", how: c => c with { OnBusy = "203" });
        var anna = Dial("203");

        (await _house.Calls.NumberAsync(1)).Refuse(486);
        (await _house.Calls.NumberAsync(2)).Refuse(486);
        await anna.Served;

        Assert.Equal(486, anna.Rejected);
    }

    [Fact]
    public async Task A_phone_redirects_only_where_its_owner_may_dial()
    {
        Out(("0.", CallClass.National));
        var anna = Dial("202");
        (await _house.Calls.NumberAsync(1)).Refuse(480, "sip:0501234@elsewhere.example");
        await anna.Served;
        Assert.Equal(480, anna.Rejected);

        Dial("202");
        (await _house.Calls.NumberAsync(2)).Refuse(480, "sip:201@house.example");
        Assert.Equal(["201a", "201b"], (await _house.Calls.NumberAsync(3)).Rung);
    }

    [Fact]
    public async Task A_further_call_rings_a_busy_extension_until_it_has_all_it_may()
    {
        _house.Extension("203", "Dario", how: c => c with { MaxCalls = 2 });
        Dial("203", "200a");
        await _house.Calls.NumberAsync(1);
        Dial("203", "201a");
        await _house.Calls.NumberAsync(2);

        var third = Dial("203", "202a");
        await third.Served;

        Assert.Equal(486, third.Rejected);
    }

    [Fact]
    public async Task An_extension_places_only_so_many_calls()
    {
        _house.Extension("203", "Dario", how: c => c with { MaxCalls = 1 });
        Dial("200", "203a");
        await _house.Calls.NumberAsync(1);

        var second = Dial("201", "203a");
        await second.Served;

        Assert.Equal(403, second.Rejected);
        await Soon.Is(() => _house.Sentences.Contains("refused: TooManyCalls"));
    }

    [Fact]
    public async Task Calls_that_come_at_once_are_no_more_than_an_extension_may_place()
    {
        _house.Extension("203", "Dario", how: c => c with { MaxCalls = 1 });
        using var together = new Barrier(2);
        var coming = 0;
        _house.Media.WhileOpening = () =>
        {
            if (Interlocked.Increment(ref coming) <= 2) together.SignalAndWait(TimeSpan.FromSeconds(10)); // both were looked at before either is counted
        };

        FakeCall[] calls = [Dial("200", "203a"), Dial("201", "203a")];
        await Soon.Is(() => calls.Any(c => c.Served.IsCompleted));
        await _house.Calls.NumberAsync(1);

        Assert.Equal(403, Assert.Single(calls, c => c.Served.IsCompleted).Rejected);
        Assert.Single(_house.Calls.Placed);
    }

    [Fact]
    public async Task Audio_before_the_answer_is_heard_and_a_later_ringing_is_told_as_well()
    {
        var anna = Dial("202");
        var placed = await _house.Calls.NumberAsync(1);

        await placed.RingAsync(status: 183, withAudio: true);
        await placed.RingAsync(status: 180);

        Assert.Equal([183, 180], anna.Told);
        Assert.Equal([(false, true), (true, false)], _house.Mix.Now.Seats.Select(s => (s.Speaks, s.Hears)));
    }

    [Fact]
    public async Task A_far_side_that_promised_audio_and_sends_none_leaves_the_ringing_to_us()
    {
        Dial("202");
        var placed = await _house.Calls.NumberAsync(1);
        var near = _house.Media.Sessions.First();
        await placed.RingAsync(status: 183, withAudio: true);
        await placed.RingAsync(status: 180);

        Assert.Null(near.Holding);
        _house.Time.Advance(TimeSpan.FromSeconds(2));
        await Soon.Is(() => near.Holding == "ringing");

        placed.Answer();
        await Soon.Is(() => near.Holding is null);
    }

    [Fact]
    public async Task Who_is_put_on_hold_hears_music_and_nobody_is_told_by_signalling()
    {
        var (anna, bruno) = await Connected("202");
        var near = _house.Media.Sessions.First();

        near.IsHeld = true;
        anna.Reoffer();
        Assert.All(_house.Mix.Now.Seats, s => Assert.Equal(s.Session == near ? null : "hold", s.Music?.Key));
        Assert.True(_house.Live.All.Single().Legs[0].IsHeld || _house.Live.All.Single().Legs[1].IsHeld);

        near.IsHeld = false;
        anna.Reoffer();
        Assert.All(_house.Mix.Now.Seats, s => Assert.Null(s.Music));
        Assert.Null(bruno.HungUpWith);
    }

    [Fact]
    public async Task Keys_pass_by_events_or_by_info()
    {
        var (_, bruno) = await Connected("202");
        var (near, far) = (_house.Media.Sessions.First(), _house.Media.Sessions.Last());

        near.Press("12");
        await Soon.Is(() => far.Sent == "12");

        far.TakesEvents = false;
        near.Press("#");
        await Soon.Is(() => bruno.Keys.SequenceEqual(["Signal=#\r\nDuration=160\r\n"]));
    }

    [Fact]
    public async Task A_leg_that_went_silent_ends_the_call()
    {
        var (anna, bruno) = await Connected("202");

        _house.Media.Sessions.Last().FallSilent();
        await anna.Served;

        Assert.Equal(408, anna.HungUpWith!.Status);
        await Soon.Is(() => bruno.HungUpWith?.Status == 408);
    }

    [Fact]
    public async Task Nobody_forwards_a_call_that_has_gone_too_far()
    {
        var call = new FakeCall("201", "200a", false) { MaxForwards = 0 };
        call.Serve(_house.Desk);
        await call.Served;

        Assert.Equal(483, call.Rejected);
    }

    [Fact]
    public async Task A_call_outside_takes_the_trunks_in_order_and_shows_the_number_of_the_extension()
    {
        Out(("0.", CallClass.National));
        _house.Extension("205", "Fabio", how: c => c with { Permissions = [CallClass.National], OutsideNumber = "+39050205" });
        Dial("0501234", "205a");
        var placed = await _house.Calls.NumberAsync(1);

        Assert.Equal(ForkMode.Serial, placed.Call.Fork);
        Assert.Equal(["sip:501234@first.example", "sip:501234@second.example"], placed.Call.Targets.Select(t => t.Uri));
        Assert.Equal(("me", "+39050205", "first.example"), (placed.Call.Targets[0].From!.User, placed.Call.Targets[0].From!.Asserted, placed.Call.Targets[0].From!.Domain));

        placed.Answer(1);
        await Soon.Is(() => _house.Live.All.Any(c => c.State == LiveCallState.Up));
        Assert.Equal((0, 1), (_house.Channels.UsedOf("first"), _house.Channels.UsedOf("second")));
    }

    [Theory]
    [InlineData(RedirectionStyle.Diversion, "Diversion: <sip:+39050203@first.example>;reason=user-busy;counter=2")]
    [InlineData(RedirectionStyle.HistoryInfo, "History-Info: <sip:+39050203@first.example?Reason=SIP%3Bcause%3D486>;index=1, <sip:50777@first.example;cause=486>;index=1.1;mp=1")]
    [InlineData(RedirectionStyle.Nothing, "")]
    public async Task A_provider_is_told_who_sent_a_call_on_in_the_way_it_wants(RedirectionStyle style, string expected)
    {
        Out(("0.", CallClass.National));
        _house.Routes.Use(_house.Routes.Plan with { Trunks = [.. _house.Routes.Plan.Trunks.Select(t => t with { Redirection = style, WritesRemotePartyId = true })] });
        _house.Extension("203", "Dario", how: c => c with { Permissions = [CallClass.National], OutsideNumber = "+39050203", OnBusy = "050777" });
        var anna = Dial("203", header: ("Diversion", "<sip:x@elsewhere.example>"));
        (await _house.Calls.NumberAsync(1)).Refuse(486);
        var target = (await _house.Calls.NumberAsync(2)).Call.Targets[0];

        Assert.Equal(expected, string.Join('\n', target.Headers.Select(h => $"{h.Name}: {h.Value}")));
        Assert.Equal("+39050203", target.From!.RemoteParty);
        Assert.Empty(_house.Calls.Placed.Last().Call.Headers);
    }

    [Theory]
    [InlineData("Diversion", "<sip:1@a>;counter=5", false)]
    [InlineData("Diversion", "<sip:1@a>, <sip:2@a>, <tel:3>, <sip:4@a>, <sip:5@a>", false)]
    [InlineData("History-Info", "<sip:1@a>;index=1, <sip:2@a>;index=1.1, <sip:3@a>;index=1.1.1, <sip:4@a>;index=1.2, <sip:5@a>;index=2, <sip:6@a>;index=3", false)]
    [InlineData("Diversion", "<sip:1@a>;counter=4", true)]
    [InlineData("History-Info", "<sip:1@a>;index=1", true)]
    [InlineData("Diversion", "counter=99999999999999999999", true)]
    public async Task A_call_that_was_sent_on_too_often_elsewhere_is_not_sent_on_here(string header, string value, bool isSent)
    {
        _house.Standing("300");
        _house.Extension("203", "Dario", how: c => c with { OnBusy = "300" });
        var anna = Dial("203", header: (header, value));
        (await _house.Calls.NumberAsync(1)).Refuse(486);

        await Soon.Is(() => isSent ? anna.Answered is not null : anna.Rejected == 486);
    }

    [Fact]
    public async Task A_trunk_that_is_down_is_tried_last()
    {
        Out(("0.", CallClass.National));
        _house.Extension("205", "Fabio", how: c => c with { Permissions = [CallClass.National], OutsideNumber = "+39050205" });
        _house.Down.Add("first");
        Dial("0501234", "205a");

        Assert.Equal(["second", "first"], (await _house.Calls.NumberAsync(1)).Rung);

        _house.Down.Add("second");
        Dial("0501235", "205a");
        Assert.Equal(["first", "second"], (await _house.Calls.NumberAsync(2)).Rung); // all are down: then in their order, for what it is worth
    }

    [Fact]
    public async Task A_phone_that_fell_silent_does_not_count_as_there()
    {
        _house.Standing("300");
        _house.Extension("203", "Dario", how: c => c with { OnUnreachable = "300" });
        Silence("203a");
        Silence("201b");

        var anna = Dial("203");
        await Soon.Is(() => anna.Answered is not null);
        Dial("201", "202a");

        Assert.Equal(["201a"], (await _house.Calls.NumberAsync(1)).Rung);
        Assert.Contains(_house.Router.Explain(new RouteQuestion("203") { Extension = "200" }).Steps, s => s.Reason == RouteReason.NoDeviceRegistered);
    }

    [Fact]
    public async Task A_phone_whose_connection_broke_a_moment_ago_is_still_called()
    {
        _house.Devices.Lost("202a", _house.Time.GetUtcNow());
        _house.Devices.Lost("201a");
        _house.Devices.Lost("201b");
        Dial("202");
        Assert.Equal(["202a"], (await _house.Calls.NumberAsync(1)).Rung);
        var said = Dial("201"); // it took its leave
        await said.Served;

        _house.Time.Advance(TimeSpan.FromSeconds(5));
        var late = Dial("202");
        await late.Served;

        Assert.Equal((480, 480), (said.Rejected, late.Rejected));
    }

    [Fact]
    public async Task A_trunk_carries_so_many_calls_and_an_emergency()
    {
        Out(("112", CallClass.Emergency), ("0.", CallClass.National));
        _house.Extension("205", "Fabio", how: c => c with { Permissions = [CallClass.National] });
        Dial("0501", "205a");
        (await _house.Calls.NumberAsync(1)).Answer(0);
        Dial("0502", "205a");
        var second = await _house.Calls.NumberAsync(2);
        Assert.Equal(["second"], second.Rung); // one channel is all the first has
        second.Answer();
        var third = Dial("0503", "205a");
        await third.Served;

        var help = Dial("112", "205a");
        await Soon.Is(() => _house.Calls.Placed.Count == 3);

        Assert.Equal(480, third.Rejected);
        Assert.Null(help.Rejected);
        Assert.Equal(["first", "second"], _house.Calls.Placed.Last().Rung);
    }

    [Fact]
    public async Task Enum_is_asked_before_the_trunk()
    {
        Out(("0.", CallClass.National));
        _house.Enum["+390501"] = ["sip:anna@there.example", "tel:+1"];
        _house.Routes.Use(_house.Routes.Plan with { Out = [new("All", "00.", CallClass.National, ["first"]) { EnumSuffix = "e164.arpa" }], Limits = new TollLimits { Countries = ["39"] } });
        _house.Extension("205", "Fabio", how: c => c with { Permissions = [.. Enum.GetValues<CallClass>()] });

        Dial("00390501", "205a");

        var placed = await _house.Calls.NumberAsync(1);
        Assert.Equal(["ENUM", "first"], placed.Rung);
        Assert.True(placed.Call.Targets[0].StaysOutside); // the name may lead anywhere
    }

    [Fact]
    public async Task A_directory_of_our_own_may_lead_inside()
    {
        Out(("0.", CallClass.National));
        _house.Enum["+390501"] = ["sip:anna@10.1.2.3"];
        _house.Routes.Use(_house.Routes.Plan with { Out = [new("All", "00.", CallClass.National, ["first"]) { EnumSuffix = "E164.house.example" }], Limits = new TollLimits { Countries = ["39"] } });
        _house.Extension("205", "Fabio", how: c => c with { Permissions = [.. Enum.GetValues<CallClass>()] });

        Dial("00390501", "205a");

        var placed = await _house.Calls.NumberAsync(1);
        Assert.Equal(["ENUM", "first"], placed.Rung);
        Assert.False(placed.Call.Targets[0].StaysOutside);
    }

    [Theory]
    [InlineData("sip:root@127.0.0.1")]
    [InlineData("sip:10.1.2.3:5060;transport=tcp")]
    [InlineData("sips:a@192.168.1.1")]
    [InlineData("sip:a@[::1]:5060")]
    [InlineData("sip:a@[::ffff:10.0.0.1]")]
    [InlineData("sip:a@localhost")]
    [InlineData("sip:a@printer")]
    [InlineData("sip:112@HOUSE.example:5060")]
    public async Task A_public_directory_of_numbers_never_leads_inside(string uri)
    {
        Out(("0.", CallClass.National));
        _house.Enum["+390501"] = [uri];
        _house.Routes.Use(_house.Routes.Plan with { Out = [new("All", "00.", CallClass.National, ["first"]) { EnumSuffix = "e164.arpa" }], Limits = new TollLimits { Countries = ["39"] } });
        _house.Extension("205", "Fabio", how: c => c with { Permissions = [.. Enum.GetValues<CallClass>()] });

        Dial("00390501", "205a");

        Assert.Equal(["first"], (await _house.Calls.NumberAsync(1)).Rung);
    }

    [Fact]
    public async Task A_stolen_phone_costs_little()
    {
        Out(("00.", CallClass.International));
        _house.Routes.Use(_house.Routes.Plan with { Limits = new TollLimits { Countries = ["225"], ExpensivePerHour = 3 } });
        _house.Extension("205", "Fabio", how: c => c with { Permissions = [CallClass.International], MaxCalls = 100 });
        for (var i = 0; i < 3; i++)
        {
            var call = Dial($"0022508{i}", "205a");
            (await _house.Calls.NumberAsync(i + 1)).Refuse(486);
            await call.Served;
        }

        var fourth = Dial("00225089", "205a");
        await fourth.Served;

        Assert.Equal(403, fourth.Rejected);
        await Soon.Is(() => _house.Sentences.Contains("refused: LimitReached"));
    }

    [Fact]
    public async Task A_call_from_a_trunk_reaches_the_extension_of_its_number()
    {
        _house.Routes.Use(new RoutePlan(
            [new(new TrunkLine("first", "first.example")) { NumbersIn = [new("00.", 2, "+")], TrustsIdentity = true }],
            [],
            [new("first", "+39050201", InboundKind.Extension, "201")],
            new TollLimits()));
        var call = new FakeCall("0039050201", "0044123", false) { Peer = new SipPeer("first", true), Asserted = new CallerIdentity("0044999", "Grace") };
        call.Serve(_house.Desk);
        var placed = await _house.Calls.NumberAsync(1);

        Assert.Equal(("+44999", "Grace"), (placed.Call.From.User, placed.Call.From.DisplayName));
        placed.Answer();
        await Soon.Is(() => _house.Channels.UsedOf("first") == 1);
        call.HangUp();
        await call.Served;
        Assert.Equal(0, _house.Channels.UsedOf("first"));
    }

    [Theory]
    [InlineData("<urn:alert:source:internal>", true)]
    [InlineData("<http://pbx>;info=ALERT-AutoAnswer", false)]
    [InlineData("Auto Answer", false)]
    [InlineData("<sip:x>;answer-after=0", false)]
    [InlineData("Intercom", false)]
    [InlineData("Ring Answer", false)]
    public async Task Nobody_makes_a_phone_answer_by_itself(string alert, bool isPassed)
    {
        var call = new FakeCall("201", "200a", false) { Headers = { ["Alert-Info"] = alert, ["Subject"] = "lunch" } };
        call.Serve(_house.Desk);

        var headers = (await _house.Calls.NumberAsync(1)).Call.Headers;

        Assert.Equal(isPassed, headers.Contains(("Alert-Info", alert)));
        Assert.Contains(("Subject", "lunch"), headers);
    }

    [Fact]
    public async Task A_trunk_does_not_say_how_phones_ring()
    {
        _house.Routes.Use(new RoutePlan([new(new TrunkLine("first", "first.example"))], [], [new(null, "050201", InboundKind.Extension, "201")], new TollLimits()));
        var call = new FakeCall("050201", "044123", false) { Peer = new SipPeer("first", true), Headers = { ["Alert-Info"] = "<urn:alert:source:external>", ["Subject"] = "lunch" } };
        call.Serve(_house.Desk);

        Assert.Equal(("Subject", "lunch"), Assert.Single((await _house.Calls.NumberAsync(1)).Call.Headers));
    }

    [Fact]
    public async Task A_call_from_a_trunk_into_a_room_is_asked_for_the_pin()
    {
        _house.Standing("300", guestPin: "4711");
        _house.Routes.Use(new RoutePlan([new(new TrunkLine("first", "first.example"))], [], [new(null, "050300", InboundKind.Room, "300")], new TollLimits()));
        var call = new FakeCall("050300", "044123", false) { Peer = new SipPeer("first", false) };
        call.Serve(_house.Desk);

        await Soon.Is(() => _house.Media.Last?.Heard.Contains("conf-getpin") == true);
        _house.Media.Last!.Press("4711");

        await Soon.Is(() => _house.Rooms.Live.SingleOrDefault()?.People.Any(p => p.Number == "044123") == true);
    }

    private void Out(params (string Pattern, CallClass Class)[] rules) => _house.Routes.Use(new RoutePlan(
        [
            new(new TrunkLine("first", "first.example") { User = "me" }) { MaxChannels = 1 },
            new(new TrunkLine("second", "second.example")) { MaxChannels = 1 },
        ],
        [.. rules.Select(r => new DialRule(r.Pattern, r.Pattern, r.Class, ["first", "second"]) { Drop = r is { Class: CallClass.National } ? 1 : 0 })],
        [],
        new TollLimits()));

    private FakeCall Dial(string number, string from = "200a") => _house.Dial(number, from);

    private FakeCall Dial(string number, (string Name, string Value) header)
    {
        var call = new FakeCall(number, "200a", false) { Headers = new() { [header.Name] = header.Value } };
        call.Serve(_house.Desk);
        return call;
    }

    private async Task<(FakeCall Anna, FakeCall Bruno)> Connected(string number, int device = 0)
    {
        var anna = Dial(number);
        var placed = await _house.Calls.NumberAsync(1);
        await placed.RingAsync(device);
        var bruno = placed.Answer(device);
        await Soon.Is(() => _house.Media.Rooms.Any(r => r.Now.Seats.Length == 2 && r.Now.Seats.All(s => s.Speaks)), "a conversation");
        await Soon.Is(() => _house.Live.All.Single().State == LiveCallState.Up);
        return (anna, bruno);
    }
}
