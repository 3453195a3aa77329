using System.ComponentModel.DataAnnotations;
using Conference.Core.Accounts;
using Conference.Infrastructure.Accounts;
using Conference.Infrastructure.Data;
using Conference.Web.Features.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Conference.Web.Features.People;

/// <summary>Who may sign in, and as what.</summary>
[Authorize(Policy = Policies.Administrators), Route("people")]
public sealed class PeopleController(UserManager<Person> people, ConferenceDb db, DeviceDirectory phones, LiveConnections live, IStringLocalizer<SharedWords> T) : Controller
{
    private const string LinkFor = "person.name";
    private const string Link = "person.link";

    [HttpGet("")]
    public async Task<IActionResult> Show() => View(await PageAsync(new PersonForm()));

    [HttpPost("")]
    public async Task<IActionResult> Create([Bind(Prefix = "Form")] PersonForm form)
    {
        if (!Roles.All.Contains(form.Role)) ModelState.AddModelError("Form.Role", T["Choose one of the list."]);
        if (await IsMailTakenAsync(form.Email)) ModelState.AddModelError("Form.Email", T["Somebody else has that mail address."]);
        if (!ModelState.IsValid) return View(nameof(Show), await PageAsync(form));

        var person = new Person { UserName = form.UserName.Trim(), DisplayName = form.DisplayName.Trim(), Email = form.Email?.Trim() };
        var result = await people.CreateAsync(person);
        if (result.Succeeded) result = await people.AddToRoleAsync(person, form.Role);
        foreach (var error in result.Errors) ModelState.AddModelError($"Form.{FormErrors.FieldOf(error)}", error.Description);
        if (!result.Succeeded) return View(nameof(Show), await PageAsync(form));

        await ShowLinkOnceAsync(person);
        return RedirectToAction(nameof(Show));
    }

    /// <summary>A new one-time link, for somebody who forgot their password or let the first one lapse.</summary>
    [HttpPost("{id}/link")]
    public Task<IActionResult> NewLink(string id) => ChangeAsync(id, false, ShowLinkOnceAsync);

    [HttpPut("{id}/role")]
    public Task<IActionResult> ChangeRole(string id, string role) => ChangeAsync(id, true, async person =>
    {
        if (!Roles.All.Contains(role)) return;
        await people.RemoveFromRolesAsync(person, await people.GetRolesAsync(person));
        await people.AddToRoleAsync(person, role);
        this.Say(T["Saved."]);
    });

    [HttpPut("{id}/lock")]
    public Task<IActionResult> Lock(string id) => ChangeAsync(id, true, async person =>
    {
        await people.SetLockoutEnabledAsync(person, true);
        await people.SetLockoutEndDateAsync(person, DateTimeOffset.MaxValue);
        this.Say(T["{0} can no longer sign in.", NameOf(person)]);
    });

    [HttpDelete("{id}/lock")]
    public Task<IActionResult> Unlock(string id) => ChangeAsync(id, false, async person =>
    {
        await people.SetLockoutEndDateAsync(person, null);
        await people.ResetAccessFailedCountAsync(person);
        this.Say(T["{0} can sign in again.", NameOf(person)]);
    });

    [HttpDelete("{id}")]
    public Task<IActionResult> Remove(string id) => ChangeAsync(id, true, async person =>
    {
        await people.DeleteAsync(person);
        await phones.LoadAsync(HttpContext.RequestAborted); // their extension stays, and is nobody's
        this.Say(T["Removed."]);
    });

    /// <param name="takesAway">Whether it can take rights away: nobody does that to themselves, so that an administrator always remains.</param>
    private async Task<IActionResult> ChangeAsync(string id, bool takesAway, Func<Person, Task> change)
    {
        if (await people.FindByIdAsync(id) is not { } person) return NotFound();
        if (takesAway && person.Id == User.Id())
        {
            this.SayTrouble(T["You cannot do this to yourself. Ask another administrator."]);
            return RedirectToAction(nameof(Show));
        }

        await change(person);
        if (takesAway)
        {
            if (await people.FindByIdAsync(id) is { } still) await people.UpdateSecurityStampAsync(still); // ends every session
            live.End(id);
        }

        return RedirectToAction(nameof(Show));
    }

    /// <summary>The next page shows it, once.</summary>
    private async Task ShowLinkOnceAsync(Person person)
    {
        TempData[LinkFor] = NameOf(person);
        TempData[Link] = $"{Request.Scheme}://{Request.Host}{OneTimeLink.To(person.Id, await people.GeneratePasswordResetTokenAsync(person))}";
    }

    private async Task<bool> IsMailTakenAsync(string? mail)
    {
        if (string.IsNullOrWhiteSpace(mail)) return false;
        var normal = people.NormalizeEmail(mail.Trim());
        return await people.Users.AnyAsync(p => p.NormalizedEmail == normal);
    }

    private async Task<PeoplePage> PageAsync(PersonForm form)
    {
        var roles = await (from link in db.UserRoles join role in db.Roles on link.RoleId equals role.Id select new { link.UserId, role.Name }).ToListAsync();
        var rows = await people.Users.AsNoTracking().OrderBy(p => p.DisplayName).ThenBy(p => p.UserName).ToListAsync();
        return new PeoplePage(
            form,
            [.. rows.Select(p => new PersonRow(p.Id, NameOf(p), p.UserName ?? "", p.Email, roles.FirstOrDefault(r => r.UserId == p.Id)?.Name ?? "", p.PasswordHash is not null, p.LockoutEnd))],
            TempData[LinkFor] as string, TempData[Link] as string);
    }

    private static string NameOf(Person person) => person.DisplayName.Length > 0 ? person.DisplayName : person.UserName ?? "";
}

public sealed record PersonForm
{
    [Display(Name = "Name"), Required(ErrorMessage = "Please fill this in."), StringLength(Person.DisplayNameLength, ErrorMessage = "At most {1} characters.")]
    public string DisplayName { get; init; } = "";

    [Display(Name = "User name"), Required(ErrorMessage = "Please fill this in."), StringLength(64, ErrorMessage = "At most {1} characters.")]
    public string UserName { get; init; } = "";

    [Display(Name = "E-mail"), EmailAddress(ErrorMessage = "This does not look like a mail address."), StringLength(254, ErrorMessage = "At most {1} characters.")]
    public string? Email { get; init; }

    [Display(Name = "Role")]
    public string Role { get; init; } = Roles.Host;
}

public sealed record PeoplePage(PersonForm Form, IReadOnlyList<PersonRow> People, string? LinkFor, string? Link);

public sealed record PersonRow(string Id, string Name, string UserName, string? Email, string Role, bool HasPassword, DateTimeOffset? LockedUntil);
