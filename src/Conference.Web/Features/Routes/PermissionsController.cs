using Conference.Core.Accounts;
using Conference.Core.Events;
using Conference.Core.Routing;
using Conference.Infrastructure.Accounts;
using Conference.Infrastructure.Data;
using Conference.Web.Features.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Conference.Web.Features.Routes;

/// <summary>Who may call what outside, all in one table.</summary>
[Authorize(Policy = Policies.Administrators), Route("routes/permissions")]
public sealed class PermissionsController(DeviceDirectory directory, ConferenceDb db, EventFeed feed, IStringLocalizer<SharedWords> T) : Controller
{
    /// <summary>Rows of one page: what a person overlooks, and what a form may carry.</summary>
    private const int Rows = 50;

    [HttpGet("")]
    public async Task<IActionResult> Permissions(int page, CancellationToken cancel)
    {
        var all = db.Extensions.AsNoTracking().OrderBy(e => e.Number);
        var count = await all.CountAsync(cancel);
        var pages = Math.Max(1, (count + Rows - 1) / Rows);
        page = Math.Clamp(page, 1, pages);
        return View(new PermissionsPage(await all.Skip((page - 1) * Rows).Take(Rows).ToListAsync(cancel), page, pages));
    }

    /// <param name="shown">The extensions of the page: those whose boxes count.</param>
    /// <param name="may">Each checked box: an extension's id, a colon and a kind of call.</param>
    [HttpPut("")]
    public async Task<IActionResult> Save(Guid[] shown, string[] may, int page, CancellationToken cancel)
    {
        var chosen = may.Select(m => m.Split(':')).Where(m => m.Length == 2 && Guid.TryParse(m[0], out _) && Enum.IsDefined(typeof(CallClass), m[1]))
            .ToLookup(m => Guid.Parse(m[0]), m => Enum.Parse<CallClass>(m[1]));
        foreach (var extension in await db.Extensions.AsNoTracking().Where(e => shown.Take(Rows).Contains(e.Id)).ToListAsync(cancel))
        {
            if (extension.Permissions.SetEquals(chosen[extension.Id])) continue;
            await directory.SaveExtensionAsync(extension.Id, extension.Card with { Permissions = [.. chosen[extension.Id]] }, cancel);
            feed.Publish(User.Actor(), new AdminEvent.Done(AdminAct.Changed, AdminSubject.Extension, extension.Number));
        }

        this.Say(T["Saved. It counts from the next call on."]);
        return RedirectToAction(nameof(Permissions), new { page });
    }
}

public sealed record PermissionsPage(IReadOnlyList<Extension> Extensions, int Page, int Pages);
