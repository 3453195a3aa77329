using System.Net;
using System.Text.Json;
using Conference.Core.Calls;
using Conference.Infrastructure.Data;
using Conference.Infrastructure.Import;
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

    [Theory]
    [InlineData("en", "'{0}' is not known here; rooms are written as 'conf => number,pin,adminpin'.")]
    [InlineData("it", "'{0}' qui non è noto; le sale si scrivono 'conf => numero,pin,adminpin'.")]
    [InlineData("ru", "'{0}' здесь неизвестно; комнаты пишутся так: 'conf => номер,pin,adminpin'.")]
    [InlineData("zh", "此处不识别 '{0}'；会议室写作 'conf => 号码,pin,adminpin'。")]
    public async Task What_is_wrong_with_Asterisks_files_is_said_in_the_language_of_the_reader(string language, string sentence)
    {
        using var site = await TestSite.OpenAsync();
        var plan = AsteriskFiles.Read("conference", new Dictionary<string, string>
        {
            ["meetme.conf"] = "[rooms]\nroom => 1\nconf => x\nconf => 1,abc\nconf => 1\nneither\n#include x\n[\n",
            ["sip.conf"] = "secret=x\n[authentication]\na=b\n[general]\nrealm=x\n[a b]\n[x]\ntype=odd\n[y]\nhost=1.2.3.4\n[z]\n[ok]\nsecret=s\nfoo=1\n[ok]\nsecret=s\n;--\n",
            ["extensions.conf"] = "[globals]\na=b\n[d]\nsame => 1,x\nodd => 1\nexten => 1\nexten => 2,x,MeetMe(1)\nexten => 3,1\nexten => 4,hint,SIP/4\nexten => 5,1,Dial(x)\nexten => 6,1,Wait(1)\nexten => 7,1,MeetMe(abc)\nexten => _8X,1,MeetMe(1)\nexten => 9,1,MeetMe(1,z)\n",
        });
        site.Get<DialBook>().Use(plan);
        var admin = await site.SignInAsync(TestSite.Admin);
        await admin.SubmitAsync("/settings", "form[action='/language']", ("tag", language));

        var rows = (await admin.PageAsync("/settings/asterisk")).QuerySelectorAll("[data-problem] td:last-child").Select(c => c.TextContent).ToList();

        Assert.Equal(plan.Problems.Length, rows.Count);
        Assert.True(rows.Count > 20, $"{rows.Count} lines");
        Assert.Contains(sentence.Replace("{0}", "room", StringComparison.Ordinal), rows);
        if (language == "en") Assert.Equal(plan.Problems.Select(p => p.Sentence), rows);
        else Assert.Empty(rows.Intersect(plan.Problems.Select(p => p.Sentence)));
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
    public async Task Callers_are_spoken_to_in_the_language_that_the_settings_say_from_the_moment_it_is_saved()
    {
        using var site = await TestSite.OpenAsync();
        var admin = await site.SignInAsync(TestSite.Admin);
        var voice = site.Get<Voice>();
        Assert.Same(voice.In("en").Say(Voice.Goodbye).Single(), voice.Say(Voice.Goodbye).Single());

        await admin.SubmitAsync("/settings", "form[action='/settings']", ("Form.Language", "it"));

        Assert.Same(voice.In("it").Say(Voice.Goodbye).Single(), voice.Say(Voice.Goodbye).Single());
        Assert.NotSame(voice.In("en").Say(Voice.Goodbye).Single(), voice.Say(Voice.Goodbye).Single());
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

    [Fact]
    public async Task An_administrator_is_told_how_much_the_house_keeps()
    {
        using var site = await TestSite.OpenAsync();
        var admin = await site.SignInAsync(TestSite.Admin);

        using var answer = await admin.GetAsync("/health/tables");
        var kept = (await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync())).RootElement;

        string[] counts = ["transactions", "dialogs", "subscriptions", "registrations", "voices"];
        Assert.Equal([1, 2, 3, 4, 0], counts.Select(c => kept.GetProperty(c).GetInt32()));
    }
}
