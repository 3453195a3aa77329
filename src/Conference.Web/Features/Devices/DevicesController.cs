using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using Conference.Core.Accounts;
using Conference.Infrastructure.Accounts;
using Conference.Infrastructure.Data;
using Conference.Sip;
using Conference.Web.Features.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Conference.Web.Features.Devices;

/// <summary>Extensions, the phones that answer as them, and which of those are registered now.</summary>
[Authorize(Policy = Policies.Administrators), Route("devices")]
public sealed class DevicesController(DeviceDirectory directory, DeviceBook book, ConferenceDb db, ISipStack sip, PhoneServer server, IStringLocalizer<SharedWords> T) : Controller
{
    private const string SecretOf = "device.username";
    private const string Secret = "device.secret";

    [HttpGet("")]
    public async Task<IActionResult> Show(CancellationToken cancel) => View(await PageAsync(new ExtensionForm(), cancel));

    /// <summary>An extension with its first phone; the phone is named after the number unless told otherwise.</summary>
    [HttpPost("extensions")]
    public async Task<IActionResult> AddExtension([Bind(Prefix = "Form")] ExtensionForm form, CancellationToken cancel)
    {
        if (ModelState.IsValid)
        {
            var username = string.IsNullOrWhiteSpace(form.Username) ? form.Number : form.Username;
            var problem = await directory.CheckUsernameAsync(username, cancel); // before anything is made
            Extension? extension = null;
            if (problem == DeviceProblem.None) (extension, problem) = await directory.AddExtensionAsync(new ExtensionCard(form.Number, form.Name), cancel);
            if (extension is not null) return await AddPhoneAsync(extension.Id, username, cancel);
            ModelState.AddModelError($"Form.{FieldOf(problem)}", SentenceOf(problem));
        }

        return View(nameof(Show), await PageAsync(form, cancel));
    }

    [HttpPost("extensions/{id:guid}/phones")]
    public Task<IActionResult> AddPhone(Guid id, string? username, CancellationToken cancel) => AddPhoneAsync(id, username ?? "", cancel);

    [HttpDelete("extensions/{id:guid}")]
    public async Task<IActionResult> RemoveExtension(Guid id, CancellationToken cancel)
    {
        foreach (var username in await directory.RemoveExtensionAsync(id, cancel)) sip.Unbind(username);
        this.Say(T["Removed."]);
        return RedirectToAction(nameof(Show));
    }

    [HttpDelete("phones/{id:guid}")]
    public async Task<IActionResult> RemovePhone(Guid id, CancellationToken cancel)
    {
        if (await directory.RemoveDeviceAsync(id, cancel) is { } username) sip.Unbind(username);
        this.Say(T["Removed."]);
        return RedirectToAction(nameof(Show));
    }

    /// <summary>A new secret in place of a lost one.</summary>
    [HttpPost("phones/{id:guid}/secret")]
    public async Task<IActionResult> Renew(Guid id, CancellationToken cancel)
    {
        var (device, secret) = await directory.RenewSecretAsync(id, cancel);
        if (device is not null) ShowOnce(device.Username, secret);
        return RedirectToAction(nameof(Show));
    }

    private async Task<IActionResult> AddPhoneAsync(Guid extension, string username, CancellationToken cancel)
    {
        var (device, secret, problem) = await directory.AddDeviceAsync(extension, username, cancel);
        if (device is null) this.SayTrouble(SentenceOf(problem));
        else ShowOnce(device.Username, secret);
        return RedirectToAction(nameof(Show));
    }

    /// <summary>The next page shows it, once: it travels in an encrypted cookie and is stored nowhere.</summary>
    private void ShowOnce(string username, string secret) => (TempData[SecretOf], TempData[Secret]) = (username, secret);

    private async Task<DevicesPage> PageAsync(ExtensionForm form, CancellationToken cancel)
    {
        var extensions = await db.Extensions.AsNoTracking().Include(e => e.Devices).OrderBy(e => e.Number).ToListAsync(cancel);
        var stored = extensions.SelectMany(e => e.Devices).Select(d => d.Username).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return new DevicesPage(
            form, extensions, [.. book.Cards.Where(c => !stored.Contains(c.Username))],
            book.Reachable.ToImmutableDictionary(r => r.Username, StringComparer.OrdinalIgnoreCase),
            TempData[SecretOf] as string, TempData[Secret] as string, server);
    }

    private static string FieldOf(DeviceProblem problem) => problem switch
    {
        DeviceProblem.BadName => nameof(ExtensionForm.Name),
        DeviceProblem.BadUsername or DeviceProblem.UsernameTaken => nameof(ExtensionForm.Username),
        _ => nameof(ExtensionForm.Number),
    };

    private string SentenceOf(DeviceProblem problem) => problem switch
    {
        DeviceProblem.BadNumber => T["A number has 2 to 15 digits."],
        DeviceProblem.NumberTaken => T["Another extension has that number."],
        DeviceProblem.BadName => T["Give the extension a name of at most {0} characters.", Extension.NameLength],
        DeviceProblem.BadUsername => T["A user name has letters, digits and . - _ only."],
        DeviceProblem.UsernameTaken => T["Another phone has that user name."],
        DeviceProblem.NotFound => T["This extension no longer exists."],
        _ => "",
    };
}

public sealed record ExtensionForm
{
    [Display(Name = "Number"), Required(ErrorMessage = "Please fill this in."), RegularExpression("[0-9]{2,15}", ErrorMessage = "A number has 2 to 15 digits.")]
    public string Number { get; init; } = "";

    [Display(Name = "Name"), Required(ErrorMessage = "Please fill this in."), StringLength(Extension.NameLength, ErrorMessage = "At most {1} characters.")]
    public string Name { get; init; } = "";

    [Display(Name = "User name of the first phone"), RegularExpression("[A-Za-z0-9._-]{1,64}", ErrorMessage = "A user name has letters, digits and . - _ only.")]
    public string? Username { get; init; }
}

/// <param name="FromFiles">Phones of sip.conf; they are changed there.</param>
/// <param name="NewUsername">With <paramref name="NewSecret"/>: shown once.</param>
public sealed record DevicesPage(
    ExtensionForm Form, IReadOnlyList<Extension> Extensions, ImmutableArray<DeviceCard> FromFiles, ImmutableDictionary<string, Reachable> Reachable, string? NewUsername, string? NewSecret, PhoneServer Server);
