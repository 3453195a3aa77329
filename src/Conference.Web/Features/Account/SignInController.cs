using System.ComponentModel.DataAnnotations;
using Conference.Infrastructure.Data;
using Conference.Web.Features.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Conference.Web.Features.Account;

/// <summary>In and out.</summary>
public sealed class SignInController(SignInManager<Person> door, UserManager<Person> people, IPasswordHasher<Person> hasher, LiveConnections live, IStringLocalizer<SharedWords> T) : Controller
{
    [HttpGet("sign-in"), AllowAnonymous]
    public IActionResult New(string? returnUrl) =>
        User.Identity?.IsAuthenticated == true ? Redirect(Safe(returnUrl)) : View("SignIn", new SignInForm { ReturnUrl = Safe(returnUrl) });

    [HttpPost("sign-in"), AllowAnonymous, EnableRateLimiting(Policies.Guessing)]
    public async Task<IActionResult> Create(SignInForm form)
    {
        if (!ModelState.IsValid) return View("SignIn", form);
        var person = await FindAsync(form.Name.Trim());
        if (person is null) hasher.HashPassword(new Person(), form.Password); // an unknown name takes as long as a known one
        var result = person is null ? Microsoft.AspNetCore.Identity.SignInResult.Failed : await door.PasswordSignInAsync(person, form.Password, form.Stay, lockoutOnFailure: true);
        if (result.Succeeded)
        {
            Spoken.Remember(Response, person!.Language);
            return Redirect(Safe(form.ReturnUrl));
        }

        ModelState.AddModelError("", T["Name and password do not fit together, or there were too many wrong tries. After five wrong ones, wait five minutes."]);
        return View("SignIn", form);
    }

    [HttpPost("sign-out")]
    public async Task<IActionResult> Delete()
    {
        live.End(User.Id());
        await door.SignOutAsync();
        return Redirect("/sign-in");
    }

    [HttpPost("language"), AllowAnonymous]
    public IActionResult Speak(string? tag, string? back)
    {
        if (Spoken.Knows(tag)) Spoken.Remember(Response, tag!);
        return Redirect(Safe(back));
    }

    private async Task<Person?> FindAsync(string name)
    {
        if (await people.FindByNameAsync(name) is { } byName) return byName;
        var mail = people.NormalizeEmail(name);
        return await people.Users.Where(p => p.NormalizedEmail == mail).Take(2).ToListAsync() is [var only] ? only : null; // two with one address: neither
    }

    private string Safe(string? url) => Url.IsLocalUrl(url) ? url! : "/";
}

public sealed record SignInForm
{
    [Display(Name = "User name or e-mail"), Required(ErrorMessage = "Please fill this in."), StringLength(254, ErrorMessage = "At most {1} characters.")]
    public string Name { get; init; } = "";

    [Display(Name = "Password"), Required(ErrorMessage = "Please fill this in."), StringLength(128, ErrorMessage = "At most {1} characters."), DataType(DataType.Password)]
    public string Password { get; init; } = "";

    [Display(Name = "Keep me signed in on this device")]
    public bool Stay { get; init; }

    public string? ReturnUrl { get; init; }
}
