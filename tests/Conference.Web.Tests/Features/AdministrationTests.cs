using System.Net;
using System.Text.Json;
using Conference.Core.Accounts;
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
    public async Task The_secret_of_a_phone_is_shown_once_and_opens_its_account()
    {
        using var site = await TestSite.OpenAsync();
        var admin = await site.SignInAsync(TestSite.Admin);

        var page = await admin.FollowAsync(await admin.SubmitAsync("/devices", "form[action='/devices/extensions']", ("Form.Number", "201"), ("Form.Name", "Reception")));

        Assert.Equal("201", page.QuerySelector("#new-username")!.TextContent);
        Assert.True(page.QuerySelector("#secret")!.TextContent.Length >= 16);
        Assert.NotNull(site.Get<DeviceBook>().Find("201"));
        Assert.Null((await admin.PageAsync("/devices")).QuerySelector("#secret"));
    }

    [Fact]
    public async Task A_removed_phone_is_forgotten_at_once()
    {
        using var site = await TestSite.OpenAsync();
        var admin = await site.SignInAsync(TestSite.Admin);
        await admin.SubmitAsync("/devices", "form[action='/devices/extensions']", ("Form.Number", "201"), ("Form.Name", "Reception"));

        await admin.SubmitAsync("/devices", "[data-device='201'] form:has(input[value=DELETE])");

        Assert.Equal(["201"], site.Sip.Unbound);
        Assert.Null(site.Get<DeviceBook>().Find("201"));
    }

    [Theory]
    [InlineData("2", "Reception", "form.Number", "A number has 2 to 15 digits.")]
    [InlineData("２０１", "Reception", "form.Number", "A number has 2 to 15 digits.")]
    [InlineData("201", "", "form.Name", "Please fill this in.")]
    public async Task What_is_wrong_with_an_extension_is_said_beside_its_field(string number, string name, string id, string sentence)
    {
        using var site = await TestSite.OpenAsync();
        var admin = await site.SignInAsync(TestSite.Admin);

        var page = await Browser.ReadAsync(await admin.SubmitAsync("/devices", "form[action='/devices/extensions']", ("Form.Number", number), ("Form.Name", name)));

        Assert.Equal(sentence, page.GetElementById($"{id}-problem")!.TextContent);
    }

    [Fact]
    public async Task Where_a_phone_is_registered_is_shown()
    {
        using var site = await TestSite.OpenAsync();
        var admin = await site.SignInAsync(TestSite.Admin);
        await admin.SubmitAsync("/devices", "form[action='/devices/extensions']", ("Form.Number", "201"), ("Form.Name", "Reception"));
        site.Get<DeviceBook>().Reached(new Reachable("201", "192.0.2.7:5060", "udp", DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddHours(1), "<b>Phone</b>"));

        var row = (await admin.PageAsync("/devices")).QuerySelector("[data-device='201']")!;

        Assert.Equal("true", row.GetAttribute("data-registered"));
        Assert.Contains("192.0.2.7:5060", row.TextContent, StringComparison.Ordinal);
        Assert.Contains("<b>Phone</b>", row.TextContent, StringComparison.Ordinal);
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
