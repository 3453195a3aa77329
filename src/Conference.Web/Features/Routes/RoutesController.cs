using System.Collections.Immutable;
using System.Globalization;
using Conference.Core.Accounts;
using Conference.Core.Calls;
using Conference.Core.Events;
using Conference.Core.Routing;
using Conference.Infrastructure.Data;
using Conference.Infrastructure.Routing;
using Conference.Web.Features.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Conference.Web.Features.Routes;

/// <summary>Ways in and out, their limits, and what happens if a number is called.</summary>
[Authorize(Policy = Policies.Administrators), Route("routes")]
public sealed class RoutesController(RouteDirectory directory, RouteBook book, ExtensionBook extensions, Router router, ConferenceDb db, EventFeed feed, IStringLocalizer<SharedWords> T) : Controller
{
    /// <summary>Begins the value of a caller that is a trunk.</summary>
    public const string ByTrunk = "trunk:";

    /// <param name="number">What is dialled; asks "what happens if".</param>
    /// <param name="by">An extension's number, <see cref="ByTrunk"/> with a trunk's name, or empty for a guest.</param>
    /// <param name="caller">The caller's number, from a trunk.</param>
    /// <param name="at">When, by the clock of the site; empty for now.</param>
    [HttpGet("")]
    public async Task<IActionResult> Show(string? number, string? by, string? caller, string? at, CancellationToken cancel) =>
        View(await PageAsync(LimitsForm.Of(book.Plan.Limits), new StartForm(), new Asked(number?.Trim() ?? "", by ?? "", caller?.Trim() ?? "") { At = at?.Trim() ?? "" }, cancel));

    [HttpPut("limits")]
    public async Task<IActionResult> SaveLimits([Bind(Prefix = "Limits")] LimitsForm limits, CancellationToken cancel)
    {
        if (!ModelState.IsValid) return View(nameof(Show), await PageAsync(limits, new StartForm(), Asked.Nothing, cancel));
        await directory.SaveLimitsAsync(limits.Read(), cancel);
        feed.Publish(User.Actor(), new AdminEvent.Done(AdminAct.Changed, AdminSubject.TollLimits, ""));
        this.Say(T["Saved. It counts from the next call on."]);
        return RedirectToAction(nameof(Show));
    }

    /// <summary>Rules of a country, behind those there are.</summary>
    [HttpPost("start")]
    public async Task<IActionResult> AddStartingSet([Bind(Prefix = "Start")] StartForm start, CancellationToken cancel)
    {
        if (!StartingRules.Countries.Contains(start.Country)) ModelState.AddModelError("Start.Country", T["Choose one of the list."]);
        if (!string.IsNullOrEmpty(start.Trunk) && book.Trunk(start.Trunk) is null) ModelState.AddModelError("Start.Trunk", T["Choose one of the list."]);
        if (!ModelState.IsValid) return View(nameof(Show), await PageAsync(LimitsForm.Of(book.Plan.Limits), start, Asked.Nothing, cancel));
        var added = await directory.AddRulesAsync(start.Read(T), cancel);
        feed.Publish(User.Actor(), new AdminEvent.Done(AdminAct.Created, AdminSubject.DialRule, $"{start.Country}: {added}"));
        this.Say(T["Rules added: {0}. All but emergency calls stay closed until an extension has the permission.", added]);
        return RedirectToAction(nameof(Show));
    }

    private async Task<RoutesPage> PageAsync(LimitsForm limits, StartForm start, Asked asked, CancellationToken cancel) => new(
        await db.DialRules.AsNoTracking().OrderBy(r => r.Position).ThenBy(r => r.Id).ToListAsync(cancel),
        await db.InboundRoutes.AsNoTracking().OrderBy(r => r.Position).ThenBy(r => r.Id).ToListAsync(cancel),
        [.. book.Plan.Trunks.Select(t => t.Line.Name)], extensions.Cards, limits, start, asked, Answer(asked));

    private RouteAnswer? Answer(Asked asked)
    {
        if (asked.Number.Length is 0 or > 64) return null;
        var trunk = asked.By.StartsWith(ByTrunk, StringComparison.Ordinal) ? asked.By[ByTrunk.Length..] : null;
        return router.Explain(new RouteQuestion(asked.Number) { Trunk = trunk, Extension = trunk is null && asked.By.Length > 0 ? asked.By : null, Caller = asked.Caller, At = asked.Moment(book.Zone) });
    }
}

/// <summary>"What happens if": who calls what.</summary>
public sealed record Asked(string Number, string By, string Caller)
{
    public static Asked Nothing { get; } = new("", "", "");

    /// <summary>When, as a browser writes it; empty for now.</summary>
    public string At { get; init; } = "";

    /// <summary>That moment by the clock of the site; <see langword="null"/> for now.</summary>
    internal DateTimeOffset? Moment(TimeZoneInfo zone) =>
        DateTime.TryParseExact(At, ["yyyy-MM-ddTHH:mm", "yyyy-MM-ddTHH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var local) ? new DateTimeOffset(local, zone.GetUtcOffset(local)) : null;
}

public sealed record RoutesPage(
    IReadOnlyList<StoredDialRule> Out, IReadOnlyList<StoredInboundRoute> In, ImmutableArray<string> Trunks, ImmutableArray<ExtensionCard> Extensions,
    LimitsForm Limits, StartForm Start, Asked Asked, RouteAnswer? Answer);
