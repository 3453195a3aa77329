using Conference.EndToEnd.Tools;

namespace Conference.EndToEnd.Stories;

/// <summary>
/// Every page, empty and filled, wide and narrow, light and dark: photographed into the folder conference-pictures of the
/// system's temporary folder for people to look at, and checked for accessibility and for fitting its screen.
/// </summary>
public class EveryPageIsLookedAt
{
    private static readonly string Pictures = Path.Combine(Path.GetTempPath(), "conference-pictures");

    private readonly List<string> _wrong = [];

    [Fact]
    public async Task And_nothing_is_wrong_with_any()
    {
        if (Directory.Exists(Pictures)) Directory.Delete(Pictures, recursive: true);
        Directory.CreateDirectory(Pictures);
        using var files = new TempFolder("asterisk");
        await File.WriteAllTextAsync(files.File("meetme.conf"), "[rooms]\nconf => 1234,4711,9876\nconf => oh dear\n");
        await File.WriteAllTextAsync(files.File("sip.conf"), "[utente1]\ntype=friend\nsecret=password1\nhost=dynamic\n");
        await using var server = await Server.Start(new Dictionary<string, string> { ["Conference:Asterisk:Directory"] = files.Path });
        await using var browser = await Browser.Open();
        var host = new Portal(await browser.Person(server.Url));
        var link = await server.FirstRunLink();

        await Look(host, "sign-in", "/sign-in");
        await Look(host, "set-up", link.PathAndQuery);
        await host.SetUp(link, "Helga Host", "helga@example.org", Server.AdminPassword);
        await Look(new Portal(await browser.Person(server.Url)), "set-up-used", link.PathAndQuery);
        foreach (var (name, path) in Places) await Look(host, $"empty-{name}", path);

        await Meetings.Hold(host, server, "Quarterly budget");
        var booked = await host.Book("A conference with quite a long title, as people do write", 45, recorded: true, "Anna Rossi <anna@example.org>", "bob@example.org");
        await Look(host, "booking", booked.Page);
        await host.Page.ClickAsync("#pins > summary");
        await Look(host, "booking-pins");
        await host.Page.ClickAsync("#cancel button");
        await Look(host, "booking-cancel");
        await host.Page.GotoAsync("/bookings/new");
        await host.Page.FillAsync("#title", "");
        await host.Page.FillAsync("#people", "not an address");
        await host.Page.ClickAsync("details.more > summary");
        await host.Page.ClickAsync("#book");
        await Look(host, "new-refused");
        foreach (var (name, path) in Places) await Look(host, $"filled-{name}", path);
        await host.OpenRecording("Quarterly");
        await Look(host, "recording");
        await host.OpenReport("Quarterly");
        await Look(host, "report");
        await Look(host, "not-found", "/nothing/here");
        var invitation = await host.AddPerson("Gino Guest", "gino");
        await Look(host, "people-link");
        await Look(new Portal(await browser.Person(server.Url)), "new-password", new Uri(invitation).PathAndQuery);
        await Live(host, server, booked);

        Assert.True(_wrong.Count == 0, string.Join('\n', _wrong));
    }

    private static IReadOnlyList<(string Name, string Path)> Places { get; } =
    [
        ("home", "/"), ("new", "/bookings/new"), ("live", "/live"), ("recordings", "/recordings"), ("reports", "/reports"),
        ("extensions", "/extensions"), ("range", "/extensions/range"), ("templates", "/extensions/templates"), ("people", "/people"), ("settings", "/settings"),
        ("trunks", "/trunks"), ("trunk-new", "/trunks/new"), ("routes", "/routes"), ("rule-new", "/routes/out/new"), ("route-in-new", "/routes/in/new"), ("permissions", "/routes/permissions"),
        ("calls", "/calls"), ("bans", "/bans"), ("asterisk", "/settings/asterisk"), ("account", "/account"), ("password", "/account/password"),
    ];

    private async Task Live(Portal host, Server server, Booked booked)
    {
        await Look(host, "dashboard-waiting", $"/live/{booked.Number}");
        var (user, secret) = await host.AddPhone("202", "Bartholomew Featherstonehaugh");
        await Look(host, "account-secret");
        await using var phone = await Phone.SwitchOn("Bob", 500, new PhoneAccount(user, secret, server.Sip));
        await phone.Registered();
        await host.SeesRegistered(user);
        await Look(host, "extensions-registered");
        var dashboard = await host.Watch(booked.Number);
        await phone.Dial(booked.Number);
        await phone.Press(booked.HostPin + "#");
        await dashboard.IsTalking("Bartholomew Featherstonehaugh");
        await Look(host, "dashboard");
        await Look(host, "live-list", "/live");
        await host.Watch(booked.Number);
        await host.Page.ClickAsync("[data-verb=end]");
        await Look(host, "dashboard-end");
        await host.Page.GotoAsync("/extensions");
        await Exchange(host);
    }

    /// <summary>The exchange with a trunk, rules and something wrong in each form.</summary>
    private async Task Exchange(Portal host)
    {
        await host.Page.ClickAsync("[data-extension='202'] th a");
        foreach (var group in await host.Page.Locator("#extension details.more > summary").AllAsync()) await group.ClickAsync();
        await Look(host, "extension");
        await host.Page.FillAsync("[id='form.AllowedNetworks']", "the office");
        await host.Page.ClickAsync("#extension button.primary");
        await Look(host, "extension-refused");
        await host.Page.GotoAsync("/extensions");
        await host.Page.ClickAsync("[data-device] a");
        foreach (var group in await host.Page.Locator("#account details.more > summary").AllAsync()) await group.ClickAsync();
        await host.Page.FillAsync("[id='form.Algorithms']", "SHA-1");
        await Look(host, "account-open");
        await host.Page.ClickAsync("#account button.primary");
        await Look(host, "account-refused");

        await host.Page.GotoAsync("/trunks/new");
        await host.Page.FillAsync("[id='form.Name']", "telco");
        await host.Page.FillAsync("[id='form.Domain']", "127.0.0.1");
        await host.Page.FillAsync("[id='form.User']", "0501234567");
        foreach (var group in await host.Page.Locator("#trunk details.more > summary").AllAsync()) await group.ClickAsync();
        await host.Page.FillAsync("[id='form.Servers']", "127.0.0.1:9");
        await Look(host, "trunk");
        await host.Page.ClickAsync("#test");
        await host.Page.WaitForSelectorAsync("#trial", new() { Timeout = 30_000 });
        await Look(host, "trunk-tested");
        await host.Page.ClickAsync("#trunk .button.primary");
        await Look(host, "trunks-one");
        await host.Page.GotoAsync("/routes");
        await host.Page.ClickAsync("#starting button");
        await host.Page.ClickAsync("[data-rule='0Z.'] a");
        await host.Page.EvalOnSelectorAsync("#rule details.more", "group => group.open = true");
        foreach (var day in new[] { "Monday", "Tuesday", "Wednesday" }) await host.Page.CheckAsync($"#rule [value='{day}']", new() { Force = true });
        await host.Page.FillAsync("#rule input[type=time] >> nth=0", "08:00");
        await host.Page.FillAsync("#rule input[type=time] >> nth=1", "18:00");
        await host.Page.FillAsync("[id='form.NewPin']", "12");
        await host.Page.ClickAsync("#rule button.primary");
        await Look(host, "rule-refused");
        await host.Page.FillAsync("[id='form.NewPin']", "4711");
        await host.Page.ClickAsync("#rule button.primary");
        await Look(host, "routes-filled", "/routes?number=0501234567&by=202");
        await Look(host, "permissions-filled", "/routes/permissions");
        await Look(host, "calls-registered", "/calls");
        if (await host.Page.Locator("[data-traced] a").CountAsync() > 0)
        {
            await host.Page.Locator("[data-traced] a").First.ClickAsync();
            await host.Page.Locator(".ladder summary").First.ClickAsync();
            await Look(host, "trace-read");
        }
    }

    private async Task Look(Portal portal, string name, string? path = null)
    {
        if (path is not null) await portal.Page.GotoAsync(path);
        _wrong.AddRange(await Browser.Photograph(portal.Page, name, Pictures));
    }
}
