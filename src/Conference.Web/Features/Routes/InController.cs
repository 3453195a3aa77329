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

/// <summary>One route for calls that come in, and its place in the order.</summary>
[Authorize(Policy = Policies.Administrators), Route("routes/in")]
public sealed class InController(RouteDirectory directory, RouteBook book, ConferenceDb db, EventFeed feed, IStringLocalizer<SharedWords> T) : Controller
{
    [HttpGet("new")]
    public IActionResult New() => View("Inbound", PageOf(null, new InboundForm()));

    [HttpGet("{id:guid}")]
    public async Task<IActionResult> Edit(Guid id, CancellationToken cancel) =>
        await db.InboundRoutes.FindAsync([id], cancel) is { } route ? View("Inbound", PageOf(id, InboundForm.Of(route.Route))) : NotFound();

    [HttpPost("")]
    public Task<IActionResult> Create([Bind(Prefix = "Form")] InboundForm form, CancellationToken cancel) => SaveAsync(null, form, cancel);

    [HttpPut("{id:guid}")]
    public Task<IActionResult> Save(Guid id, [Bind(Prefix = "Form")] InboundForm form, CancellationToken cancel) => SaveAsync(id, form, cancel);

    /// <param name="up">Asked earlier, or later.</param>
    [HttpPut("{id:guid}/place")]
    public async Task<IActionResult> Move(Guid id, bool up, CancellationToken cancel) => await directory.MoveRouteAsync(id, up, cancel) ? Redirect("/routes#in") : NotFound();

    [HttpDelete("{id:guid}")]
    public async Task<IActionResult> Remove(Guid id, CancellationToken cancel)
    {
        var pattern = (await db.InboundRoutes.FindAsync([id], cancel))?.Pattern;
        if (!await directory.RemoveRouteAsync(id, cancel)) return NotFound();
        Note(AdminAct.Removed, pattern ?? "");
        this.Say(T["Removed."]);
        return Redirect("/routes");
    }

    private async Task<IActionResult> SaveAsync(Guid? id, InboundForm form, CancellationToken cancel)
    {
        var route = form.Read(Trunks, ModelState, T);
        if (!ModelState.IsValid) return View("Inbound", PageOf(id, form));
        var problem = await directory.SaveRouteAsync(id, route, cancel);
        if (problem == RouteProblem.NotFound) return NotFound();
        if (problem != RouteProblem.None)
        {
            ModelState.AddModelError("", T["There are as many as there can be. Remove some first."]);
            return View("Inbound", PageOf(id, form));
        }

        Note(id is null ? AdminAct.Created : AdminAct.Changed, route.Pattern);
        this.Say(T["Saved. It counts from the next call on."]);
        return Redirect("/routes");
    }

    private ImmutableArray<string> Trunks => [.. book.Plan.Trunks.Select(t => t.Line.Name)];

    private InboundPage PageOf(Guid? id, InboundForm form) => new(id, form, Trunks);

    private void Note(AdminAct act, string pattern) => feed.Publish(User.Actor(), new AdminEvent.Done(act, AdminSubject.InboundRoute, pattern));
}

/// <param name="Id">The one that is changed, or <see langword="null"/> for a new one.</param>
public sealed record InboundPage(Guid? Id, InboundForm Form, ImmutableArray<string> Trunks);
