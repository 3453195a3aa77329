using System.Collections.Immutable;
using System.Security.Cryptography;
using Conference.Core.Events;
using Conference.Core.Routing;
using Conference.Infrastructure.Data;
using Conference.Infrastructure.Routing;
using Conference.Sip.Trunks;
using Conference.Web.Features.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Conference.Web.Features.Trunks;

/// <summary>Lines to providers: how they are, how they are set up, and what is wrong with one.</summary>
[Authorize(Policy = Policies.Administrators), Route("trunks")]
public sealed class TrunksController(RouteDirectory directory, ConferenceDb db, ISipTrunks trunks, IDataProtectionProvider keys, EventFeed feed, IStringLocalizer<SharedWords> T) : Controller
{
    private readonly IDataProtector _held = keys.CreateProtector("Conference.Trunks.Form");

    [HttpGet("")]
    public async Task<IActionResult> List(CancellationToken cancel)
    {
        var states = trunks.States.ToImmutableDictionary(s => s.Name);
        var rows = await db.Trunks.AsNoTracking().OrderBy(t => t.Name).ToListAsync(cancel);
        return View(rows.Select(t => new TrunkRow(t, states.GetValueOrDefault(t.Name), directory.SecretOf(t) is null)).ToList());
    }

    [HttpGet("new")]
    public IActionResult New() => View(nameof(Edit), new TrunkPage(null, new TrunkForm(), null, false, [], null));

    [HttpGet("{id:guid}")]
    public async Task<IActionResult> Edit(Guid id, CancellationToken cancel) =>
        await FindAsync(id, cancel) is { } trunk ? View(PageOf(trunk, TrunkForm.Of(trunk.Plan), [], null)) : NotFound();

    [HttpPost("")]
    public Task<IActionResult> Create([Bind(Prefix = "Form")] TrunkForm form, string? act, CancellationToken cancel) => ActAsync(null, form, act, cancel);

    [HttpPut("{id:guid}")]
    public Task<IActionResult> Save(Guid id, [Bind(Prefix = "Form")] TrunkForm form, string? act, CancellationToken cancel) => ActAsync(id, form, act, cancel);

    [HttpDelete("{id:guid}")]
    public async Task<IActionResult> Remove(Guid id, CancellationToken cancel)
    {
        if (await directory.RemoveTrunkAsync(id, cancel) is { } name) Note(AdminAct.Removed, name);
        this.Say(T["Removed."]);
        return RedirectToAction(nameof(List));
    }

    /// <param name="act">"test" and "preview" show something about what is typed and store nothing; otherwise it is saved.</param>
    private async Task<IActionResult> ActAsync(Guid? id, TrunkForm form, string? act, CancellationToken cancel)
    {
        var trunk = id is null ? null : await FindAsync(id.Value, cancel);
        if (trunk is null && id is not null) return NotFound();
        var plan = form.Read(ModelState, T);
        var secret = string.IsNullOrEmpty(form.NewSecret) ? Held(form.HeldSecret) : form.NewSecret;
        if (act == "preview") return View(nameof(Edit), PageOf(trunk, form, [], secret));
        if (ModelState.IsValid && act == "test")
        {
            var line = plan.Line with { Secret = secret ?? (trunk is null ? "" : directory.SecretOf(trunk) ?? ""), Token = RandomNumberGenerator.GetHexString(16, true) };
            return View(nameof(Edit), PageOf(trunk, form, await trunks.TryAsync(line, cancel), secret));
        }

        if (ModelState.IsValid)
        {
            switch (await directory.SaveTrunkAsync(id, plan, secret, cancel))
            {
                case RouteProblem.None:
                    Note(id is null ? AdminAct.Created : AdminAct.Changed, plan.Line.Name);
                    this.Say(T["Saved. It counts from the next call on."]);
                    return RedirectToAction(nameof(List));
                case RouteProblem.NameTaken:
                    ModelState.AddModelError("Form.Name", T["Another trunk has that name."]);
                    break;
                case RouteProblem.TooMany:
                    ModelState.AddModelError("", T["There are as many as there can be. Remove some first."]);
                    break;
                default:
                    return NotFound();
            }
        }

        return View(nameof(Edit), PageOf(trunk, form, [], secret));
    }

    private Task<StoredTrunk?> FindAsync(Guid id, CancellationToken cancel) => db.Trunks.AsNoTracking().FirstOrDefaultAsync(t => t.Id == id, cancel);

    private TrunkPage PageOf(StoredTrunk? trunk, TrunkForm form, ImmutableArray<TrialOutcome> trial, string? typed)
    {
        form.NewSecret = null;
        form.HeldSecret = typed is null ? null : _held.Protect(typed);
        ModelState.Remove("Form.NewSecret"); // a field shows what was sent, but for this one
        ModelState.Remove("Form.HeldSecret");
        var state = trunk is null ? null : trunks.States.FirstOrDefault(s => s.Name == trunk.Name);
        return new TrunkPage(trunk?.Id, form, state, trunk is { Secret.Length: > 0 } || typed is not null, trial, Preview.Of(form));
    }

    private string? Held(string? held)
    {
        try
        {
            return string.IsNullOrEmpty(held) ? null : _held.Unprotect(held);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private void Note(AdminAct act, string name) => feed.Publish(User.Actor(), new AdminEvent.Done(act, AdminSubject.Trunk, name));
}

/// <param name="LostSecret">The keys that encrypted its secret are gone.</param>
public sealed record TrunkRow(StoredTrunk Trunk, TrunkState? State, bool LostSecret);

/// <param name="Id">The one that is changed, or <see langword="null"/> for a new one.</param>
/// <param name="HasSecret">Whether there is a secret, which is never shown.</param>
/// <param name="Trial">Steps of a test just made.</param>
public sealed record TrunkPage(Guid? Id, TrunkForm Form, TrunkState? State, bool HasSecret, ImmutableArray<TrialOutcome> Trial, Preview? Preview);

/// <summary>What rewriting makes of a number.</summary>
/// <param name="In">As the house would write it when it comes in.</param>
/// <param name="Out">As the provider would read it when it goes out.</param>
public sealed record Preview(string Sample, string In, string? InRule, string Out, string? OutRule)
{
    internal static Preview? Of(TrunkForm form)
    {
        if (string.IsNullOrWhiteSpace(form.Sample) || !DialledNumber.IsValid(form.Sample.Trim())) return null;
        var (rulesIn, rulesOut) = form.Rewrites();
        var (comes, by) = rulesIn.Preview(form.Sample.Trim());
        var (goes, through) = rulesOut.Preview(form.Sample.Trim());
        return new Preview(form.Sample.Trim(), comes, by?.Pattern, goes, through?.Pattern);
    }
}
