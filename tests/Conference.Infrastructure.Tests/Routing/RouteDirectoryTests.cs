using System.Net;
using Conference.Core.Routing;
using Conference.Infrastructure.Data;
using Conference.Infrastructure.Routing;
using Conference.Infrastructure.Tests.Testing;
using Conference.Sip.Trunks;
using Microsoft.AspNetCore.DataProtection;

namespace Conference.Infrastructure.Tests.Routing;

public sealed class RouteDirectoryTests
{
    private const string Secret = "tr0mb0ne-Ω";
    private readonly RouteBook _book = new();
    private readonly IDataProtectionProvider _keys = new EphemeralDataProtectionProvider();

    [Theory, MemberData(nameof(TestDb.Both), MemberType = typeof(TestDb))]
    public async Task A_trunk_is_told_with_its_secret_and_stored_without_it(string provider)
    {
        await using var db = await TestDb.NewAsync(provider);
        var plan = Full("telco");

        Assert.Equal(RouteProblem.None, await Directory(db).SaveTrunkAsync(null, plan, Secret, default));

        var directory = Directory(db);
        await directory.LoadAsync(default);
        var told = Assert.Single(_book.Plan.Trunks);
        Assert.Equal(Secret, told.Line.Secret);
        Assert.Matches("^[a-z0-9]{16}$", told.Line.Token);
        Assert.Equal(Text(plan with { Line = plan.Line with { Secret = Secret, Token = told.Line.Token } }), Text(told));
        await using var look = db.CreateDbContext();
        var row = Assert.Single(look.Trunks.ToList());
        Assert.DoesNotContain(Secret, row.Secret + System.Text.Json.JsonSerializer.Serialize(row.Plan.Line), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_new_secret_the_old_one_and_the_token_stay()
    {
        await using var db = await TestDb.NewAsync("Sqlite");
        var directory = Directory(db);
        await directory.SaveTrunkAsync(null, Full("telco"), Secret, default);
        var (id, token) = (db.CreateDbContext().Trunks.Single().Id, _book.Plan.Trunks[0].Line.Token);

        await directory.SaveTrunkAsync(id, Full("telco") with { MaxChannels = 2 }, null, default);

        Assert.Equal((Secret, token, 2), (_book.Plan.Trunks[0].Line.Secret, _book.Plan.Trunks[0].Line.Token, _book.Plan.Trunks[0].MaxChannels));
    }

    [Fact]
    public async Task A_secret_whose_keys_are_gone_is_none_and_ends_nothing()
    {
        await using var db = await TestDb.NewAsync("Sqlite");
        await Directory(db).SaveTrunkAsync(null, Full("telco"), Secret, default);

        var restored = new RouteDirectory(db, _book, new EphemeralDataProtectionProvider());
        await restored.LoadAsync(default);

        Assert.Equal("", _book.Plan.Trunks[0].Line.Secret);
        Assert.Null(restored.SecretOf(db.CreateDbContext().Trunks.Single()));
    }

    [Theory, MemberData(nameof(TestDb.Both), MemberType = typeof(TestDb))]
    public async Task A_renamed_trunk_is_renamed_wherever_it_is_named(string provider)
    {
        await using var db = await TestDb.NewAsync(provider);
        var directory = Directory(db);
        await directory.SaveTrunkAsync(null, Full("telco"), "", default);
        await directory.SaveRuleAsync(null, new DialRule("National", "0Z.", CallClass.National, ["telco", "spare"]), null, default);
        await directory.SaveRouteAsync(null, new InboundRoute("telco", "X.", InboundKind.Extension, "201"), default);

        await directory.SaveTrunkAsync(db.CreateDbContext().Trunks.Single().Id, Full("provider"), null, default);

        Assert.Equal(["provider", "spare"], _book.Plan.Out[0].Trunks.AsEnumerable());
        Assert.Equal("provider", _book.Plan.In[0].Trunk);
    }

    [Fact]
    public async Task A_removed_trunk_is_in_no_rule_and_its_routes_go_with_it()
    {
        await using var db = await TestDb.NewAsync("Sqlite");
        var directory = Directory(db);
        await directory.SaveTrunkAsync(null, Full("telco"), "", default);
        await directory.SaveRuleAsync(null, new DialRule("National", "0Z.", CallClass.National, ["telco"]), null, default);
        await directory.SaveRouteAsync(null, new InboundRoute("telco", "X.", InboundKind.Extension, "201"), default);
        await directory.SaveRouteAsync(null, new InboundRoute(null, "X.", InboundKind.AccessMenu, ""), default);

        Assert.Equal("telco", await directory.RemoveTrunkAsync(db.CreateDbContext().Trunks.Single().Id, default));

        Assert.Empty(_book.Plan.Trunks);
        Assert.Empty(_book.Plan.Out[0].Trunks);
        Assert.Equal(InboundKind.AccessMenu, Assert.Single(_book.Plan.In).Kind);
    }

    [Fact]
    public async Task Two_trunks_do_not_share_a_name()
    {
        await using var db = await TestDb.NewAsync("Sqlite");
        var directory = Directory(db);
        await directory.SaveTrunkAsync(null, Full("telco"), "", default);

        Assert.Equal(RouteProblem.NameTaken, await directory.SaveTrunkAsync(null, Full("TELCO"), "", default));
        Assert.Equal(RouteProblem.NotFound, await directory.SaveTrunkAsync(Guid.NewGuid(), Full("other"), "", default));
    }

    [Theory, MemberData(nameof(TestDb.Both), MemberType = typeof(TestDb))]
    public async Task Hours_and_pins_are_kept_and_no_pin_stands_in_the_database(string provider)
    {
        await using var db = await TestDb.NewAsync(provider);
        var directory = Directory(db);
        var hours = TimeTable.Read("12345 0800-1800;6 0900-1200");
        await directory.SaveRuleAsync(null, new DialRule("Abroad", "00Z.", CallClass.International, ["telco"]) { Hours = hours }, "471147", default);
        await directory.SaveRouteAsync(null, new InboundRoute(null, "!", InboundKind.AccessMenu, "") { Hours = hours }, default);

        await Directory(db).LoadAsync(default);

        var stored = db.CreateDbContext().DialRules.Single();
        Assert.Equal((hours, "471147", hours), (_book.Plan.Out[0].Hours, _book.Plan.Out[0].Pin, _book.Plan.In[0].Hours));
        Assert.DoesNotContain("471147", $"{stored.Pin}{_book.Plan.Out[0]}{_book.Plan}", StringComparison.Ordinal);

        await directory.SaveRuleAsync(stored.Id, stored.Rule with { Name = "World", Hours = null }, null, default);
        Assert.Equal(("World", null, "471147"), (_book.Plan.Out[0].Name, _book.Plan.Out[0].Hours, _book.Plan.Out[0].Pin));
        await directory.SaveRuleAsync(stored.Id, stored.Rule, "", default);
        Assert.Null(_book.Plan.Out[0].Pin);
    }

    [Fact]
    public async Task A_pin_whose_keys_are_gone_is_not_none()
    {
        await using var db = await TestDb.NewAsync("Sqlite");
        await Directory(db).SaveRuleAsync(null, new DialRule("Abroad", "00Z.", CallClass.International, ["telco"]), "471147", default);

        await new RouteDirectory(db, _book, new EphemeralDataProtectionProvider()).LoadAsync(default);

        Assert.Equal("", _book.Plan.Out[0].Pin);
    }

    [Theory, MemberData(nameof(TestDb.Both), MemberType = typeof(TestDb))]
    public async Task The_order_of_rules_is_what_one_makes_it(string provider)
    {
        await using var db = await TestDb.NewAsync(provider);
        var directory = Directory(db);
        foreach (var name in new[] { "a", "b", "c" }) await directory.SaveRuleAsync(null, new DialRule(name, $"{name}.", CallClass.Local, []), null, default);
        var c = db.CreateDbContext().DialRules.Single(r => r.Name == "c").Id;

        await directory.MoveRuleAsync(c, true, default);
        await directory.MoveRuleAsync(c, true, default);
        await directory.MoveRuleAsync(c, true, default); // already first

        Assert.Equal(["c", "a", "b"], _book.Plan.Out.Select(r => r.Name));
        Assert.False(await directory.MoveRuleAsync(Guid.NewGuid(), true, default));
    }

    [Fact]
    public async Task A_starting_set_added_twice_is_there_once()
    {
        await using var db = await TestDb.NewAsync("Sqlite");
        var directory = Directory(db);
        DialRule[] rules = [new("Emergency", "112", CallClass.Emergency, []), new("Mobile", "3X.", CallClass.Mobile, [])];

        Assert.Equal(2, await directory.AddRulesAsync(rules, default));
        Assert.Equal(0, await directory.AddRulesAsync(rules, default));
        Assert.Equal(2, _book.Plan.Out.Length);
    }

    [Theory, MemberData(nameof(TestDb.Both), MemberType = typeof(TestDb))]
    public async Task Limits_are_told_and_kept(string provider)
    {
        await using var db = await TestDb.NewAsync(provider);
        var limits = new TollLimits { CallsPerHour = 5, LongestCall = TimeSpan.FromMinutes(90), Countries = ["39", "49"] };
        var told = new List<RoutePlan>();
        var directory = Directory(db);
        _book.Changed += told.Add;

        await directory.SaveLimitsAsync(limits, default);

        Assert.Equivalent(limits, Assert.Single(told).Limits);
        var again = Directory(db);
        await again.LoadAsync(default);
        Assert.Equivalent(limits, _book.Plan.Limits);
    }

    private static string Text<T>(T value) => System.Text.Json.JsonSerializer.Serialize(value, PlanJson.Options);

    private RouteDirectory Directory(TestDb db) => new(db, _book, _keys);

    private static TrunkPlan Full(string name) => new(new TrunkLine(name, "sip.example.org") { Servers = ["sip:10.0.0.1"], Registers = true, User = "4711", Expires = TimeSpan.FromMinutes(2), DeadFor = TimeSpan.FromSeconds(45), LocalAddress = "192.0.2.5" })
    {
        PeerNetworks = [IPNetwork.Parse("192.0.2.0/24")],
        NumbersIn = [new NumberRewrite("39.", 2, "+39")],
        NumbersOut = [new NumberRewrite("00.", 2, "+")],
        Identity = OutgoingIdentity.NumberInFrom,
        MainNumber = "+390501234567",
        MaxChannels = 8,
        MaxCallsPerSecond = 3,
        Classes = [CallClass.National],
        Hours = TimeTable.Read("12345 0800-1800"),
        FailoverCodes = [480, 503],
        Protection = VoiceProtection.Require,
        EarlyMedia = EarlyMedia.Ringing,
        ExtraHeaders = [new ExtraHeader("X-Account", "4711")],
        Codecs = ["PCMA"],
        Keys = KeyMode.Info,
    };
}
