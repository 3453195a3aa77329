using System.Collections.Immutable;
using Conference.Core.Events;
using Conference.Core.Routing;
using Conference.Infrastructure.Data;
using Conference.Infrastructure.Routing;
using Conference.Web.Features.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Conference.Web.Features.Routes;

/// <summary>One rule for calls that go out, and its place in the order.</summary>
[Authorize(Policy = Policies.Administrators), Route("routes/out")]
public sealed class OutController(RouteDirectory directory, RouteBook book, ConferenceDb db, EventFeed feed, IStringLocalizer<SharedWords> T) : Controller
{
    [HttpGet("new")]
    public IActionResult New() => View("Rule", PageOf(null, new RuleForm { First = Trunks.FirstOrDefault() }));

    [HttpGet("{id:guid}")]
    public async Task<IActionResult> Edit(Guid id, CancellationToken cancel) =>
        await db.DialRules.FindAsync([id], cancel) is { } rule ? View("Rule", PageOf(id, RuleForm.Of(rule.Rule), rule.Pin.Length > 0)) : NotFound();

    [HttpPost("")]
    public Task<IActionResult> Create([Bind(Prefix = "Form")] RuleForm form, CancellationToken cancel) => SaveAsync(null, form, cancel);

    [HttpPut("{id:guid}")]
    public Task<IActionResult> Save(Guid id, [Bind(Prefix = "Form")] RuleForm form, CancellationToken cancel) => SaveAsync(id, form, cancel);

    /// <param name="up">Asked earlier, or later.</param>
    [HttpPut("{id:guid}/place")]
    public async Task<IActionResult> Move(Guid id, bool up, CancellationToken cancel) => await directory.MoveRuleAsync(id, up, cancel) ? Redirect("/routes#out") : NotFound();

    [HttpDelete("{id:guid}")]
    public async Task<IActionResult> Remove(Guid id, CancellationToken cancel)
    {
        var pattern = (await db.DialRules.FindAsync([id], cancel))?.Pattern;
        if (!await directory.RemoveRuleAsync(id, cancel)) return NotFound();
        Note(AdminAct.Removed, pattern ?? "");
        this.Say(T["Removed."]);
        return Redirect("/routes");
    }

    private async Task<IActionResult> SaveAsync(Guid? id, RuleForm form, CancellationToken cancel)
    {
        var rule = form.Read(Trunks, ModelState, T);
        var hasPin = id is { } known && (await db.DialRules.FindAsync([known], cancel))?.Pin.Length > 0;
        if (!ModelState.IsValid) return View("Rule", PageOf(id, form, hasPin));
        var problem = await directory.SaveRuleAsync(id, rule, form.Pin, cancel);
        if (problem == RouteProblem.NotFound) return NotFound();
        if (problem != RouteProblem.None)
        {
            ModelState.AddModelError("", T["There are as many as there can be. Remove some first."]);
            return View("Rule", PageOf(id, form, hasPin));
        }

        Note(id is null ? AdminAct.Created : AdminAct.Changed, rule.Pattern);
        this.Say(T["Saved. It counts from the next call on."]);
        return Redirect("/routes");
    }

    private ImmutableArray<string> Trunks => [.. book.Plan.Trunks.Select(t => t.Line.Name)];

    private RulePage PageOf(Guid? id, RuleForm form, bool hasPin = false) => new(id, form, Trunks, hasPin);

    private void Note(AdminAct act, string pattern) => feed.Publish(User.Actor(), new AdminEvent.Done(act, AdminSubject.DialRule, pattern));
}

/// <param name="Id">The one that is changed, or <see langword="null"/> for a new one.</param>
/// <param name="HasPin">Whether there is a PIN, which is never shown.</param>
public sealed record RulePage(Guid? Id, RuleForm Form, ImmutableArray<string> Trunks, bool HasPin);
