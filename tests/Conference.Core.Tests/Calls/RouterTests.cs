using Conference.Core.Accounts;
using Conference.Core.Routing;
using Conference.Core.Tests.Testing;
using Conference.Sip.Trunks;

namespace Conference.Core.Tests.Calls;

public sealed class RouterTests : IDisposable
{
    private readonly House _house = new();

    private static readonly TrunkPlan s_telco = new(new TrunkLine("telco", "telco.example") { User = "account" })
    {
        NumbersIn = [new("00.", 2, "+"), new("0Z.", 0, "+39")],
        NumbersOut = [new("00.", 2, "+"), new("0Z.", 1, "+39")],
        MainNumber = "+39050100",
    };

    public RouterTests()
    {
        _house.Extensions.Set(
        [
            new ExtensionCard("200", "Anna") { Permissions = [CallClass.Local, CallClass.National], OutsideNumber = "+39050100200" },
            new ExtensionCard("201", "Bruno") { OnBusy = "200", OnNoAnswer = "1234" },
            new ExtensionCard("202", "Carla") { IsEnabled = false, Permissions = [CallClass.National] },
            new ExtensionCard("203", "Dario") { Permissions = [.. Enum.GetValues<CallClass>()] },
        ]);
        _house.Routes.Use(new RoutePlan(
            [s_telco, new(new TrunkLine("spare", "spare.example")), new(new TrunkLine("off", "off.example")) { IsEnabled = false }],
            [
                new("Emergency", "11[2358]", CallClass.Emergency, ["telco"]),
                new("Closed", "0899.", CallClass.Premium, []),
                new("World", "000Z.", CallClass.International, ["telco"]) { Drop = 1 },
                new("Italy", "0.", CallClass.National, ["off", "telco", "spare"]) { Drop = 1 },
                new("Own country", "+39.", CallClass.National, ["telco"]),
                new("Careless", "8.", CallClass.National, ["telco"]) { Drop = 1 },
                new("Dead", "7.", CallClass.National, ["off"]),
            ],
            [
                new("telco", "+39050100", InboundKind.AccessMenu, ""),
                new("telco", "+390501002XX", InboundKind.Extension, "200"),
                new(null, "+390501003XX", InboundKind.Room, "1234"),
            ],
            new TollLimits { Countries = ["44", "49"] }));
    }

    public void Dispose() => _house.Dispose();

    [Fact]
    public void A_room_comes_before_any_rule()
    {
        _house.Standing("0800");

        Assert.Equal(new RouteTarget.Room("0800"), Ask("200", "0800"));
    }

    [Theory]
    [InlineData("2026-11-23T10:00:00+00:00", "telco", "RuleMatched RuleMatched", null)] // a Monday, within the hours of the first rule
    [InlineData("2026-11-23T19:00:00+00:00", "spare", "RuleResting RuleMatched", null)]
    [InlineData("2026-11-23T07:30:00+00:00", "telco", "RuleMatched RuleMatched", "Europe/Rome")] // half past eight there
    [InlineData("2026-11-23T07:30:00+00:00", "spare", "RuleResting RuleMatched", null)]
    public void Outside_its_hours_a_rule_leaves_the_number_to_the_next(string at, string trunk, string reasons, string? zone)
    {
        if (zone is not null) _house.Routes.Zone = TimeZoneInfo.FindSystemTimeZoneById(zone);
        _house.Routes.Use(_house.Routes.Plan with
        {
            Out = [new("Day", "0.", CallClass.National, ["telco"]) { Drop = 1, Hours = TimeTable.Read("12345 0800-1800") }, new("Night", "0.", CallClass.National, ["spare"]) { Drop = 1 }],
        });

        var answer = _house.Router.Explain(new RouteQuestion("0501234") { Extension = "200", At = DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture) });

        Assert.Equal(trunk, Assert.IsType<RouteTarget.Outside>(answer.Target).Trunks[0].Trunk.Line.Name);
        Assert.Contains(answer.Steps, s => s.Reason.ToString() == reasons.Split(' ')[0]);
        Assert.Contains(answer.Steps, s => s.Reason.ToString() == reasons.Split(' ')[1]);
    }

    [Fact]
    public void Emergency_calls_know_no_hours_no_kinds_and_no_pin()
    {
        _house.Routes.Use(_house.Routes.Plan with
        {
            Trunks = [s_telco with { Hours = TimeTable.Read("7 0300-0400"), Classes = [CallClass.Local] }],
            Out = [new("Help", "112", CallClass.Emergency, ["telco"]) { Hours = TimeTable.Read("7 0300-0400"), Pin = "4711" }],
        });

        Assert.Equal(("telco", null), Ask("202", "112") is RouteTarget.Outside o ? (o.Trunks[0].Trunk.Line.Name, o.Pin) : ("", null));
    }

    [Fact]
    public void A_trunk_is_passed_over_for_calls_of_other_kinds_and_at_other_hours()
    {
        _house.Routes.Use(_house.Routes.Plan with
        {
            Trunks = [s_telco with { Classes = [CallClass.Mobile] }, new(new TrunkLine("spare", "spare.example")) { Hours = TimeTable.Read("7 0300-0400") }, new(new TrunkLine("off", "off.example"))],
        });

        var answer = _house.Router.Explain(new RouteQuestion("0501234") { Extension = "200" });

        Assert.Equal("off", Assert.Single(Assert.IsType<RouteTarget.Outside>(answer.Target).Trunks).Trunk.Line.Name);
        Assert.Equal([("telco", "National"), ("spare", "7 0300-0400")], answer.Steps.Where(s => s.Reason is RouteReason.TrunkNotForClass or RouteReason.TrunkResting).Select(s => (s.Values[0], s.Values[1])));
    }

    [Fact]
    public void A_rule_with_a_pin_says_so_before_the_trunks_and_never_shows_it()
    {
        _house.Routes.Use(_house.Routes.Plan with { Out = [new("Italy", "0.", CallClass.National, ["telco"]) { Drop = 1, Pin = "4711" }] });

        var answer = _house.Router.Explain(new RouteQuestion("0501234") { Extension = "200" });

        Assert.Equal([RouteReason.CallerExtension, RouteReason.RuleMatched, RouteReason.PinAsked, RouteReason.TrunkTried], answer.Steps.Select(s => s.Reason));
        Assert.True(Assert.IsType<RouteTarget.Outside>(answer.Target).Pin!.Opens("4711"));
        Assert.DoesNotContain("4711", $"{answer.Target}{_house.Routes.Plan.Out[0]}{string.Join(',', answer.Steps.SelectMany(s => s.Values))}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-11-23T10:00:00+00:00", "200")]
    [InlineData("2026-11-29T10:00:00+00:00", "201")]
    public void Outside_its_hours_a_route_in_leaves_the_call_to_the_next(string at, string extension)
    {
        _house.Routes.Use(_house.Routes.Plan with { In = [new("telco", "+39.", InboundKind.Extension, "200") { Hours = TimeTable.Read("12345 0800-1800") }, new(null, "!", InboundKind.Extension, "201")] });

        var answer = _house.Router.Explain(new RouteQuestion("+39050100") { Trunk = "telco", At = DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture) });

        Assert.Equal(new RouteTarget.Extension(extension), answer.Target);
    }

    [Fact]
    public void An_extension_calls_another() => Assert.Equal(new RouteTarget.Extension("201"), Ask("200", "201"));

    [Theory]
    [InlineData("202", 480, RouteReason.ExtensionDisabled)]
    [InlineData("999", 404, RouteReason.NoRule)]
    [InlineData("01&02", 404, RouteReason.NotANumber)]
    [InlineData("00050,1", 404, RouteReason.NotANumber)]
    [InlineData("0899123", 403, RouteReason.RuleCloses)]
    [InlineData("000441", 403, RouteReason.ClassForbidden)]
    [InlineData("7123", 480, RouteReason.NoTrunk)]
    [InlineData("0#31#12", 404, RouteReason.MayNotLeave)]
    public void A_refusal_has_its_status_and_its_reason(string dialled, int status, RouteReason why) =>
        Assert.Equal(new RouteTarget.Refused(status, why), Ask("200", dialled));

    [Fact]
    public void A_number_outside_goes_by_the_trunks_that_are_on_written_as_each_wants()
    {
        var target = Assert.IsType<RouteTarget.Outside>(Ask("200", "00501234"));

        Assert.Equal(("0501234", CallClass.National), (target.Number, target.Class));
        Assert.Equal([("telco", "+39501234"), ("spare", "0501234")], target.Trunks.Select(w => (w.Trunk.Line.Name, w.Number)));
    }

    [Fact]
    public void A_rule_for_the_country_does_not_open_the_world()
    {
        Assert.Equal(new RouteTarget.Refused(403, RouteReason.ClassForbidden), Ask("200", "80044123"));
        Assert.Equal(CallClass.International, Assert.IsType<RouteTarget.Outside>(Ask("203", "80044123")).Class);
        Assert.Equal(CallClass.National, Assert.IsType<RouteTarget.Outside>(Ask("200", "+39050")).Class);
    }

    [Fact]
    public void Only_countries_that_were_opened_are_called()
    {
        Assert.IsType<RouteTarget.Outside>(Ask("203", "00049301"));
        Assert.Equal(new RouteTarget.Refused(403, RouteReason.CountryForbidden), Ask("203", "000225081"));
    }

    [Fact]
    public void Emergency_is_called_without_permission_even_by_an_extension_that_is_switched_off()
    {
        Assert.Equal(CallClass.Emergency, Assert.IsType<RouteTarget.Outside>(Ask("201", "112")).Class);
        Assert.Equal(CallClass.Emergency, Assert.IsType<RouteTarget.Outside>(Ask("202", "112")).Class);
        Assert.Equal(new RouteTarget.Refused(403, RouteReason.CallerDisabled), Ask("202", "201"));
    }

    [Fact]
    public void Strangers_never_call_outside()
    {
        Assert.Equal(new RouteTarget.Refused(403, RouteReason.GuestsStayInside), _house.Router.Decide(new RouteQuestion("00501234")));
        Assert.Equal(new RouteTarget.Refused(404, RouteReason.NoRule), _house.Router.Decide(new RouteQuestion("200")));
    }

    [Theory]
    [InlineData("050100", typeof(RouteTarget.AccessMenu))]
    [InlineData("+390501002001", typeof(RouteTarget.Refused))]
    [InlineData("00390501002" + "01", typeof(RouteTarget.Extension))]
    public void A_trunk_s_number_is_rewritten_before_the_routes_are_asked(string called, Type target) =>
        Assert.IsType(target, Enter("telco", called));

    [Fact]
    public void A_trunk_reaches_a_room_only_when_a_pin_guards_it()
    {
        _house.Standing("1234");
        Assert.Equal(new RouteTarget.Refused(403, RouteReason.RoomWithoutPin), Enter("spare", "+39050100301"));

        _house.Directory.SetStanding([]);
        _house.Standing("1234", guestPin: "4711");
        Assert.Equal(new RouteTarget.Room("1234"), Enter("spare", "+39050100301"));
    }

    [Fact]
    public void A_trunk_never_reaches_a_trunk() => Assert.Equal(new RouteTarget.Refused(404, RouteReason.NoInboundRoute), Enter("telco", "+44123"));

    [Fact]
    public void A_trunk_that_is_off_lets_nobody_in() => Assert.Equal(new RouteTarget.Refused(403, RouteReason.TrunkDisabled), Enter("off", "+39050100"));

    [Fact]
    public void The_answer_tells_how_it_came_about()
    {
        var answer = _house.Router.Explain(new RouteQuestion("00501234") { Extension = "200" });

        Assert.Equal(
            [
                "CallerExtension 200 Anna", "RuleMatched Italy 0. National", "TrunkSkipped off",
                "TrunkTried telco +39501234 +39050100200", "TrunkTried spare 0501234 +39050100200",
            ],
            answer.Steps.Select(s => $"{s.Reason} {string.Join(' ', s.Values)}"));
    }

    [Fact]
    public void The_caller_of_a_trunk_is_written_as_the_house_does()
    {
        var answer = _house.Router.Explain(new RouteQuestion("+39050100") { Trunk = "telco", Caller = "0044123" });

        Assert.Equal("+44123", answer.Caller);
        Assert.Contains(answer.Steps, s => s.Reason == RouteReason.CallerRewritten && s.Values.SequenceEqual(["0044123", "+44123", "00."]));
    }

    [Fact]
    public void A_limit_that_is_reached_shows()
    {
        for (var i = 0; i < 60; i++) _house.Tolls.Begin("200", $"{i:00}999", CallClass.National);

        Assert.Equal(new RouteTarget.Refused(403, RouteReason.LimitReached), Ask("200", "00501234"));
    }

    private RouteTarget Ask(string extension, string dialled) => _house.Router.Decide(new RouteQuestion(dialled) { Extension = extension });

    private RouteTarget Enter(string trunk, string called) => _house.Router.Decide(new RouteQuestion(called) { Trunk = trunk });
}
