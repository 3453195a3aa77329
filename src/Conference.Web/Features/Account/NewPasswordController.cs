using System.ComponentModel.DataAnnotations;
using Conference.Infrastructure.Data;
using Conference.Web.Features.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;

namespace Conference.Web.Features.Account;

/// <summary>The page behind the one-time link an administrator hands to somebody: they choose their own password.</summary>
[AllowAnonymous, Route("new-password/{id}/{token}")]
public sealed class NewPasswordController(UserManager<Person> people, IStringLocalizer<SharedWords> T) : Controller
{
    [HttpGet, EnableRateLimiting(Policies.Guessing)]
    public async Task<IActionResult> New(string id, string token) => await FindAsync(id, token) is { } person ? View("NewPassword", new NewPasswordForm { UserName = person.UserName }) : NotFound();

    [HttpPost, EnableRateLimiting(Policies.Guessing)]
    public async Task<IActionResult> Create(string id, string token, NewPasswordForm form)
    {
        if (await FindAsync(id, token) is not { } person) return NotFound();
        if (!ModelState.IsValid) return View("NewPassword", form);

        var result = await people.ResetPasswordAsync(person, OneTimeLink.Decode(token), form.Password);
        foreach (var error in result.Errors) ModelState.AddModelError(FormErrors.FieldOf(error), error.Description);
        if (!result.Succeeded) return View("NewPassword", form);
        this.Say(T["Your password is set. Sign in with it."]);
        return Redirect("/sign-in");
    }

    private async Task<Person?> FindAsync(string id, string token) =>
        await people.FindByIdAsync(id) is { } person
        && await people.VerifyUserTokenAsync(person, people.Options.Tokens.PasswordResetTokenProvider, UserManager<Person>.ResetPasswordTokenPurpose, OneTimeLink.Decode(token))
            ? person : null;
}

public sealed record NewPasswordForm
{
    public string? UserName { get; init; }

    [Display(Name = "New password"), Required(ErrorMessage = "Please fill this in."), StringLength(128, ErrorMessage = "At most {1} characters."), DataType(DataType.Password)]
    public string Password { get; init; } = "";
}
