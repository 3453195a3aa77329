using System.ComponentModel.DataAnnotations;
using Conference.Core.Accounts;
using Conference.Infrastructure.Data;
using Conference.Web.Features.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;

namespace Conference.Web.Features.Setup;

/// <summary>The page behind the one-time link; it is gone once there is an administrator.</summary>
[AllowAnonymous, Route("setup/{token}")]
public sealed class SetupController(SetupLink link, UserManager<Person> people, SignInManager<Person> door, IStringLocalizer<SharedWords> T) : Controller
{
    [HttpGet, EnableRateLimiting(Policies.Guessing)]
    public IActionResult New(string token) => link.Fits(token) ? View(new SetupForm()) : Over();

    [HttpPost, EnableRateLimiting(Policies.Guessing)]
    public async Task<IActionResult> Create(string token, SetupForm form)
    {
        if (!link.Fits(token)) return Over();
        if (!ModelState.IsValid) return View(nameof(New), form);

        var admin = new Person { UserName = form.UserName.Trim(), DisplayName = form.DisplayName.Trim(), Email = form.Email?.Trim(), TimeZone = PageClock.Find(form.TimeZone).Id, Language = System.Globalization.CultureInfo.CurrentUICulture.Name };
        if (!await link.SpendAsync(token, () => CreateAsync(admin, form.Password))) return Over();
        if (!ModelState.IsValid) return View(nameof(New), form);

        await door.SignInAsync(admin, isPersistent: false);
        this.Say(T["Welcome. Next: add an extension under Phones, then book the first conference."]);
        return Redirect("/");
    }

    /// <summary>A used link, a lapsed one and one that never was look alike.</summary>
    private ViewResult Over()
    {
        Response.StatusCode = StatusCodes.Status404NotFound;
        return View("Over");
    }

    private async Task<bool> CreateAsync(Person admin, string password)
    {
        var result = await people.CreateAsync(admin, password);
        if (result.Succeeded) result = await people.AddToRoleAsync(admin, Roles.Administrator);
        foreach (var error in result.Errors) ModelState.AddModelError(FormErrors.FieldOf(error), error.Description);
        return result.Succeeded;
    }
}

public sealed record SetupForm
{
    [Display(Name = "Your name"), Required(ErrorMessage = "Please fill this in."), StringLength(Person.DisplayNameLength, ErrorMessage = "At most {1} characters.")]
    public string DisplayName { get; init; } = "";

    [Display(Name = "E-mail"), EmailAddress(ErrorMessage = "This does not look like a mail address."), StringLength(254, ErrorMessage = "At most {1} characters.")]
    public string? Email { get; init; }

    [Display(Name = "User name"), Required(ErrorMessage = "Please fill this in."), StringLength(64, ErrorMessage = "At most {1} characters.")]
    public string UserName { get; init; } = "admin";

    [Display(Name = "Password"), Required(ErrorMessage = "Please fill this in."), StringLength(128, ErrorMessage = "At most {1} characters."), DataType(DataType.Password)]
    public string Password { get; init; } = "";

    /// <summary>Filled in by the browser.</summary>
    public string? TimeZone { get; init; }
}
