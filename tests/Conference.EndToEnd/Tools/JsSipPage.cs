using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Conference.EndToEnd.Tools;

/// <summary>A phone in a browser: JsSIP in a page of Chromium, signed on over a web socket.</summary>
public sealed class JsSipPage
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly Lazy<Task<string>> Script = new(Bundle);

    private readonly IPage _page;

    private readonly ConcurrentQueue<string> _said = new();

    private JsSipPage(IPage page)
    {
        _page = page;
        page.Console += (_, message) => _said.Enqueue(message.Text);
        page.PageError += (_, error) => _said.Enqueue(error);
    }

    /// <summary>Opens the page.</summary>
    /// <param name="origin">Whose page it is to be: the browser tells servers so.</param>
    public static async Task<JsSipPage> Open(IPage page, string origin)
    {
        var address = $"{origin}/browser-phone";
        var html = $"<!DOCTYPE html><html lang=en><meta charset=utf-8><title>Phone</title><body><script>{await Script.Value}</script>";
        await page.RouteAsync(address, route => route.FulfillAsync(new() { ContentType = "text/html", Body = html }));
        var phone = new JsSipPage(page);
        await page.Context.GrantPermissionsAsync(["local-network-access"]); // a page that came from nowhere may not call loopback by itself
        await page.GotoAsync(address);
        return phone;
    }

    /// <summary>Signs on; a reload of the page signs on again by itself.</summary>
    /// <param name="socket">The web socket, such as ws://127.0.0.1:8080/sip.</param>
    public Task SignOn(string socket, string user, string password, string domain) => _page.EvaluateAsync("line => signOn(line)", new { socket, user, domain, password });

    public Task Reload() => _page.ReloadAsync();

    public Task Close() => _page.CloseAsync();

    /// <summary>Waits until the page shows a state: connected, registered, refused, disconnected, ...</summary>
    /// <returns>What it shows beside it: the Contact it was given, or why it was refused.</returns>
    public async Task<string> Shows(string state)
    {
        var last = "";
        await Eventually.True(async () => (last = await State()) == state, Patience, () => $"{state} in the browser, which shows {last} and said\n{string.Join('\n', _said)}");
        return await _page.EvaluateAsync<string>("document.body.dataset.more");
    }

    public Task<string> State() => _page.EvaluateAsync<string>("document.body?.dataset.state ?? ''"); // none while it loads

    // one file of what the page imports; the result is only wanted as text
    private static async Task<string> Bundle()
    {
        using var folder = new TempFolder("browser-phone");
        await Child.Run(Path.Combine(Repository.Support, "node_modules", ".bin", "esbuild"), Path.Combine(Repository.Support, "browser-phone.js"), "--bundle", $"--outfile={folder.File("phone.js")}", "--log-level=error");
        return (await File.ReadAllTextAsync(folder.File("phone.js"))).Replace("</script", "<\\/script", StringComparison.OrdinalIgnoreCase);
    }
}
