using System.Net;
using AngleSharp.Html.Dom;
using Conference.Core.Accounts;
using Conference.Core.Routing;
using Conference.Sip.Trunks;
using Conference.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;

namespace Conference.Web.Tests.Features;

public sealed class TrunksTests
{
    private const string Secret = "s3cret-of-the-line";

    [Fact]
    public async Task A_trunk_is_set_up_and_its_secret_never_shown_again()
    {
        using var site = await TestSite.OpenAsync();
        var admin = await site.SignInAsync(TestSite.Admin);

        var list = await admin.FollowAsync(await NewAsync(admin, ("Form.PeerNetworks", "192.0.2.0/28"), ("Form.Codecs", "pcma, g722"), ("Form.Servers", "sip1.example.org\n192.0.2.1:5070"), ("Form.NumbersIn[0].Pattern", "39X."), ("Form.NumbersIn[0].Drop", "2"), ("Form.NumbersIn[0].Prepend", "+39")));

        var plan = Assert.Single(site.Get<RouteBook>().Plan.Trunks);
        Assert.Equal((Secret, "4711", "sip.example.org"), (plan.Line.Secret, plan.Line.User, plan.Line.Domain));
        Assert.Equal(["sip:sip1.example.org", "sip:192.0.2.1:5070"], plan.Line.Servers.AsEnumerable());
        Assert.Equal(["PCMA", "G722"], plan.Codecs.AsEnumerable());
        Assert.Equal("192.0.2.0/28", Networks.Write(plan.PeerNetworks));
        Assert.Equal(new NumberRewrite("39X.", 2, "+39"), Assert.Single(plan.NumbersIn));
        var page = await admin.PageAsync(list.QuerySelector("[data-trunk='telco'] a")!.GetAttribute("href")!);
        Assert.DoesNotContain(Secret, page.DocumentElement.OuterHtml, StringComparison.Ordinal);
        Assert.Equal("39X.", page.QuerySelector("[name='Form.NumbersIn[0].Pattern']")!.GetAttribute("value"));
        Assert.DoesNotContain(Secret, await site.InDbAsync(async db => string.Join('\n', (await db.Trunks.ToListAsync()).Select(t => t.Secret + t.Plan))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Saved_without_a_new_secret_it_keeps_the_old_one()
    {
        using var site = await TestSite.OpenAsync();
        var admin = await site.SignInAsync(TestSite.Admin);
        await NewAsync(admin);

        await admin.SubmitAsync($"/trunks/{await IdAsync(site)}", "#trunk", ("Form.MaxChannels", "3"));

        Assert.Equal((Secret, 3), (site.Get<RouteBook>().Plan.Trunks[0].Line.Secret, site.Get<RouteBook>().Plan.Trunks[0].MaxChannels));
    }

    [Theory]
    [InlineData("Form.Domain", "not a host", "is no name of a host")]
    [InlineData("Form.Domain", "sip:sip.example.org", "is no name of a host")]
    [InlineData("Form.Name", "<b>", "Letters, digits, blanks")]
    [InlineData("Form.User", "", "a user name is needed")]
    [InlineData("Form.User", "a@b", "No blanks, no @")]
    [InlineData("Form.Servers", "http://x", "is no server")]
    [InlineData("Form.Servers", "10.0.0.1:99999", "is no server")]
    [InlineData("Form.PeerNetworks", "everywhere", "is no network")]
    [InlineData("Form.Codecs", "MP3", "is none of these")]
    [InlineData("Form.Expires", "5", "From 60 to 86400.")]
    [InlineData("Form.Transport", "pigeon", "Choose one of the list.")]
    [InlineData("Form.FailoverCodes", "200", "Status codes are from 400 to 699")]
    [InlineData("Form.FailoverCodes", "busy", "Status codes with blanks or commas between")]
    [InlineData("Form.MaxCallsPerSecond", "0", "From 1 to 1000.")]
    [InlineData("Form.LocalAddress", "here", "is no address")]
    [InlineData("Form.ExtraHeaders", "X-Account 4711", "is no header")]
    [InlineData("Form.ExtraHeaders", "X-A: 1\nVia: SIP/2.0/UDP x", "The header Via is written by this server")]
    [InlineData("Form.ExtraHeaders", "f: <sip:x>", "The header f is written by this server")]
    [InlineData("Form.PinnedCertificate", "ab", "64 hexadecimal digits")]
    public async Task What_is_wrong_is_said_beside_it_and_nothing_is_stored(string field, string value, string sentence)
    {
        using var site = await TestSite.OpenAsync();
        var admin = await site.SignInAsync(TestSite.Admin);

        var page = await Browser.ReadAsync(await NewAsync(admin, (field, value)));

        Assert.Contains(sentence, page.GetElementById($"f{field[1..]}-problem")!.TextContent, StringComparison.Ordinal);
        Assert.Empty(site.Get<RouteBook>().Plan.Trunks);
        if (field != "Form.Name") Assert.Equal("telco", page.QuerySelector("[name='Form.Name']")!.GetAttribute("value"));
        Assert.DoesNotContain(Secret, page.DocumentElement.OuterHtml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_of_numbers_that_is_no_pattern_is_said_at_the_row()
    {
        using var site = await TestSite.OpenAsync();
        var admin = await site.SignInAsync(TestSite.Admin);

        var page = await Browser.ReadAsync(await NewAsync(admin, ("Form.NumbersOut[1].Pattern", "0039 x")));

        Assert.Contains("This is no pattern.", page.QuerySelector(".rewrite .problem")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("0039 x", page.QuerySelector("[name='Form.NumbersOut[1].Pattern']")!.GetAttribute("value"));
    }

    [Theory]
    [InlineData(TrialStep.Locate, 0, "The name was not found.")]
    [InlineData(TrialStep.Connect, 0, "a firewall may stand between")]
    [InlineData(TrialStep.Answer, 0, "Nothing answered.")]
    [InlineData(TrialStep.Register, 401, "User name or secret are not accepted.")]
    [InlineData(TrialStep.Register, 403, "refuses it")]
    [InlineData(TrialStep.Register, 404, "knows no such user")]
    [InlineData(TrialStep.Register, 423, "longer between sign-ins")]
    [InlineData(TrialStep.Register, 503, "is in trouble")]
    [InlineData(TrialStep.Register, 0, "was not answered")]
    [InlineData(TrialStep.Register, 488, "status 488")]
    public async Task A_test_says_which_step_failed_and_what_to_do(TrialStep step, int status, string sentence)
    {
        using var site = await TestSite.OpenAsync();
        site.Trunks.Trial = [.. Enum.GetValues<TrialStep>().Where(s => s < step).Select(s => new TrialOutcome(s, true, "fine", 200)), new TrialOutcome(step, false, "<why>", status)];
        var admin = await site.SignInAsync(TestSite.Admin);

        var page = await Browser.ReadAsync(await NewAsync(admin, ("act", "test")));

        Assert.Contains(sentence, page.QuerySelector($"[data-step={step}][data-good=false]")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(site.Trunks.Trial.Length, page.QuerySelectorAll("[data-step]").Length);
        Assert.Equal(Secret, Assert.Single(site.Trunks.Tried).Secret);
        Assert.Empty(site.Get<RouteBook>().Plan.Trunks); // a test saves nothing
    }

    [Fact]
    public async Task A_secret_typed_before_a_test_is_saved_after_it_and_was_in_no_page()
    {
        using var site = await TestSite.OpenAsync();
        site.Trunks.Trial = [new TrialOutcome(TrialStep.Locate, true, "")];
        var admin = await site.SignInAsync(TestSite.Admin);

        var tested = await Browser.ReadAsync(await NewAsync(admin, ("act", "test")));
        Assert.DoesNotContain(Secret, tested.DocumentElement.OuterHtml, StringComparison.Ordinal);
        await admin.SubmitAsync((IHtmlFormElement)tested.QuerySelector("#trunk")!, "/trunks");

        Assert.Equal(Secret, Assert.Single(site.Get<RouteBook>().Plan.Trunks).Line.Secret);
    }

    [Fact]
    public async Task A_preview_shows_what_becomes_of_a_number()
    {
        using var site = await TestSite.OpenAsync();
        var admin = await site.SignInAsync(TestSite.Admin);

        var page = await Browser.ReadAsync(await NewAsync(
            admin, ("act", "preview"), ("Form.Sample", "00390501234567"), ("Form.NumbersIn[0].Pattern", "0039X."), ("Form.NumbersIn[0].Drop", "4"), ("Form.NumbersIn[0].Prepend", "+39")));

        Assert.Equal("+390501234567", page.QuerySelector("#preview-in")!.TextContent);
        Assert.Equal("00390501234567", page.QuerySelector("#preview-out")!.TextContent);
        Assert.Empty(site.Get<RouteBook>().Plan.Trunks);
    }

    [Fact]
    public async Task How_a_trunk_is_and_why_is_shown()
    {
        using var site = await TestSite.OpenAsync();
        var admin = await site.SignInAsync(TestSite.Admin);
        await NewAsync(admin);
        site.Trunks.States = [new TrunkState("telco", TrunkHealth.Down, "403 <Forbidden>", DateTimeOffset.UtcNow)];

        var row = (await admin.PageAsync("/trunks")).QuerySelector("[data-trunk='telco']")!;

        Assert.Equal("down", row.QuerySelector(".tag.bad")!.TextContent);
        Assert.Contains("403 <Forbidden>", row.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task How_callers_and_forwards_are_named_is_chosen_and_the_state_stands_on_its_page()
    {
        using var site = await TestSite.OpenAsync();
        var admin = await site.SignInAsync(TestSite.Admin);
        await NewAsync(admin, ("Form.WritesRemotePartyId", "true"), ("Form.Redirection", "HistoryInfo"), ("Form.Identity", "NumberInFrom"));
        site.Trunks.States = [new TrunkState("telco", TrunkHealth.Up, "registered", DateTimeOffset.UtcNow)];

        var plan = Assert.Single(site.Get<RouteBook>().Plan.Trunks);
        Assert.Equal((true, RedirectionStyle.HistoryInfo, OutgoingIdentity.NumberInFrom), (plan.WritesRemotePartyId, plan.Redirection, plan.Identity));
        var page = await admin.PageAsync($"/trunks/{await IdAsync(site)}");
        Assert.Equal("HistoryInfo", ((IHtmlSelectElement)page.QuerySelector("[name='Form.Redirection']")!).Value);
        Assert.Equal("works", page.QuerySelector("#watched .tag.good")!.TextContent);
    }

    [Fact]
    public async Task How_calls_go_out_by_it_is_set_and_shown_again()
    {
        using var site = await TestSite.OpenAsync();
        var admin = await site.SignInAsync(TestSite.Admin);
        await NewAsync(
            admin, ("Form.MaxCallsPerSecond", "2"), ("Form.Classes", "National"), ("Form.FailoverCodes", "503; 480"), ("Form.DeadSeconds", "90"), ("Form.LocalAddress", "192.0.2.5"),
            ("Form.ExtraHeaders", "X-Account: 4711\r\nX-Site: Pisa"), ("Form.Protection", "Require"), ("Form.EarlyMedia", "Ringing"), ("Form.Keys", "InBand"),
            ("Form.Hours[0].Days", "Monday"), ("Form.Hours[0].From", "08:00"), ("Form.Hours[0].To", "18:00"));

        var plan = Assert.Single(site.Get<RouteBook>().Plan.Trunks);
        Assert.Equal((2, "1 0800-1800", TimeSpan.FromSeconds(90), "192.0.2.5"), (plan.MaxCallsPerSecond, plan.Hours?.ToString(), plan.Line.DeadFor, plan.Line.LocalAddress));
        Assert.Equal([480, 503], plan.FailoverCodes.AsEnumerable());
        Assert.Equal([CallClass.National], plan.Classes);
        Assert.Equal([new("X-Account", "4711"), new ExtraHeader("X-Site", "Pisa")], plan.ExtraHeaders.AsEnumerable());
        Assert.Equal((VoiceProtection.Require, EarlyMedia.Ringing, KeyMode.InBand), (plan.Protection, plan.EarlyMedia, plan.Keys));
        var page = await admin.PageAsync($"/trunks/{await IdAsync(site)}");
        Assert.Equal(("480, 503", "90"), (page.QuerySelector("[name='Form.FailoverCodes']")!.GetAttribute("value"), page.QuerySelector("[name='Form.DeadSeconds']")!.GetAttribute("value")));
        Assert.True(page.QuerySelector("[name='Form.Hours[0].Days'][value=Monday]")!.HasAttribute("checked"));
        Assert.True(page.QuerySelector("[name='Form.Classes'][value=National]")!.HasAttribute("checked"));
    }

    [Fact]
    public async Task A_removed_trunk_is_gone()
    {
        using var site = await TestSite.OpenAsync();
        var admin = await site.SignInAsync(TestSite.Admin);
        await NewAsync(admin);

        var answer = await admin.SubmitAsync($"/trunks/{await IdAsync(site)}", "form[data-ask]");

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Empty(site.Get<RouteBook>().Plan.Trunks);
    }

    private static async Task<HttpResponseMessage> NewAsync(Browser admin, params (string Name, string Value)[] more)
    {
        (string, string)[] fields = [("Form.Name", "telco"), ("Form.Domain", "sip.example.org"), ("Form.User", "4711"), ("Form.NewSecret", Secret)];
        return await admin.SubmitAsync("/trunks/new", "#trunk", [.. fields, .. more]);
    }

    private static Task<Guid> IdAsync(TestSite site) => site.InDbAsync(db => db.Trunks.Select(t => t.Id).SingleAsync());
}
