using System.Collections.Immutable;
using Conference.Core.Accounts;
using Conference.Core.Events;
using Conference.Core.Exchange;
using Conference.Infrastructure.Accounts;
using Conference.Infrastructure.Data;
using Conference.Sip;
using Conference.Sip.Authentication;
using Conference.Web.Features.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Conference.Web.Features.Extensions;

/// <summary>Extensions, how each behaves, and which of their phones are registered or in a call now.</summary>
[Authorize(Policy = Policies.Administrators), Route("extensions")]
public sealed class ExtensionsController(
    DeviceDirectory directory, DeviceBook book, ExtensionBook extensions, LiveCalls calls, ConferenceDb db, ISipStack sip, ISipBans bans, EventFeed feed, PageClock clock, IStringLocalizer<SharedWords> T) : Controller
{
    /// <summary>More groups than this nobody picks from.</summary>
    private const int MostGroups = 200;

    [HttpGet("")]
    public async Task<IActionResult> List(string? q, int page, CancellationToken cancel) => View(await PageAsync(new NewExtensionForm(), q, page, cancel));

    /// <summary>An extension with its first phone; the phone is named after the number unless told otherwise.</summary>
    [HttpPost("")]
    public async Task<IActionResult> Create([Bind(Prefix = "Form")] NewExtensionForm form, CancellationToken cancel)
    {
        if (ModelState.IsValid)
        {
            var username = string.IsNullOrWhiteSpace(form.Username) ? DeviceDirectory.UsernameFor(form.Number) : form.Username;
            var problem = await directory.CheckUsernameAsync(username, cancel); // before anything is made
            Extension? extension = null;
            if (problem == DeviceProblem.None) (extension, problem) = await directory.AddExtensionAsync(await CardAsync(form, cancel), cancel);
            if (extension is not null)
            {
                Note(AdminAct.Created, AdminSubject.Extension, extension.Number);
                return await AddPhoneAsync(extension.Id, username, cancel);
            }

            ModelState.AddModelError(DeviceSentences.FieldOf(problem), DeviceSentences.Of(problem, T));
        }

        return View(nameof(List), await PageAsync(form, null, 1, cancel));
    }

    /// <param name="template">Fills the form in from that template; nothing is stored before it is saved.</param>
    [HttpGet("{id:guid}")]
    public async Task<IActionResult> Edit(Guid id, Guid? template, CancellationToken cancel)
    {
        if (await FindAsync(id, cancel) is not { } extension) return NotFound();
        var form = ExtensionForm.Of(extension.Card);
        if (template is not null && await db.ExtensionTemplates.FindAsync([template.Value], cancel) is { } rules) form.Follow(rules.CardFor("", ""));
        return View(await EditPageAsync(extension, form, template, cancel));
    }

    [HttpPut("{id:guid}")]
    public async Task<IActionResult> Save(Guid id, [Bind(Prefix = "Form")] ExtensionForm form, CancellationToken cancel)
    {
        var card = form.Read(ModelState, T);
        if (ModelState.IsValid)
        {
            var problem = await directory.SaveExtensionAsync(id, card, cancel);
            if (problem == DeviceProblem.None)
            {
                Note(AdminAct.Changed, AdminSubject.Extension, card.Number);
                this.Say(T["Saved. It counts from the next call on."]);
                return RedirectToAction(nameof(Edit), new { id });
            }

            if (problem != DeviceProblem.NotFound) ModelState.AddModelError(DeviceSentences.FieldOf(problem), DeviceSentences.Of(problem, T));
        }

        return await FindAsync(id, cancel) is { } extension ? View(nameof(Edit), await EditPageAsync(extension, form, null, cancel)) : NotFound();
    }

    [HttpDelete("{id:guid}")]
    public async Task<IActionResult> Remove(Guid id, CancellationToken cancel)
    {
        var number = (await FindAsync(id, cancel))?.Number;
        foreach (var username in await directory.RemoveExtensionAsync(id, cancel)) sip.Unbind(username);
        if (number is not null) Note(AdminAct.Removed, AdminSubject.Extension, number);
        this.Say(T["Removed."]);
        return RedirectToAction(nameof(List));
    }

    [HttpPost("{id:guid}/accounts")]
    public async Task<IActionResult> AddAccount(Guid id, string? username, CancellationToken cancel) => await AddPhoneAsync(id, username ?? "", cancel);

    [HttpGet("range")]
    public async Task<IActionResult> Range(CancellationToken cancel) => View(new RangePage(new RangeForm(), await TemplatesAsync(cancel), []));

    /// <summary>Makes the extensions and shows every secret, once, on the page that answers.</summary>
    [HttpPost("range")]
    public async Task<IActionResult> CreateRange([Bind(Prefix = "Form")] RangeForm form, CancellationToken cancel)
    {
        var made = new List<NewAccount>();
        if (ModelState.IsValid)
            foreach (var number in form.Numbers()) made.Add(await MakeAsync(form, number, cancel));
        return View(nameof(Range), new RangePage(form, await TemplatesAsync(cancel), made));
    }

    private async Task<NewAccount> MakeAsync(RangeForm form, string number, CancellationToken cancel)
    {
        var name = form.NameOf(number);
        var problem = await directory.CheckUsernameAsync(number, cancel);
        Extension? extension = null;
        if (problem == DeviceProblem.None) (extension, problem) = await directory.AddExtensionAsync(await CardAsync(form.Template, number, name, cancel), cancel);
        if (extension is null) return new NewAccount(number, name, "", DeviceSentences.Of(problem, T));
        var (_, secret, _) = await directory.AddDeviceAsync(extension.Id, number, cancel);
        Note(AdminAct.Created, AdminSubject.Extension, number);
        return new NewAccount(number, name, secret, "");
    }

    private async Task<IActionResult> AddPhoneAsync(Guid extension, string username, CancellationToken cancel)
    {
        var (device, secret, problem) = await directory.AddDeviceAsync(extension, username, cancel);
        if (device is null)
        {
            this.SayTrouble(DeviceSentences.Of(problem, T));
            return problem == DeviceProblem.NotFound ? RedirectToAction(nameof(List)) : RedirectToAction(nameof(Edit), new { id = extension });
        }

        Note(AdminAct.Created, AdminSubject.Account, device.Username);
        TempData[AccountsController.Secret] = secret; // the next page shows it, once: it travels in an encrypted cookie and is stored nowhere
        return RedirectToAction(nameof(AccountsController.Show), "Accounts", new { id = device.Id });
    }

    private async Task<ExtensionCard> CardAsync(NewExtensionForm form, CancellationToken cancel) =>
        await CardAsync(form.Template, form.Number, ExtensionCard.Named(form.FirstName ?? "", form.Name), cancel) with { FirstName = (form.FirstName ?? "").Trim() };

    private async Task<ExtensionCard> CardAsync(Guid? template, string number, string name, CancellationToken cancel) =>
        template is not null && await db.ExtensionTemplates.FindAsync([template.Value], cancel) is { } rules ? rules.CardFor(number, name) : new ExtensionCard(number, name);

    private Task<Extension?> FindAsync(Guid id, CancellationToken cancel) => db.Extensions.AsNoTracking().Include(e => e.Devices).FirstOrDefaultAsync(e => e.Id == id, cancel);

    private Task<List<ExtensionTemplate>> TemplatesAsync(CancellationToken cancel) => db.ExtensionTemplates.AsNoTracking().OrderBy(t => t.Name).ToListAsync(cancel);

    /// <summary>Searched in memory, where every extension is anyway; the database gives the rows of one page.</summary>
    private async Task<ExtensionsPage> PageAsync(NewExtensionForm form, string? wanted, int page, CancellationToken cancel)
    {
        var (words, cards) = (Shared.Wanted.Words(wanted), extensions.Cards);
        var numbers = cards.Where(c => Shared.Wanted.Fits(words, TextOf(c))).Select(c => (Number: c.Number, File: (DeviceCard?)null));
        var files = book.FromFiles.Where(c => Shared.Wanted.Fits(words, $"{c.Username} {c.Extension} {c.Name}")).Select(c => (Number: c.Extension, File: (DeviceCard?)c));
        var (part, paging) = Paging.Of([.. numbers, .. files], page, "/extensions", wanted?.Trim() ?? "");
        var shown = part.Where(p => p.File is null).Select(p => p.Number).ToList();
        var rows = await db.Extensions.AsNoTracking().Include(e => e.Devices).Where(e => shown.Contains(e.Number)).ToListAsync(cancel);
        return new ExtensionsPage(
            form, [.. rows.OrderBy(e => e.Number, StringComparer.Ordinal)], [.. part.Select(p => p.File).OfType<DeviceCard>()], await StatusAsync(cancel), await TemplatesAsync(cancel),
            paging, cards.Length + book.FromFiles.Length);
    }

    private string TextOf(ExtensionCard card) =>
        $"{card.Number} {card.Name} {card.Organisation} {card.Group} {string.Join(' ', book.OfExtension(card.Number).Select(d => $"{d.Username} {d.Label}"))}";

    private async Task<EditPage> EditPageAsync(Extension extension, ExtensionForm form, Guid? template, CancellationToken cancel) =>
        new(extension, form, await StatusAsync(cancel), await TemplatesAsync(cancel), await PeopleForAsync(extension.Id, cancel), await GroupsAsync(cancel), template);

    /// <summary>Everybody who has no other extension yet.</summary>
    private async Task<List<PersonChoice>> PeopleForAsync(Guid extension, CancellationToken cancel)
    {
        var people = await db.Users.AsNoTracking().Where(p => !db.Extensions.Any(e => e.PersonId == p.Id && e.Id != extension))
            .Select(p => new { p.Id, p.DisplayName, p.UserName }).ToListAsync(cancel);
        return [.. people.Select(p => new PersonChoice(p.Id, p.DisplayName.Length > 0 ? p.DisplayName : p.UserName ?? "")).OrderBy(p => p.Name, StringComparer.CurrentCultureIgnoreCase)];
    }

    private Task<List<string>> GroupsAsync(CancellationToken cancel) =>
        db.Extensions.Where(e => e.LampGroup != "").Select(e => e.LampGroup).Distinct().OrderBy(g => g).Take(MostGroups).ToListAsync(cancel);

    private async Task<LiveStatus> StatusAsync(CancellationToken cancel) => new(
        book.Reachable.ToImmutableDictionary(r => r.Username, StringComparer.OrdinalIgnoreCase),
        [.. calls.All.SelectMany(c => c.Legs).Select(l => l.Extension).OfType<string>()],
        await SignInTrouble.LatestAsync(db, bans, clock.Now, cancel));

    private void Note(AdminAct act, AdminSubject subject, string name) => feed.Publish(User.Actor(), new AdminEvent.Done(act, subject, name));
}

/// <summary>What is so now, whoever looks.</summary>
/// <param name="Registered">By user name.</param>
/// <param name="Busy">Numbers of extensions in a call.</param>
/// <param name="Troubles">Refused sign-ins by user name.</param>
public sealed record LiveStatus(ImmutableDictionary<string, Reachable> Registered, ImmutableHashSet<string> Busy, ImmutableDictionary<string, SignInTrouble> Troubles)
{
    /// <summary>A refusal that no later registration has made good.</summary>
    public SignInTrouble? TroubleOf(string username) =>
        Troubles.GetValueOrDefault(username) is { } trouble && (trouble.BarredUntil is not null || Registered.GetValueOrDefault(username)?.Since is not { } since || since < trouble.At) ? trouble : null;
}

/// <param name="FromFiles">Phones of sip.conf; they are changed there.</param>
/// <param name="All">How many there are in all, whatever was searched for.</param>
public sealed record ExtensionsPage(
    NewExtensionForm Form, IReadOnlyList<Extension> Extensions, ImmutableArray<DeviceCard> FromFiles, LiveStatus Status, IReadOnlyList<ExtensionTemplate> Templates, Paging Paging, int All);

/// <param name="FilledFrom">The template the form was filled in from, not yet saved.</param>
/// <param name="People">Who it may belong to.</param>
/// <param name="Groups">Those there are already.</param>
public sealed record EditPage(
    Extension Extension, ExtensionForm Form, LiveStatus Status, IReadOnlyList<ExtensionTemplate> Templates, IReadOnlyList<PersonChoice> People, IReadOnlyList<string> Groups, Guid? FilledFrom);

public sealed record PersonChoice(string Id, string Name);

public sealed record RangePage(RangeForm Form, IReadOnlyList<ExtensionTemplate> Templates, IReadOnlyList<NewAccount> Made);

/// <param name="Problem">Why it was not made; empty when it was.</param>
public sealed record NewAccount(string Number, string Name, string Secret, string Problem)
{
    /// <summary>Secrets stay out of logs.</summary>
    public override string ToString() => $"account {Number}";
}
