using System.Text.Json;
using Conference.EndToEnd.Tools;
using Microsoft.Playwright;

namespace Conference.EndToEnd.Stories;

/// <summary>The live page of one conference, as the host sees it.</summary>
public sealed class Dashboard(IPage page)
{
    private static readonly LocatorWaitForOptions Soon = new() { Timeout = 10_000 };

    /// <summary>The names of everybody shown.</summary>
    public async Task<IReadOnlyList<string>> Names() => [.. (await page.Locator("[data-participant] [data-slot=name]").AllInnerTextsAsync()).Order(StringComparer.Ordinal)];

    public Task Shows(params string[] names) =>
        Eventually.True(async () => (await Names()).SequenceEqual(names.Order(StringComparer.Ordinal)), TimeSpan.FromSeconds(10), () => $"the page to show {string.Join(", ", names)}");

    public Task IsTalking(string name) => Row(name, "[data-talking=true]").WaitForAsync(Soon);

    public Task IsSilent(string name) => Row(name, "[data-talking=false]").WaitForAsync(Soon);

    public Task IsMuted(string name) => Row(name, "[data-muted=true]").WaitForAsync(Soon);

    public Task IsOpen(string name) => Row(name, "[data-muted=false]").WaitForAsync(Soon);

    /// <summary>Presses a button beside a person; those that ask are told yes.</summary>
    /// <returns>When it was pressed.</returns>
    public Task<DateTime> Press(string verb, string name) => PressButton(verb, Row(name).Locator($"[data-verb={verb}]"));

    /// <summary>Presses a button that concerns everybody.</summary>
    public Task<DateTime> Press(string verb) => PressButton(verb, page.Locator($".livebar [data-verb={verb}]"));

    /// <summary>Has somebody called into the conference.</summary>
    /// <param name="asksForKey">Whether he has to press 1 to come in.</param>
    public async Task CallIn(string number, bool asksForKey = false)
    {
        await page.FillAsync("#whom", number);
        await page.SetCheckedAsync("#asks", asksForKey);
        await page.ClickAsync("#dial button.primary");
    }

    /// <summary>Waits until the page says how far a call of ours is: Ringing, Answered, Failed.</summary>
    public Task SeesDial(string number, string state) =>
        page.Locator($"[data-dial][data-state={state}]").Filter(new() { HasText = number }).First.WaitForAsync(Soon);

    /// <summary>From now on writes down, in the page itself, when each person's talking mark changes.</summary>
    public Task WriteDownTalking() => page.EvaluateAsync("""
        () => {
            window.talked = [];
            new MutationObserver(changes => {
                for (const { target } of changes)
                    window.talked.push({ at: Date.now(), name: target.dataset.name, talking: target.dataset.talking === 'true' });
            }).observe(document.querySelector('[data-slot=people]'), { subtree: true, attributes: true, attributeFilter: ['data-talking'] });
        }
        """);

    /// <summary>When a person's mark first showed this after a moment, as written down.</summary>
    public async Task<TimeSpan> TimeUntil(string name, bool talking, DateTime since)
    {
        TimeSpan? waited = null;
        await Eventually.True(async () => (waited = await FirstChange(name, talking, since)) is not null, TimeSpan.FromSeconds(10), () => $"{name} shown as {(talking ? "talking" : "silent")}");
        return waited!.Value;
    }

    private async Task<TimeSpan?> FirstChange(string name, bool talking, DateTime since)
    {
        var changes = (await page.EvaluateAsync<JsonElement>("window.talked")).EnumerateArray()
            .Where(change => change.GetProperty("name").GetString() == name && change.GetProperty("talking").GetBoolean() == talking)
            .Select(change => DateTimeOffset.FromUnixTimeMilliseconds(change.GetProperty("at").GetInt64()).UtcDateTime);
        return changes.Where(at => at > since).Select(at => (TimeSpan?)(at - since)).FirstOrDefault();
    }

    private async Task<DateTime> PressButton(string verb, ILocator button)
    {
        await button.ClickAsync();
        if (verb is "kick" or "end") await page.ClickAsync("#sure");
        return DateTime.UtcNow;
    }

    private ILocator Row(string name, string state = "") => page.Locator($"[data-participant][data-name=\"{name}\"]{state}");
}
