using System.Text.Json;
using Microsoft.Playwright;

namespace Conference.EndToEnd.Tools;

/// <summary>Debian's Chromium, one for the story; each person gets a profile of their own.</summary>
public sealed class Browser : IAsyncDisposable
{
    private static readonly string Axe = Path.Combine(Repository.Support, "node_modules", "axe-core", "axe.min.js");

    /// <summary>Colours may fade from one look to the next; what never ends is not waited for.</summary>
    private const string Settled = "() => Promise.all(document.getAnimations().filter(a => a.effect.getTiming().iterations !== Infinity).map(a => a.finished.catch(() => {})))";

    private readonly IPlaywright _playwright;
    private readonly IBrowser _chromium;

    private Browser(IPlaywright playwright, IBrowser chromium) => (_playwright, _chromium) = (playwright, chromium);

    public static async Task<Browser> Open()
    {
        var playwright = await Playwright.CreateAsync();
        var chromium = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox", "--autoplay-policy=no-user-gesture-required"] });
        return new Browser(playwright, chromium);
    }

    /// <summary>A person at a screen: nothing is shared with the others.</summary>
    public async Task<IPage> Person(string url, string timezone = "Europe/Rome", string locale = "en-GB")
    {
        var context = await _chromium.NewContextAsync(new()
        {
            BaseURL = url,
            AcceptDownloads = true,
            TimezoneId = timezone,
            Locale = locale,
            ViewportSize = new() { Width = 1280, Height = 800 },
        });
        context.SetDefaultTimeout(30_000);
        return await context.NewPageAsync();
    }

    /// <summary>The widths and colours every page is looked at in.</summary>
    public static IReadOnlyList<(string Name, int Width, int Height, ColorScheme Colours)> Looks { get; } =
    [
        ("wide-light", 1280, 800, ColorScheme.Light),
        ("wide-dark", 1280, 800, ColorScheme.Dark),
        ("narrow-light", 360, 740, ColorScheme.Light),
        ("narrow-dark", 360, 740, ColorScheme.Dark),
    ];

    /// <summary>Photographs a page in every look and has each checked.</summary>
    /// <param name="folder">Where the pictures go, as name-look.png.</param>
    /// <returns>What is wrong, a line each: accessibility violations, and pages wider than their screen.</returns>
    public static async Task<IReadOnlyList<string>> Photograph(IPage page, string name, string folder)
    {
        var wrong = new List<string>();
        foreach (var (look, width, height, colours) in Looks)
        {
            await page.SetViewportSizeAsync(width, height);
            await page.EmulateMediaAsync(new() { ColorScheme = colours, ReducedMotion = ReducedMotion.Reduce });
            await page.EvaluateAsync(Settled);
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}-{look}.png"), FullPage = true });
            wrong.AddRange((await Violations(page)).Select(violation => $"{name} {look}: {violation}"));
            if (await page.EvaluateAsync<int>("document.documentElement.scrollWidth") is var wide && wide > width)
                wrong.Add($"{name} {look}: {wide} pixels wide on a screen of {width}");
        }

        return wrong;
    }

    /// <summary>What axe-core finds wrong, a line each: the rule, its help, the elements.</summary>
    public static async Task<IReadOnlyList<string>> Violations(IPage page)
    {
        // by evaluation, which a strict content security policy does not stop, as it stops a script element
        await page.EvaluateAsync(await File.ReadAllTextAsync(Axe));
        var result = await page.EvaluateAsync<JsonElement>("async () => (await axe.run(document)).violations.map(v => ({ id: v.id, help: v.help, at: v.nodes.map(n => n.target.join(' ')).join(', ') }))");
        return [.. result.EnumerateArray().Select(v => $"{v.GetProperty("id")}: {v.GetProperty("help")} ({v.GetProperty("at")})")];
    }

    public async ValueTask DisposeAsync()
    {
        await _chromium.CloseAsync();
        _playwright.Dispose();
    }
}
