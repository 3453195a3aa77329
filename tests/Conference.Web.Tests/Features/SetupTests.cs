using System.Net;
using Conference.Web.Features.Shared;
using Conference.Web.Tests.Testing;

namespace Conference.Web.Tests.Features;

public sealed class SetupTests
{
    [Fact]
    public async Task The_one_time_link_makes_the_first_administrator_and_is_then_gone()
    {
        using var site = await new TestSite(peopled: false).StartedAsync();
        var token = site.NewSetupToken();
        var browser = site.Visitor();

        var answer = await browser.SubmitAsync($"/setup/{token}", "form.sheet", ("DisplayName", "Ada"), ("UserName", "ada"), ("Password", TestSite.Password));
        var home = await browser.FollowAsync(answer);

        Assert.Contains("Welcome", home.Words(), StringComparison.Ordinal);
        Assert.NotNull(home.QuerySelector("a[href='/settings']"));
        var used = await site.Visitor().GetAsync($"/setup/{token}");
        Assert.Equal(HttpStatusCode.NotFound, used.StatusCode);
        var page = await Browser.ReadAsync(used);
        Assert.Contains("It has been used, or its hour is over.", page.Words(), StringComparison.Ordinal);
        Assert.NotNull(page.QuerySelector("main a[href='/sign-in']"));
    }

    [Fact]
    public async Task A_weak_password_is_explained_and_does_not_use_up_the_link()
    {
        using var site = await new TestSite(peopled: false).StartedAsync();
        var token = site.NewSetupToken();
        var browser = site.Visitor();

        var answer = await browser.SubmitAsync($"/setup/{token}", "form.sheet", ("DisplayName", "Ada"), ("Password", "short"));
        var page = await Browser.ReadAsync(answer);

        Assert.Contains("at least 10 characters", page.QuerySelector("#password-problem")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync($"/setup/{token}")).StatusCode);
    }

    [Theory]
    [InlineData("wrong")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Another_token_finds_nothing(string token)
    {
        using var site = await new TestSite(peopled: false).StartedAsync();

        Assert.Equal(HttpStatusCode.NotFound, (await site.Visitor().GetAsync($"/setup/{token}")).StatusCode);
    }

    [Fact]
    public async Task Two_who_submit_at_once_make_one_administrator()
    {
        using var site = await new TestSite(peopled: false).StartedAsync();
        var token = site.NewSetupToken();

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => site.Visitor().SubmitAsync(
            $"/setup/{token}", "form.sheet", ("DisplayName", $"Ada {i}"), ("UserName", $"ada{i}"), ("Password", TestSite.Password))));

        Assert.Single(answers, a => a.StatusCode == HttpStatusCode.Redirect);
    }

    [Fact]
    public void A_link_dies_after_an_hour()
    {
        var time = new MovedTime();
        using var link = new SetupLink(time);
        link.Open();
        var token = link.TakeToken()!;

        time.Move(TimeSpan.FromMinutes(59));
        Assert.True(link.Fits(token));
        time.Move(TimeSpan.FromMinutes(1));
        Assert.False(link.Fits(token));
    }

    [Fact]
    public void A_link_is_told_once_and_a_new_one_kills_the_old()
    {
        using var link = new SetupLink(new MovedTime());
        link.Open();
        var first = link.TakeToken()!;
        Assert.Null(link.TakeToken());

        link.Open();

        Assert.False(link.Fits(first));
        Assert.True(link.Fits(link.TakeToken()!));
    }

    [Fact]
    public async Task An_unattended_install_has_its_administrator_and_no_link()
    {
        using var site = await TestSite.OpenAsync();

        Assert.False(site.Get<SetupLink>().IsOpen);
        await site.SignInAsync(TestSite.Admin);
    }
}
