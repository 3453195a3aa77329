using Conference.Core.Accounts;
using Conference.Core.Routing;
using Conference.Infrastructure.Accounts;
using Conference.Infrastructure.Routing;
using Conference.Sip.Trunks;
using Conference.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;

namespace Conference.Web.Tests.Features;

public sealed class RoutesTests
{
    [Fact]
    public async Task The_set_of_a_country_is_added_by_one_button_and_opens_nothing()
    {
        using var site = await WithTrunkAsync();
        var admin = await site.SignInAsync(TestSite.Admin);

        var page = await admin.FollowAsync(await admin.SubmitAsync("/routes", "#starting", ("Start.Country", "it"), ("Start.Prefix", "0")));

        Assert.Contains("Rules added:", page.Words(), StringComparison.Ordinal);
        Assert.Equal("National", page.QuerySelector("[data-rule='00Z.'] .tag")!.TextContent);
        Assert.Equal("refused", await AskAsync(admin, "00501234567", "201"));
        Assert.Equal("goes out by telco", await AskAsync(admin, "112", "201"));
        Assert.Equal("goes out by telco", await AskAsync(admin, "0112", "201"));
    }

    [Fact]
    public async Task What_happens_is_explained_step_by_step()
    {
        using var site = await WithTrunkAsync();
        var admin = await site.SignInAsync(TestSite.Admin);
        await admin.SubmitAsync("/routes/out/new", "#rule", ("Form.Name", "National"), ("Form.Pattern", "0Z."), ("Form.Class", "National"), ("Form.First", "telco"));

        var page = await admin.PageAsync("/routes?number=0501234567&by=201");

        Assert.Equal(["CallerExtension", "RuleMatched", "ClassForbidden"], page.QuerySelectorAll("[data-reason]").Select(s => s.GetAttribute("data-reason")));
        Assert.Contains("The caller has no permission for this kind of call: National.", page.QuerySelector("#answer")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_reason_has_a_sentence()
    {
        using var site = await WithTrunkAsync();
        var admin = await site.SignInAsync(TestSite.Admin);
        foreach (var query in new[] { "number=%3Cscript%3E&by=201", "number=201&by=", "number=9&by=999", "number=0501&by=trunk:telco&caller=1", "number=0501&by=trunk:nobody", "number=201&by=201", $"number={new string('1', 80)}" })
            Assert.DoesNotContain(Enum.GetNames<RouteReason>(), name => (admin.PageAsync($"/routes?{query}").Result.QuerySelector("#answer")?.TextContent ?? "").Contains(name, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rules_are_ordered_by_their_buttons()
    {
        using var site = await WithTrunkAsync();
        var admin = await site.SignInAsync(TestSite.Admin);
        foreach (var pattern in new[] { "1.", "2.", "3." })
            await admin.SubmitAsync("/routes/out/new", "#rule", ("Form.Name", "x"), ("Form.Pattern", pattern), ("Form.First", "telco"));

        await admin.SubmitAsync("/routes", "[data-rule='3.'] form", ("up", "true"));
        await admin.SubmitAsync("/routes", "[data-rule='1.'] form", ("up", "false"));

        Assert.Equal(["3.", "1.", "2."], site.Get<RouteBook>().Plan.Out.Select(r => r.Pattern));
    }

    [Theory]
    [InlineData("Form.Pattern", "0Z", "")]
    [InlineData("Form.Pattern", "0 Z", "This is no pattern.")]
    [InlineData("Form.Pattern", "", "Please fill this in.")]
    [InlineData("Form.First", "nobody", "Choose one of the list.")]
    [InlineData("Form.Prepend", "abc", "A number as it is dialled")]
    [InlineData("Form.Drop", "99", "From 0 to 32.")]
    [InlineData("Form.EnumSuffix", "e164 arpa", "suffix of an ENUM tree")]
    public async Task A_bad_rule_is_explained_beside_its_field(string field, string value, string sentence)
    {
        using var site = await WithTrunkAsync();
        var admin = await site.SignInAsync(TestSite.Admin);

        var answer = await admin.SubmitAsync("/routes/out/new", "#rule", ("Form.Name", "x"), ("Form.Pattern", "1."), (field, value));

        if (sentence.Length == 0)
        {
            Assert.Equal(value, Assert.Single(site.Get<RouteBook>().Plan.Out).Pattern);
            return;
        }

        Assert.Empty(site.Get<RouteBook>().Plan.Out);
        Assert.Contains(sentence, (await Browser.ReadAsync(answer)).GetElementById("problems")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_route_in_leads_where_it_was_told()
    {
        using var site = await WithTrunkAsync();
        var admin = await site.SignInAsync(TestSite.Admin);

        await admin.SubmitAsync("/routes/in/new", "#inbound", ("Form.Pattern", "+390501234567"), ("Form.Trunk", "telco"), ("Form.Kind", "Extension"), ("Form.Target", "201"));

        Assert.Equal(new InboundRoute("telco", "+390501234567", InboundKind.Extension, "201"), Assert.Single(site.Get<RouteBook>().Plan.In));
        Assert.Equal("rings at 201", await AskAsync(admin, "%2B390501234567", "trunk:telco"));
        var missing = await Browser.ReadAsync(await admin.SubmitAsync("/routes/in/new", "#inbound", ("Form.Pattern", "!"), ("Form.Kind", "Room")));
        Assert.Equal("Please fill this in.", missing.GetElementById("form.Target-problem")!.TextContent);
    }

    [Fact]
    public async Task A_rule_with_hours_and_a_pin_says_so_in_words_and_never_shows_the_pin()
    {
        using var site = await WithTrunkAsync();
        var admin = await site.SignInAsync(TestSite.Admin);
        await admin.SubmitAsync("/routes/permissions", "#permissions", ("may", $"{await site.InDbAsync(db => db.Extensions.Select(e => e.Id).SingleAsync())}:National"));

        await admin.SubmitAsync(
            "/routes/out/new", "#rule", ("Form.Name", "Office"), ("Form.Pattern", "0Z."), ("Form.Class", "National"), ("Form.First", "telco"), ("Form.NewPin", "471147"),
            ("Form.Hours[0].Days", "Monday"), ("Form.Hours[0].From", "08:00"), ("Form.Hours[0].To", "18:00"));

        var rule = Assert.Single(site.Get<RouteBook>().Plan.Out);
        Assert.Equal(("471147", "1 0800-1800"), (rule.Pin, rule.Hours?.ToString()));
        var open = await admin.PageAsync("/routes?number=0501234567&by=201&at=2026-11-23T10:00"); // a Monday
        Assert.Equal(["CallerExtension", "RuleMatched", "PinAsked", "TrunkTried"], open.QuerySelectorAll("[data-reason]").Select(s => s.GetAttribute("data-reason")));
        Assert.Contains("asked for the PIN of the rule “Office”", open.QuerySelector("#answer")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Mon 08:00–18:00", open.QuerySelector("[data-rule='0Z.']")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("with PIN", open.QuerySelector("[data-rule='0Z.']")!.TextContent, StringComparison.Ordinal);
        var closed = await admin.PageAsync("/routes?number=0501234567&by=201&at=2026-11-24T10:00");
        Assert.Contains("counts only Mon 08:00–18:00", closed.QuerySelector("[data-reason=RuleResting]")!.TextContent, StringComparison.Ordinal);
        var edit = await admin.PageAsync(open.QuerySelector("[data-rule='0Z.'] a")!.GetAttribute("href")!);
        Assert.DoesNotContain("471147", $"{open.DocumentElement.OuterHtml}{edit.DocumentElement.OuterHtml}", StringComparison.Ordinal);
        Assert.True(edit.QuerySelector("[name='Form.Hours[0].Days'][value=Monday]")!.HasAttribute("checked"));

        await admin.SubmitAsync(open.QuerySelector("[data-rule='0Z.'] a")!.GetAttribute("href")!, "#rule", ("Form.Name", "House"));
        Assert.Equal(("House", "471147"), (site.Get<RouteBook>().Plan.Out[0].Name, site.Get<RouteBook>().Plan.Out[0].Pin));
        await admin.SubmitAsync(open.QuerySelector("[data-rule='0Z.'] a")!.GetAttribute("href")!, "#rule", ("Form.DropsPin", "true"));
        Assert.Null(site.Get<RouteBook>().Plan.Out[0].Pin);
    }

    [Theory]
    [InlineData("Form.NewPin", "12", "4 to 12 digits")]
    [InlineData("Form.Hours[0].From", "08:00", "Choose at least one day.")]
    public async Task Bad_hours_and_pins_are_explained_and_nothing_typed_is_lost(string field, string value, string sentence)
    {
        using var site = await WithTrunkAsync();
        var admin = await site.SignInAsync(TestSite.Admin);

        var page = await Browser.ReadAsync(await admin.SubmitAsync("/routes/out/new", "#rule", ("Form.Name", "x"), ("Form.Pattern", "1."), (field, value)));

        Assert.Contains(sentence, page.GetElementById("problems")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(value, page.QuerySelector($"[name='{field}']")!.GetAttribute("value"));
        Assert.Empty(site.Get<RouteBook>().Plan.Out);
    }

    [Fact]
    public async Task An_emergency_rule_takes_neither_hours_nor_a_pin()
    {
        using var site = await WithTrunkAsync();
        var admin = await site.SignInAsync(TestSite.Admin);

        var page = await Browser.ReadAsync(await admin.SubmitAsync(
            "/routes/out/new", "#rule", ("Form.Name", "x"), ("Form.Pattern", "112"), ("Form.Class", "Emergency"), ("Form.NewPin", "4711"), ("Form.Hours[0].Days", "Monday")));

        Assert.Contains("Emergency calls go at all hours", page.GetElementById("problems")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Emergency calls need no PIN", page.GetElementById("problems")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Limits_are_kept_and_bad_ones_explained()
    {
        using var site = await WithTrunkAsync();
        var admin = await site.SignInAsync(TestSite.Admin);

        await admin.SubmitAsync("/routes", "#toll", ("Limits.CallsPerHour", "7"), ("Limits.Countries", "+39, 49"), ("Limits.LongestMinutes", "30"));

        var limits = site.Get<RouteBook>().Plan.Limits;
        Assert.Equal((7, TimeSpan.FromMinutes(30)), (limits.CallsPerHour, limits.LongestCall));
        Assert.True(limits.Countries.SetEquals(["39", "49"]));
        var bad = await Browser.ReadAsync(await admin.SubmitAsync("/routes", "#toll", ("Limits.LongestMinutes", "0"), ("Limits.Countries", "39; Italy")));
        Assert.Equal("From 1 to 1440.", bad.GetElementById("limits.LongestMinutes-problem")!.TextContent);
        Assert.Equal("39; Italy", bad.QuerySelector("[name='Limits.Countries']")!.GetAttribute("value"));
    }

    [Fact]
    public async Task Permissions_of_all_are_set_in_one_table()
    {
        using var site = await WithTrunkAsync();
        var admin = await site.SignInAsync(TestSite.Admin);
        var id = await site.InDbAsync(db => db.Extensions.Select(e => e.Id).SingleAsync());

        await admin.SubmitAsync("/routes/permissions", "#permissions", ("may", $"{id}:Mobile"));
        Assert.Equal([CallClass.Mobile], site.Get<ExtensionBook>().Find("201")!.Permissions);

        await admin.SubmitAsync("/routes/permissions", "#permissions", ("may", $"{id}:Nonsense"));
        Assert.Empty(site.Get<ExtensionBook>().Find("201")!.Permissions);
    }

    private static async Task<string> AskAsync(Browser admin, string number, string by)
    {
        var words = (await admin.PageAsync($"/routes?number={number}&by={by}")).QuerySelector("#answer .note")!.TextContent.Trim();
        return words.StartsWith("The call is refused", StringComparison.Ordinal) ? "refused" : words["The call ".Length..].TrimEnd('.');
    }

    private static async Task<TestSite> WithTrunkAsync()
    {
        var site = await TestSite.OpenAsync();
        await site.Get<RouteDirectory>().SaveTrunkAsync(null, new TrunkPlan(new TrunkLine("telco", "sip.example.org")), "", default);
        var (extension, _) = await site.Get<DeviceDirectory>().AddExtensionAsync(new ExtensionCard("201", "Reception"), default);
        Assert.NotNull(extension);
        return site;
    }
}
