using Conference.EndToEnd.Tools;

namespace Conference.EndToEnd.Stories;

/// <summary>A new installation has no default password: one link, good once, makes the first administrator.</summary>
public class TheFirstRun
{
    [Fact]
    public async Task The_printed_link_makes_one_administrator_and_dies()
    {
        await using var server = await Server.Start();
        await using var browser = await Browser.Open();
        var link = await server.FirstRunLink();

        var stranger = await browser.Person(server.Url);
        Assert.Equal(404, (await stranger.GotoAsync("/setup/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"))!.Status);

        var host = new Portal(await browser.Person(server.Url));
        await host.SetUp(link, "Helga Host", "helga@example.org", Server.AdminPassword);
        Assert.Equal(200, (await host.Page.GotoAsync("/extensions"))!.Status);

        Assert.Equal(404, (await stranger.GotoAsync(link.PathAndQuery))!.Status);
        await new Portal(stranger).SignIn("admin", Server.AdminPassword);
    }

    [Fact]
    public async Task Without_signing_in_nothing_is_shown()
    {
        await using var server = await Server.Start(new Dictionary<string, string> { ["Conference:FirstRun:AdminPassword"] = Server.AdminPassword });
        await using var browser = await Browser.Open();
        var page = await browser.Person(server.Url);

        foreach (var path in new[] { "/", "/bookings/new", "/live", "/recordings", "/reports", "/extensions", "/people", "/settings", "/account" })
        {
            await page.GotoAsync(path);
            Assert.Contains("/sign-in", page.Url, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("/setup/", server.Log, StringComparison.Ordinal);
    }
}
