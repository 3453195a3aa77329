using System.Net;
using System.Text.Json;
using Conference.Core.Calls;
using Conference.Infrastructure.Data;
using Conference.Web.Tests.Testing;

namespace Conference.Web.Tests.Features;

public sealed class AdministrationTests
{
    [Fact]
    public async Task One_gives_oneself_a_mail_address_that_nobody_else_has()
    {
        using var site = await TestSite.OpenAsync();
        var admin = await site.SignInAsync(TestSite.Admin);

        var taken = await Browser.ReadAsync(await admin.SubmitAsync("/account", "form[action='/account']", ("Email", "anna@example.org")));
        Assert.Contains("Somebody else has that mail address.", taken.Body!.TextContent, StringComparison.Ordinal);

        var saved = await admin.FollowAsync(await admin.SubmitAsync("/account", "form[action='/account']", ("Email", "boss@example.org")));
        Assert.Equal("boss@example.org", saved.QuerySelector("[name=Email]")!.GetAttribute("value"));
    }

    [Fact]
    public async Task A_new_person_chooses_their_password_with_a_link_that_works_once()
    {
        using var site = await TestSite.OpenAsync();
        var admin = await site.SignInAsync(TestSite.Admin);
        var page = await admin.FollowAsync(await admin.SubmitAsync("/people", "form[action='/people']", ("Form.DisplayName", "Bob"), ("Form.UserName", "bob"), ("Form.Role", "Host")));
        var link = new Uri(page.QuerySelector("#link")!.TextContent).AbsolutePath;
        Assert.Null((await admin.PageAsync("/people")).QuerySelector("#link")); // shown once

        var bob = site.Visitor();
        var answer = await bob.SubmitAsync(link, "form.sheet", ("Password", TestSite.Password));

        Assert.Equal("/sign-in", answer.Headers.Location!.ToString());
        await site.SignInAsync("bob");
        Assert.Equal(HttpStatusCode.NotFound, (await bob.GetAsync(link)).StatusCode);
    }

    [Fact]
    public async Task Somebody_locked_is_out_within_seconds_and_back_when_unlocked()
    {
        using var site = await TestSite.OpenAsync();
        var admin = await site.SignInAsync(TestSite.Admin);
        var id = await site.IdOfAsync(TestSite.Anna);

        await admin.SubmitAsync("/people", $"form[action='/people/{id}/lock']");
        var refused = await site.Visitor().SubmitAsync("/sign-in", "form[action='/sign-in']", ("Name", TestSite.Anna), ("Password", TestSite.Password));
        await admin.SubmitAsync("/people", $"form[action='/people/{id}/lock']");

        Assert.Equal(HttpStatusCode.OK, refused.StatusCode);
        await site.SignInAsync(TestSite.Anna);
    }

    [Fact]
    public async Task Nobody_takes_the_last_administrator_away()
    {
        using var site = await TestSite.OpenAsync();
        var admin = await site.SignInAsync(TestSite.Admin);
        var id = await site.IdOfAsync(TestSite.Admin);
        var token = (await admin.PageAsync("/people")).QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;

        using var form = new FormUrlEncodedContent([new("_method", "DELETE"), new("__RequestVerificationToken", token)]);
        var page = await admin.FollowAsync(await admin.Http.PostAsync($"/people/{id}", form));

        Assert.Contains("cannot do this to yourself", page.Words(), StringComparison.Ordinal);
        Assert.NotNull(page.QuerySelector("[data-person=admin]"));
    }

    [Fact]
    public async Task Guests_may_dial_from_the_moment_it_is_saved()
    {
        using var site = await TestSite.OpenAsync();
        var admin = await site.SignInAsync(TestSite.Admin);
        Assert.False(site.Get<DialBook>().GuestsMayDial);

        await admin.SubmitAsync("/settings", "form[action='/settings']", ("Form.AccessNumber", "800"), ("Form.GuestsMayDial", "true"));

        Assert.True(site.Get<SettingsStore>().Current.GuestsMayDial);
        Assert.True(site.Get<DialBook>().GuestsMayDial);
        Assert.Contains("800", site.Get<DialBook>().AccessNumbers);
    }

    [Fact]
    public async Task Health_names_the_part_that_is_not_well()
    {
        using var site = await TestSite.OpenAsync();
        var visitor = site.Visitor();
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/health/ready")).StatusCode);

        site.Sip.IsHealthy = false;
        using var answer = await visitor.GetAsync("/health/ready");
        var parts = (await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync())).RootElement.GetProperty("parts");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("failed", parts.GetProperty("sip").GetString());
        Assert.Equal("ok", parts.GetProperty("database").GetString());
    }
}
