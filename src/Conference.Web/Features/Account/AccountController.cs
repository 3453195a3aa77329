using System.ComponentModel.DataAnnotations;
using Conference.Infrastructure.Data;
using Conference.Web.Features.Shared;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;

namespace Conference.Web.Features.Account;

/// <summary>One's own name, language, zone and password.</summary>
[Route("account")]
public sealed class AccountController(UserManager<Person> people, SignInManager<Person> door, IStringLocalizer<SharedWords> T) : Controller
{
    [HttpGet("")]
    public async Task<IActionResult> Show() => await people.GetUserAsync(User) is { } me ? View(nameof(Show), ProfileForm.Of(me)) : Challenge();

    [HttpPost("")]
    public async Task<IActionResult> Save(ProfileForm form)
    {
        if (await people.GetUserAsync(User) is not { } me) return Challenge();
        if (!Spoken.Knows(form.Language)) ModelState.AddModelError(nameof(form.Language), T["Choose one of the list."]);
        if (await IsTakenAsync(form.Email, me)) ModelState.AddModelError(nameof(form.Email), T["Somebody else has that mail address."]);
        if (!ModelState.IsValid) return View(nameof(Show), form);

        (me.DisplayName, me.Language, me.TimeZone) = (form.DisplayName.Trim(), form.Language, PageClock.Find(form.TimeZone).Id);
        me.Email = form.Email?.Trim() is { Length: > 0 } email ? email : null;
        await people.UpdateAsync(me);
        await door.RefreshSignInAsync(me);
        Spoken.Remember(Response, me.Language);
        this.Say(T["Saved."]);
        return RedirectToAction(nameof(Show));
    }

    private async Task<bool> IsTakenAsync(string? email, Person me) =>
        !string.IsNullOrWhiteSpace(email) && await people.FindByEmailAsync(email.Trim()) is { } other && other.Id != me.Id;

    [HttpGet("password")]
    public IActionResult Password() => View(nameof(Password), new PasswordForm());

    [HttpPost("password"), EnableRateLimiting(Policies.Guessing)]
    public async Task<IActionResult> ChangePassword(PasswordForm form)
    {
        if (await people.GetUserAsync(User) is not { } me) return Challenge();
        if (!ModelState.IsValid) return View(nameof(Password), form);

        var result = await people.ChangePasswordAsync(me, form.Present, form.Password);
        foreach (var error in result.Errors) ModelState.AddModelError(FormErrors.FieldOf(error), error.Description);
        if (!result.Succeeded) return View(nameof(Password), form);

        await door.RefreshSignInAsync(me); // every other session ends within seconds
        this.Say(T["Your password is changed. Other browsers are signed out."]);
        return RedirectToAction(nameof(Show));
    }
}

public sealed record ProfileForm
{
    [Display(Name = "Your name"), Required(ErrorMessage = "Please fill this in."), StringLength(Person.DisplayNameLength, ErrorMessage = "At most {1} characters.")]
    public string DisplayName { get; init; } = "";

    [Display(Name = "E-mail"), EmailAddress(ErrorMessage = "This does not look like a mail address."), StringLength(254, ErrorMessage = "At most {1} characters.")]
    public string? Email { get; init; }

    [Display(Name = "Language")]
    public string Language { get; init; } = "en";

    [Display(Name = "Time zone")]
    public string TimeZone { get; init; } = "UTC";

    internal static ProfileForm Of(Person me) => new() { DisplayName = me.DisplayName, Email = me.Email, Language = me.Language, TimeZone = me.TimeZone };
}

public sealed record PasswordForm
{
    [Display(Name = "Present password"), Required(ErrorMessage = "Please fill this in."), DataType(DataType.Password)]
    public string Present { get; init; } = "";

    [Display(Name = "New password"), Required(ErrorMessage = "Please fill this in."), StringLength(128, ErrorMessage = "At most {1} characters."), DataType(DataType.Password)]
    public string Password { get; init; } = "";
}
