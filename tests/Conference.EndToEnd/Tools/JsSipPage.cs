using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Conference.EndToEnd.Tools;

/// <summary>The libraries that phones in web pages are made of.</summary>
public enum WebLibrary
{
    JsSip,
    SipJs,
}

/// <summary>A phone in a browser: JsSIP or SIP.js in a page of Chromium, signed on over a web socket. It speaks with one steady tone and picks up by itself.</summary>
public sealed class JsSipPage
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>The amplitude from which a tone counts as a voice, a fraction of that with which phones speak.</summary>
    private const double Loud = 0.01;

    private static readonly Lazy<Task<string>> JsSip = new(() => Bundle("browser-phone.js"));

    private static readonly Lazy<Task<string>> SipJs = new(() => Bundle("browser-phone-sipjs.js"));

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
    public static async Task<JsSipPage> Open(IPage page, string origin, WebLibrary library = WebLibrary.JsSip)
    {
        var address = $"{origin}/browser-phone";
        var script = await (library == WebLibrary.JsSip ? JsSip : SipJs).Value;
        var html = $"<!DOCTYPE html><html lang=en><meta charset=utf-8><title>Phone</title><body><script>{script}</script>";
        await page.RouteAsync(address, route => route.FulfillAsync(new() { ContentType = "text/html", Body = html }));
        var phone = new JsSipPage(page);
        await page.Context.GrantPermissionsAsync(["local-network-access"]); // a page that came from nowhere may not call loopback by itself
        await page.GotoAsync(address);
        return phone;
    }

    /// <summary>Signs on; a reload of the page signs on again by itself.</summary>
    /// <param name="socket">The web socket, such as ws://127.0.0.1:8080/sip.</param>
    /// <param name="hertz">Its voice.</param>
    public Task SignOn(string socket, string user, string password, string domain, int hertz = 700) =>
        _page.EvaluateAsync("line => signOn(line)", new { socket, user, domain, password, hertz });

    /// <summary>Dials, and waits until the other side has answered.</summary>
    public async Task Dial(string number)
    {
        await _page.EvaluateAsync("number => call(number)", number);
        await ShowsCall("up");
    }

    /// <summary>Presses keys, as events in the voice (RFC 4733) or by signalling (INFO).</summary>
    public Task Press(string keys, bool bySignalling = false) => _page.EvaluateAsync("([keys, how]) => { press(keys, how); }", new[] { keys, bySignalling ? "info" : "voice" });

    public async Task Hold()
    {
        await _page.EvaluateAsync("() => { hold(); }");
        await ShowsCall("held");
    }

    public async Task Resume()
    {
        await _page.EvaluateAsync("() => { resume(); }");
        await ShowsCall("up");
    }

    public Task HangUp() => _page.EvaluateAsync("() => { hangUp(); }");

    /// <summary>Waits until the page shows what became of its call: ringing, up, held, over, failed.</summary>
    public async Task ShowsCall(string state)
    {
        var last = "";
        await Eventually.True(
            async () => (last = await _page.EvaluateAsync<string>("`${document.body.dataset.call} ${document.body.dataset.callMore}`")).Split(' ')[0] == state,
            Patience,
            () => $"the call to be {state} in the browser, which shows {last} and said\n{string.Join('\n', _said)}");
    }

    public Task WaitUntilHears(int tone) => Eventually.True(async () => await Loudness(tone) > Loud, Patience, () => $"the browser to hear {tone} Hz; it said\n{string.Join('\n', _said)}");

    public Task WaitUntilDeafTo(int tone) => Eventually.True(async () => await Loudness(tone) < Loud, Patience, () => $"the browser to hear {tone} Hz no more");

    /// <summary>How strong a tone is in what it hears now, of full scale.</summary>
    public Task<double> Loudness(int tone) => _page.EvaluateAsync<double>("tone => window.loudness?.(tone) ?? 0", tone);

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
    private static async Task<string> Bundle(string file)
    {
        using var folder = new TempFolder("browser-phone");
        await Child.Run(Path.Combine(Repository.Support, "node_modules", ".bin", "esbuild"), Path.Combine(Repository.Support, file), "--bundle", $"--outfile={folder.File("phone.js")}", "--log-level=error");
        return (await File.ReadAllTextAsync(folder.File("phone.js"))).Replace("</script", "<\\/script", StringComparison.OrdinalIgnoreCase);
    }
}
