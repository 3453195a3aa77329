using Conference.EndToEnd.Tools;

namespace Conference.EndToEnd.Stories;

/// <summary>The page of phones, left open, follows what registers and what leaves.</summary>
public class PhonesComeAndGo
{
    [Fact]
    public async Task And_the_open_page_shows_it()
    {
        await using var server = await Server.Start(new Dictionary<string, string> { ["Conference:FirstRun:AdminPassword"] = Server.AdminPassword });
        await using var browser = await Browser.Open();
        var host = new Portal(await browser.Person(server.Url));
        await host.SignIn("admin", Server.AdminPassword);
        var (user, secret) = await host.AddPhone("201", "Anna");

        foreach (var transport in new[] { "udp", "tcp" })
        {
            await using (var anna = await Phone.SwitchOn("Anna", 500, new PhoneAccount(user, secret, server.Sip, transport)))
            {
                await anna.Registered();
                await host.SeesRegistered(user);
            }

            await host.SeesRegistered(); // switched off, it signs off
        }
    }
}
