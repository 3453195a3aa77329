using System.Net;
using Conference.Web.Hosting;
using Conference.Web.Tests.Testing;
using Microsoft.Extensions.Options;

namespace Conference.Web.Tests.Hosting;

public sealed class SecurityTests
{
    private static readonly string[] Pages =
    [
        "/", "/bookings/new", "/live", "/calls", "/calls/trace", "/recordings", "/reports",
        "/extensions", "/extensions/range", "/extensions/templates", "/trunks", "/trunks/new",
        "/routes", "/routes/in/new", "/routes/out/new", "/routes/permissions", "/bans",
        "/people", "/settings", "/settings/asterisk", "/account",
    ];

    [Theory]
    [InlineData("/sign-in")]
    [InlineData("/css/site.css")]
    [InlineData("/health/live")]
    [InlineData("/no/such/page")]
    public async Task Every_answer_tells_browsers_what_not_to_do(string path)
    {
        using var site = await new TestSite(peopled: false).StartedAsync();

        using var answer = await site.Visitor().GetAsync(path);

        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options"));
        Assert.Equal(["no-referrer"], answer.Headers.GetValues("Referrer-Policy"));
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Fact]
    public async Task No_page_carries_a_script_or_style_of_its_own()
    {
        using var site = await TestSite.OpenAsync();
        var admin = await site.SignInAsync(TestSite.Admin);

        foreach (var path in Pages)
        {
            var page = await admin.PageAsync(path);
            Assert.Empty(page.QuerySelectorAll("style, [style], script:not([src])"));
            Assert.DoesNotContain(page.All, e => e.Attributes.Any(a => a.Name.StartsWith("on", StringComparison.Ordinal)));
            Assert.Empty(page.All.Where(e => e.Id is { Length: > 0 }).GroupBy(e => e.Id).Where(g => g.Count() > 1).Select(g => $"{path} #{g.Key}"));
        }
    }

    [Fact]
    public async Task Five_wrong_passwords_lock_the_account_even_for_the_right_one()
    {
        using var site = await TestSite.OpenAsync();
        var anna = site.Visitor();
        for (var i = 0; i < 5; i++) await anna.SubmitAsync("/sign-in", "form[action='/sign-in']", ("Name", TestSite.Anna), ("Password", "not hers at all"));

        var answer = await anna.SubmitAsync("/sign-in", "form[action='/sign-in']", ("Name", TestSite.Anna), ("Password", TestSite.Password));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("wait five minutes", (await Browser.ReadAsync(answer)).Words(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_unknown_hears_the_same_as_who_is_wrong()
    {
        using var site = await TestSite.OpenAsync();
        var visitor = site.Visitor();

        var unknown = await Browser.ReadAsync(await visitor.SubmitAsync("/sign-in", "form[action='/sign-in']", ("Name", "nobody"), ("Password", "whatever it is")));
        var wrong = await Browser.ReadAsync(await visitor.SubmitAsync("/sign-in", "form[action='/sign-in']", ("Name", TestSite.Anna), ("Password", "whatever it is")));

        Assert.Equal(unknown.QuerySelector("#problems")!.TextContent, wrong.QuerySelector("#problems")!.TextContent);
    }

    [Fact]
    public async Task One_address_may_guess_only_so_often_in_a_minute()
    {
        using var site = await new TestSite(peopled: true, ("Conference:GuessesPerMinute", "3")).StartedAsync();
        var visitor = site.Visitor();
        for (var i = 0; i < 3; i++) await visitor.SubmitAsync("/sign-in", "form[action='/sign-in']", ("Name", "x"), ("Password", "y"));

        var answer = await visitor.SubmitAsync("/sign-in", "form[action='/sign-in']", ("Name", TestSite.Anna), ("Password", TestSite.Password));

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("http:evil.example")]
    [InlineData("\t//evil.example")]
    public async Task Signing_in_leads_to_no_other_site(string url)
    {
        using var site = await TestSite.OpenAsync();

        var answer = await site.Visitor().SubmitAsync($"/sign-in?returnUrl={Uri.EscapeDataString(url)}", "form[action='/sign-in']", ("Name", TestSite.Anna), ("Password", TestSite.Password), ("ReturnUrl", url));

        Assert.Equal("/", answer.Headers.Location!.ToString());
    }

    [Fact]
    public async Task The_cookie_is_for_this_site_alone_and_no_script_reads_it()
    {
        using var site = await TestSite.OpenAsync();
        using var http = site.CreateDefaultClient();

        using var answer = await http.GetAsync("/sign-in");

        Assert.All(answer.Headers.GetValues("Set-Cookie"), c =>
        {
            Assert.Contains("httponly", c, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("samesite=lax", c, StringComparison.OrdinalIgnoreCase);
        });
    }

    [Fact]
    public async Task What_is_broken_shows_a_reference_and_no_stack()
    {
        using var site = await TestSite.OpenAsync();
        var anna = await site.SignInAsync(TestSite.Anna);
        await site.InDbAsync(db => Microsoft.EntityFrameworkCore.RelationalDatabaseFacadeExtensions.ExecuteSqlRawAsync(db.Database, "DROP TABLE recordings"));

        using var answer = await anna.GetAsync("/recordings");
        var page = await Browser.ReadAsync(answer);

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Contains("Something broke on our side.", page.Words(), StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", page.Source.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", page.Source.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_setting_ends_the_start_with_its_sentence() =>
        Assert.Equal("Say this.", StartFailure.Explain(new OptionsValidationException("", typeof(object), ["Say this."])));

    [Fact]
    public void A_bug_keeps_its_stack_trace() => Assert.Null(StartFailure.Explain(new ArgumentNullException("x")));
}
