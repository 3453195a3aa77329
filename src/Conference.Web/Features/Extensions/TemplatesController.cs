using Conference.Core.Accounts;
using Conference.Core.Events;
using Conference.Infrastructure.Accounts;
using Conference.Infrastructure.Data;
using Conference.Web.Features.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Conference.Web.Features.Extensions;

/// <summary>Settings that many extensions begin with.</summary>
[Authorize(Policy = Policies.Administrators), Route("extensions/templates")]
public sealed class TemplatesController(DeviceDirectory directory, ConferenceDb db, EventFeed feed, IStringLocalizer<SharedWords> T) : Controller
{
    [HttpGet("")]
    public async Task<IActionResult> Templates(CancellationToken cancel) => View(await PageAsync(null, new TemplateForm(), cancel));

    [HttpPost("")]
    public Task<IActionResult> Create([Bind(Prefix = "Form")] TemplateForm form, CancellationToken cancel) => SaveAsync(null, form, cancel);

    [HttpGet("{id:guid}")]
    public async Task<IActionResult> Edit(Guid id, CancellationToken cancel) =>
        await db.ExtensionTemplates.FindAsync([id], cancel) is { } template ? View(nameof(Templates), await PageAsync(id, TemplateForm.Of(template), cancel)) : NotFound();

    [HttpPut("{id:guid}")]
    public Task<IActionResult> Save(Guid id, [Bind(Prefix = "Form")] TemplateForm form, CancellationToken cancel) => SaveAsync(id, form, cancel);

    [HttpDelete("{id:guid}")]
    public async Task<IActionResult> Remove(Guid id, CancellationToken cancel)
    {
        if (await directory.RemoveTemplateAsync(id, cancel) is { } name) Note(AdminAct.Removed, name);
        this.Say(T["Removed."]);
        return RedirectToAction(nameof(Templates));
    }

    private async Task<IActionResult> SaveAsync(Guid? id, TemplateForm form, CancellationToken cancel)
    {
        var rules = form.Read("", form.Name, ModelState, T);
        if (ModelState.IsValid)
        {
            var problem = await directory.SaveTemplateAsync(id, form.Name, rules, cancel);
            if (problem == DeviceProblem.NotFound) return NotFound();
            if (problem == DeviceProblem.None)
            {
                Note(id is null ? AdminAct.Created : AdminAct.Changed, form.Name.Trim());
                this.Say(T["Saved. Extensions made or filled in from it later begin with this."]);
                return RedirectToAction(nameof(Templates));
            }

            ModelState.AddModelError(DeviceSentences.FieldOf(problem), DeviceSentences.Of(problem, T));
        }

        return View(nameof(Templates), await PageAsync(id, form, cancel));
    }

    private async Task<TemplatesPage> PageAsync(Guid? id, TemplateForm form, CancellationToken cancel) =>
        new(id, form, await db.ExtensionTemplates.AsNoTracking().OrderBy(t => t.Name).ToListAsync(cancel));

    private void Note(AdminAct act, string name) => feed.Publish(User.Actor(), new AdminEvent.Done(act, AdminSubject.Template, name));
}

/// <param name="Id">The one that is changed, or <see langword="null"/> for a new one.</param>
public sealed record TemplatesPage(Guid? Id, TemplateForm Form, IReadOnlyList<ExtensionTemplate> Templates);
