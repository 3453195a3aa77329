using System.Net;
using AngleSharp.Html.Dom;
using Conference.Core;
using Conference.Core.Accounts;
using Conference.Core.Events;
using Conference.Core.Exchange;
using Conference.Core.Routing;
using Conference.Sip.Authentication;
using Conference.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;

namespace Conference.Web.Tests.Features;

public sealed class ExtensionsTests
{
    [Fact]
    public async Task The_secret_of_a_phone_is_shown_once_and_opens_its_account()
    {
        using var site = await TestSite.OpenAsync();
        var admin = await site.SignInAsync(TestSite.Admin);

        var page = await NewAsync(admin);

        Assert.Equal("201", page.QuerySelector("#new-username")!.TextContent);
        var secret = page.QuerySelector("#secret")!.TextContent;
        Assert.True(secret.Length >= 16);
        Assert.Contains(secret, page.QuerySelector("#baresip-UDP")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(site.Get<DeviceBook>().Find("201"));
        var again = await admin.PageAsync(await AccountAsync(site));
        Assert.Null(again.QuerySelector("#secret"));
        Assert.DoesNotContain(secret, again.DocumentElement.OuterHtml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_for_every_phone_are_there_by_every_transport_and_nobodys_name_breaks_them()
    {
        using var site = await TestSite.OpenAsync();
        var admin = await site.SignInAsync(TestSite.Admin);

        var page = await NewAsync(admin, name: "Anna \"<x>\" & Söhne");

        Assert.Equal(12, page.QuerySelectorAll("details[id^=phone-]").Length);
        Assert.NotNull(page.QuerySelector("#yealink-UDP"));
        Assert.NotNull(page.QuerySelector("#snom-TCP"));
        Assert.Contains("<Display_Name_1_>Anna &quot;&lt;x&gt;&quot; &amp; Söhne</Display_Name_1_>", page.QuerySelector("#cisco-UDP")!.TextContent, StringComparison.Ordinal);
        Assert.StartsWith("\"Anna <x> & Söhne\" <sip:201@localhost:", page.QuerySelector("#baresip-UDP")!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "ws://localhost/sip")]
    [InlineData("https://conference.example.org", "wss://conference.example.org/sip")]
    [InlineData("https://conference.example.org:8443/", "wss://conference.example.org:8443/sip")]
    public async Task A_web_phone_gets_its_settings_as_a_script_that_no_name_breaks(string publicUrl, string socket)
    {
        using var site = await new TestSite(true, ("Conference:PublicUrl", publicUrl)).StartedAsync();
        var admin = await site.SignInAsync(TestSite.Admin);

        var page = await NewAsync(admin, name: "Anna \"</script>\" Söhne");

        Assert.Equal(socket, page.QuerySelector("#web-socket")!.TextContent);
        Assert.Equal("sip:201@localhost", page.QuerySelector("#web-address")!.TextContent);
        var secret = page.QuerySelector("#secret")!.TextContent;
        foreach (var script in new[] { "#jssip", "#sipjs" }.Select(id => page.QuerySelector(id)!.TextContent))
        {
            Assert.Contains($"\"{socket}\"", script, StringComparison.Ordinal);
            Assert.Contains($"\"{secret}\"", script, StringComparison.Ordinal);
            Assert.DoesNotContain("</script>", script, StringComparison.Ordinal);
            Assert.Contains("Söhne", script, StringComparison.Ordinal);
        }

        await admin.SubmitAsync(await AccountAsync(site), "#account", ("Form.Transports", "TLS"));
        Assert.Null((await admin.PageAsync(await AccountAsync(site))).QuerySelector("#web")); // it may not come that way
    }

    [Theory]
    [InlineData("2", "Reception", "form.Number", "A number has 2 to 15 digits, with * in front if you like.")]
    [InlineData("２０１", "Reception", "form.Number", "A number has 2 to 15 digits, with * in front if you like.")]
    [InlineData("201", "", "form.Name", "Please fill this in.")]
    public async Task What_is_wrong_with_an_extension_is_said_beside_its_field(string number, string name, string id, string sentence)
    {
        using var site = await TestSite.OpenAsync();
        var admin = await site.SignInAsync(TestSite.Admin);

        var page = await Browser.ReadAsync(await admin.SubmitAsync("/extensions", "form[action='/extensions'][method=post]", ("Form.Number", number), ("Form.Name", name)));

        Assert.Equal(sentence, page.GetElementById($"{id}-problem")!.TextContent);
    }

    [Fact]
    public async Task Everything_about_an_extension_can_be_set_and_is_shown_again()
    {
        using var site = await TestSite.OpenAsync();
        var admin = await site.SignInAsync(TestSite.Admin);
        await NewAsync(admin);
        var path = await PathAsync(site);

        var page = await admin.FollowAsync(await admin.SubmitAsync(
            path, "#extension", ("Form.Name", "Front desk"), ("Form.Permissions", "Mobile"), ("Form.AllowedNetworks", "10.1.2.3/8"), ("Form.RingSeconds", "20"), ("Form.MaxCalls", "2"),
            ("Form.OnBusy", "202"), ("Form.OutsideNumber", "+390501234567"), ("Form.Language", "it"), ("Form.Lamp", "Nobody")));

        var card = site.Get<ExtensionBook>().Find("201")!;
        Assert.Equal(("Front desk", "202", "+390501234567", "it", 2), (card.Name, card.OnBusy, card.OutsideNumber, card.Language, card.MaxCalls));
        Assert.Equal((TimeSpan.FromSeconds(20), LampVisibility.Nobody, "10.0.0.0/8"), (card.RingTimeout, card.Lamp, Networks.Write(card.AllowedNetworks)));
        Assert.Equal([CallClass.Mobile], card.Permissions);
        Assert.Equal("10.0.0.0/8", ((IHtmlTextAreaElement)page.QuerySelector("[name='Form.AllowedNetworks']")!).Value);
        Assert.True(((IHtmlInputElement)page.QuerySelector("#may-Mobile")!).IsChecked);
    }

    [Theory]
    [InlineData("Form.AllowedNetworks", "10.0.0.0/8, office", "office")]
    [InlineData("Form.RingSeconds", "500", "From 5 to 120.")]
    [InlineData("Form.RingSeconds", "soon", "“soon” cannot be read here.")]
    [InlineData("Form.OnBusy", "call Anna", "A number as it is dialled")]
    [InlineData("Form.OutsideNumber", "<script>", "2 to 15 digits")]
    [InlineData("Form.Lamp", "Group", "Name the group, or nobody sees it.", "Form.Group")]
    [InlineData("Form.PersonId", "nobody-at-all", "This person no longer exists.")]
    [InlineData("Form.Language", "tlh", "Choose one of the list.")]
    public async Task What_is_wrong_is_said_beside_it_and_nothing_typed_is_lost(string field, string value, string sentence, string? beside = null)
    {
        using var site = await TestSite.OpenAsync();
        var admin = await site.SignInAsync(TestSite.Admin);
        await NewAsync(admin);

        var page = await Browser.ReadAsync(await admin.SubmitAsync(await PathAsync(site), "#extension", ("Form.Name", "Typed name"), (field, value)));

        Assert.Contains(sentence, page.GetElementById($"f{(beside ?? field)[1..]}-problem")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("Typed name", page.QuerySelector("[name='Form.Name']")!.GetAttribute("value"));
        if (field is not ("Form.Language" or "Form.Lamp" or "Form.PersonId")) Assert.Contains(value, page.QuerySelector($"[name='{field}']") is IHtmlTextAreaElement area ? area.Value : page.QuerySelector($"[name='{field}']")!.GetAttribute("value")!, StringComparison.Ordinal);
        Assert.Equal("Reception", site.Get<ExtensionBook>().Find("201")!.Name);
    }

    [Fact]
    public async Task An_extension_has_a_first_and_a_last_name_a_place_and_a_person_and_outlives_the_person()
    {
        using var site = await TestSite.OpenAsync();
        var admin = await site.SignInAsync(TestSite.Admin);
        await NewAsync(admin);
        var (path, anna) = (await PathAsync(site), await site.IdOfAsync(TestSite.Anna));

        var page = await admin.FollowAsync(await admin.SubmitAsync(
            path, "#extension", ("Form.FirstName", "Anna"), ("Form.Name", "Rossi"), ("Form.Organisation", "Accounting"), ("Form.PersonId", anna), ("Form.Lamp", "Group"), ("Form.Group", "First floor")));

        var card = site.Get<ExtensionBook>().OfPerson(anna)!;
        Assert.Equal(("Anna Rossi", "Anna", "Rossi", "Accounting", "First floor", LampVisibility.Group), (card.Name, card.FirstName, card.LastName, card.Organisation, card.Group, card.Lamp));
        Assert.Equal("Rossi", page.QuerySelector("[name='Form.Name']")!.GetAttribute("value"));
        Assert.Equal(anna, ((IHtmlSelectElement)page.QuerySelector("[name='Form.PersonId']")!).Value);
        Assert.NotNull(page.QuerySelector("#groups option[value='First floor']"));

        await NewAsync(admin, "202", "Bob");
        var other = $"/extensions/{await site.InDbAsync(db => db.Extensions.Where(e => e.Number == "202").Select(e => e.Id).SingleAsync())}";
        Assert.Null((await admin.PageAsync(other)).QuerySelector($"option[value='{anna}']")); // one each
        var refused = await Browser.ReadAsync(await admin.SubmitAsync(other, "#extension", ("Form.PersonId", anna)));
        Assert.Equal("Another extension belongs to this person.", refused.GetElementById("form.PersonId-problem")!.TextContent);

        await admin.SubmitAsync("/people", $"form[data-ask='ask-{anna}']");
        Assert.Null(site.Get<ExtensionBook>().Find("201")!.PersonId);
    }

    [Fact]
    public async Task A_number_may_begin_with_a_star_and_its_first_phone_can_still_be_named()
    {
        using var site = await TestSite.OpenAsync();
        var admin = await site.SignInAsync(TestSite.Admin);

        var page = await NewAsync(admin, "*12", "Intercom");

        Assert.Equal("star12", page.QuerySelector("#new-username")!.TextContent);
        Assert.Equal("*12", site.Get<DeviceBook>().Find("star12")!.Extension);
    }

    [Fact]
    public async Task A_number_that_is_taken_is_said_beside_the_number()
    {
        using var site = await TestSite.OpenAsync();
        var admin = await site.SignInAsync(TestSite.Admin);
        await NewAsync(admin);
        await NewAsync(admin, "202");

        var page = await Browser.ReadAsync(await admin.SubmitAsync(await PathAsync(site), "#extension", ("Form.Number", "202")));

        Assert.Equal("Another extension has that number.", page.GetElementById("form.Number-problem")!.TextContent);
    }

    [Fact]
    public async Task A_template_fills_in_what_many_share_and_changes_nothing_by_itself()
    {
        using var site = await TestSite.OpenAsync();
        var admin = await site.SignInAsync(TestSite.Admin);
        await admin.SubmitAsync("/extensions/templates", "#template form", ("Form.Name", "Office"), ("Form.MaxCalls", "9"), ("Form.Permissions", "National"));
        var template = await site.InDbAsync(db => db.ExtensionTemplates.SingleAsync());
        await NewAsync(admin);
        var path = await PathAsync(site);

        var page = await admin.PageAsync($"{path}?template={template.Id}");
        Assert.Equal("9", page.QuerySelector("[name='Form.MaxCalls']")!.GetAttribute("value"));
        Assert.Equal(4, site.Get<ExtensionBook>().Find("201")!.MaxCalls);

        await admin.SubmitAsync((IHtmlFormElement)page.QuerySelector("#extension")!, path, ("Form.Permissions", "National"));
        Assert.Equal(9, site.Get<ExtensionBook>().Find("201")!.MaxCalls);

        await admin.SubmitAsync("/extensions", "form[action='/extensions'][method=post]", ("Form.Number", "203"), ("Form.Name", "New"), ("Form.Template", $"{template.Id}"));
        Assert.Equal([CallClass.National], site.Get<ExtensionBook>().Find("203")!.Permissions);
    }

    [Fact]
    public async Task A_range_is_made_at_once_and_every_secret_shown_once()
    {
        using var site = await TestSite.OpenAsync();
        var admin = await site.SignInAsync(TestSite.Admin);
        await NewAsync(admin, "012");

        var page = await Browser.ReadAsync(await admin.SubmitAsync("/extensions/range", "#range", ("Form.First", "010"), ("Form.Last", "013"), ("Form.Name", "Desk #")));

        var lines = page.QuerySelector("#secrets")!.TextContent.Split('\n');
        Assert.Equal(["010", "011", "013"], lines.Select(l => l.Split('\t')[0]));
        Assert.All(lines, l => Assert.Matches("^[0-9]{3}\t[A-Za-z0-9]{20}\tDesk [0-9]{3}$", l));
        Assert.Contains("012", Assert.Single(page.QuerySelectorAll("[data-problem]")).TextContent, StringComparison.Ordinal);
        Assert.Equal("Desk 011", site.Get<ExtensionBook>().Find("011")!.Name);
    }

    [Theory]
    [InlineData("210", "201")]
    [InlineData("201", "99999")]
    [InlineData("10", "100")]
    [InlineData("1000", "1999")]
    public async Task A_range_that_is_none_makes_nothing(string first, string last)
    {
        using var site = await TestSite.OpenAsync();
        var admin = await site.SignInAsync(TestSite.Admin);

        var page = await Browser.ReadAsync(await admin.SubmitAsync("/extensions/range", "#range", ("Form.First", first), ("Form.Last", last), ("Form.Name", "Desk")));

        Assert.Contains("the first is the smaller", page.GetElementById("form.Last-problem")!.TextContent, StringComparison.Ordinal);
        Assert.Empty(site.Get<ExtensionBook>().Cards);
    }

    [Fact]
    public async Task Where_a_phone_is_registered_and_who_is_in_a_call_is_shown()
    {
        using var site = await TestSite.OpenAsync();
        var admin = await site.SignInAsync(TestSite.Admin);
        await NewAsync(admin);
        site.Get<DeviceBook>().Reached(new Reachable("201", "192.0.2.7:5060", "udp", DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddHours(1), "<b>Phone</b>"));
        site.Get<LiveCalls>().Tell(new LiveCall(Guid.NewGuid(), "201", "Reception", "202", "Bob", LiveCallState.Up, DateTimeOffset.UtcNow, null, [new LiveLeg("c1", "201", "201", true, true, false, "PCMA")]));

        var page = await admin.PageAsync("/extensions");
        var phone = page.QuerySelector("[data-device='201']")!;

        Assert.Equal("true", phone.GetAttribute("data-registered"));
        Assert.Contains("192.0.2.7:5060", phone.TextContent, StringComparison.Ordinal);
        Assert.Contains("<b>Phone</b>", phone.TextContent, StringComparison.Ordinal);
        Assert.NotNull(page.QuerySelector("[data-extension='201'] [data-busy]"));
    }

    [Fact]
    public async Task The_list_is_searched_by_number_name_and_user_name()
    {
        using var site = await TestSite.OpenAsync();
        var admin = await site.SignInAsync(TestSite.Admin);
        await NewAsync(admin);
        await NewAsync(admin, "305", "Workshop");

        Assert.Equal(["305"], (await admin.PageAsync("/extensions?q=WORK")).QuerySelectorAll("[data-extension]").Select(e => e.GetAttribute("data-extension")));
        Assert.Equal(["201"], (await admin.PageAsync("/extensions?q=20+recep")).QuerySelectorAll("[data-extension]").Select(e => e.GetAttribute("data-extension")));
        Assert.Contains("Nothing found.", (await admin.PageAsync("/extensions?q=%3Cx%3E")).Words(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Thousands_of_extensions_are_shown_in_parts_with_the_search_in_every_link()
    {
        using var site = await TestSite.OpenAsync();
        await site.InDbAsync(async db =>
        {
            db.Extensions.AddRange(Enumerable.Range(1000, 120).Select(n => new Extension { Number = $"{n}", Name = n < 1070 ? $"Büro {n}" : $"Lager {n}", Organisation = "Milano" }));
            return await db.SaveChangesAsync();
        });
        await site.Get<Conference.Infrastructure.Accounts.DeviceDirectory>().LoadAsync(default);
        var admin = await site.SignInAsync(TestSite.Admin);

        var first = await admin.PageAsync("/extensions?q=BÜRO+milano");
        Assert.Equal(("1000", 50), (first.QuerySelector("[data-extension]")!.GetAttribute("data-extension"), first.QuerySelectorAll("[data-extension]").Length));
        Assert.Null(first.QuerySelector(".pager [rel=prev]"));
        var second = await admin.PageAsync(first.QuerySelector(".pager [rel=next]")!.GetAttribute("href")!);
        Assert.Equal(("1050", 20), (second.QuerySelector("[data-extension]")!.GetAttribute("data-extension"), second.QuerySelectorAll("[data-extension]").Length));
        Assert.Equal("2", second.QuerySelector(".pager [aria-current=page]")!.TextContent);
        Assert.Equal("BÜRO milano", second.QuerySelector("#q")!.GetAttribute("value"));
        Assert.EndsWith("page=2", second.QuerySelector("#watched")!.GetAttribute("data-page"), StringComparison.Ordinal);
        Assert.Equal("1100", (await admin.PageAsync("/extensions?page=999")).QuerySelector("[data-extension]")!.GetAttribute("data-extension")); // the nearest there is
        Assert.Equal("1000", (await admin.PageAsync("/extensions?page=-5")).QuerySelector("[data-extension]")!.GetAttribute("data-extension"));
    }

    [Fact]
    public async Task A_refused_sign_in_stands_beside_its_account_with_the_reason()
    {
        using var site = await TestSite.OpenAsync();
        var admin = await site.SignInAsync(TestSite.Admin);
        await NewAsync(admin);
        var account = await AccountAsync(site);

        site.Get<EventFeed>().Publish(Actor.System, new DeviceEvent.SignInRefused("201", "198.51.100.9:5060"));
        await TroubleAsync(admin, account, "refused");
        site.Get<EventFeed>().Publish(Actor.System, new DeviceEvent.PlaceRefused("201", "198.51.100.9:5060"));
        var misplaced = await TroubleAsync(admin, account, "misplaced");

        Assert.Contains("198.51.100.9:5060", misplaced, StringComparison.Ordinal);
        site.Get<DeviceBook>().Reached(new Reachable("201", "192.0.2.7:5060", "udp", DateTimeOffset.UtcNow.AddSeconds(1), DateTimeOffset.UtcNow.AddHours(1), null));
        Assert.Null((await admin.PageAsync(account)).QuerySelector("[data-trouble]")); // a later registration has made it good
    }

    [Fact]
    public async Task A_new_secret_lifts_the_bar_of_its_account_and_no_other()
    {
        using var site = await TestSite.OpenAsync();
        var admin = await site.SignInAsync(TestSite.Admin);
        await NewAsync(admin);
        var now = DateTimeOffset.UtcNow;
        var bans = (QuietBans)site.Sip.Bans;
        bans.Bans = [new SipBan(IPAddress.Parse("198.51.100.9"), "201", now, now.AddMinutes(5), 10), new SipBan(IPAddress.Parse("198.51.100.9"), "305", now, now.AddMinutes(5), 10)];
        var account = await AccountAsync(site);
        Assert.NotNull((await admin.PageAsync(account)).QuerySelector("[data-trouble=shut-out]"));
        var before = site.Get<DeviceBook>().Find("201")!.Ha1Md5;

        var page = await admin.FollowAsync(await admin.SubmitAsync(account, "form[action$='/secret']"));
        Assert.Equal(["201"], site.Sip.Unbound);

        Assert.NotNull(page.QuerySelector("#secret"));
        Assert.NotEqual(before, site.Get<DeviceBook>().Find("201")!.Ha1Md5);
        Assert.Equal(["305"], bans.Bans.Select(b => b.Username));
        Assert.Null(page.QuerySelector("[data-trouble]"));
    }

    [Fact]
    public async Task Where_an_account_may_come_from_is_set_for_it_alone()
    {
        using var site = await TestSite.OpenAsync();
        var admin = await site.SignInAsync(TestSite.Admin);
        await NewAsync(admin);
        var account = await AccountAsync(site);

        var page = await admin.FollowAsync(await admin.SubmitAsync(account, "#account", ("Form.Label", "desk"), ("Form.AllowedNetworks", "192.0.2.0/24"), ("Form.Transports", "TCP"), ("Form.ForcesRport", "true")));

        var card = site.Get<DeviceBook>().Find("201")!;
        Assert.Equal(("192.0.2.0/24", true), (Networks.Write(card.AllowedNetworks), card.ForcesRport));
        Assert.Equal(["TCP"], card.Transports);
        Assert.Null(page.QuerySelector("#yealink-UDP")); // settings for what it may use
        Assert.NotNull(page.QuerySelector("#yealink-TCP"));
    }

    [Fact]
    public async Task How_an_account_signs_in_and_how_its_voices_travel_is_set_for_it_alone()
    {
        using var site = await TestSite.OpenAsync();
        var admin = await site.SignInAsync(TestSite.Admin);
        await NewAsync(admin);
        var account = await AccountAsync(site);

        var page = await admin.FollowAsync(await admin.SubmitAsync(
            account, "#account", ("Form.Algorithms", "sha-512-256, MD5"), ("Form.Codecs", "g722, pcma"), ("Form.Protection", "Require"), ("Form.Keys", "InBand"), ("Form.PlacesUnregistered", "false")));

        var card = site.Get<DeviceBook>().Find("201")!;
        Assert.Equal([SecretHash.Sha512Of256, SecretHash.Md5], card.Algorithms.AsEnumerable());
        Assert.Equal(["G722", "PCMA"], card.Voice.Codecs.AsEnumerable());
        Assert.Equal((VoiceProtection.Require, KeyMode.InBand, false), (card.Voice.Protection, card.Voice.Keys, card.PlacesUnregistered));
        Assert.Equal(("SHA-512-256, MD5", "G722, PCMA"), (page.QuerySelector("[name='Form.Algorithms']")!.GetAttribute("value"), page.QuerySelector("[name='Form.Codecs']")!.GetAttribute("value")));
    }

    [Theory]
    [InlineData("Form.Algorithms", "SHA-1", "“SHA-1” is none of these: MD5, SHA-256, SHA-512-256.")]
    [InlineData("Form.Codecs", "MP3", "“MP3” is none of these: OPUS, G722,")]
    public async Task What_is_wrong_with_an_account_is_said_beside_it_and_nothing_typed_is_lost(string field, string value, string sentence)
    {
        using var site = await TestSite.OpenAsync();
        var admin = await site.SignInAsync(TestSite.Admin);
        await NewAsync(admin);

        var page = await Browser.ReadAsync(await admin.SubmitAsync(await AccountAsync(site), "#account", ("Form.Label", "the desk"), (field, value)));

        Assert.Contains(sentence, page.GetElementById($"f{field[1..]}-problem")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(("the desk", value), (page.QuerySelector("[name='Form.Label']")!.GetAttribute("value"), page.QuerySelector($"[name='{field}']")!.GetAttribute("value")));
        Assert.True(page.QuerySelector($"details:has([name='{field}'])")!.HasAttribute("open"));
        Assert.Equal("", site.Get<DeviceBook>().Find("201")!.Label);
    }

    [Fact]
    public async Task A_removed_phone_is_forgotten_at_once_and_so_is_an_extension()
    {
        using var site = await TestSite.OpenAsync();
        var admin = await site.SignInAsync(TestSite.Admin);
        await NewAsync(admin);
        var path = await PathAsync(site);
        await admin.SubmitAsync(path, "form[action$='/accounts']", ("username", "201-mobile"));

        await admin.SubmitAsync(await AccountAsync(site), "#remove");
        Assert.Equal(["201"], site.Sip.Unbound);
        Assert.Null(site.Get<DeviceBook>().Find("201"));

        await admin.SubmitAsync(path, $"form[action='{path}']:has(input[value=DELETE])");
        Assert.Equal(["201", "201-mobile"], site.Sip.Unbound);
        Assert.Null(site.Get<ExtensionBook>().Find("201"));
    }

    private static async Task<string> TroubleAsync(Browser admin, string account, string kind)
    {
        for (var tries = 0; tries < 200; tries++) // the journal is written within a moment
        {
            if ((await admin.PageAsync(account)).QuerySelector($"[data-trouble={kind}]") is { } trouble) return trouble.TextContent;
            await Task.Delay(50);
        }

        throw new InvalidOperationException($"no trouble '{kind}' at {account}");
    }

    private static async Task<IHtmlDocument> NewAsync(Browser admin, string number = "201", string name = "Reception") =>
        await admin.FollowAsync(await admin.SubmitAsync("/extensions", "form[action='/extensions'][method=post]", ("Form.Number", number), ("Form.Name", name)));

    private static async Task<string> PathAsync(TestSite site) => $"/extensions/{await site.InDbAsync(db => db.Extensions.Where(e => e.Number == "201").Select(e => e.Id).SingleAsync())}";

    private static async Task<string> AccountAsync(TestSite site) => $"/extensions/accounts/{await site.InDbAsync(db => db.Devices.Where(d => d.Username == "201").Select(d => d.Id).SingleAsync())}";
}
