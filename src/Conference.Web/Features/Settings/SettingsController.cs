using System.ComponentModel.DataAnnotations;
using Conference.Core.Calls;
using Conference.Infrastructure.Data;
using Conference.Infrastructure.Messaging;
using Conference.Web.Features.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;

namespace Conference.Web.Features.Settings;

/// <summary>What administrators set without a file: who may dial in, under which number, and whether mail gets out.</summary>
[Authorize(Policy = Policies.Administrators), Route("settings")]
public sealed class SettingsController(
    SettingsStore store, DialBook numbers, ConferenceDb db, IMailer mailer, IOptionsMonitor<MailOptions> mail, UserManager<Person> people, TimeProvider time, IStringLocalizer<SharedWords> T) : Controller
{
    [HttpGet("")]
    public async Task<IActionResult> Show(CancellationToken cancel) => View(await PageAsync(SettingsForm.Of(store.Current), cancel));

    [HttpPost("")]
    public async Task<IActionResult> Save([Bind(Prefix = "Form")] SettingsForm form, CancellationToken cancel)
    {
        if (form.AccessNumber is { Length: > 0 } number && numbers.IsTakenForAccess(number.Trim()))
            ModelState.AddModelError("Form.AccessNumber", T["Something else answers to that number already: a conference, an extension or a line of extensions.conf."]);
        if (!string.IsNullOrEmpty(form.TimeZone) && !TimeZoneInfo.TryFindSystemTimeZoneById(form.TimeZone, out _)) ModelState.AddModelError("Form.TimeZone", T["Choose one of the list."]);
        if (!Spoken.Knows(form.Language)) ModelState.AddModelError("Form.Language", T["Choose one of the list."]);
        if (!ModelState.IsValid) return View(nameof(Show), await PageAsync(form, cancel));
        await store.SaveAsync(form.Over(store.Current), cancel);
        this.Say(T["Saved. It counts from the next call on."]);
        return RedirectToAction(nameof(Show));
    }

    /// <summary>Sends one mail to the one who asks and says what the mail server said.</summary>
    [HttpPost("test-mail")]
    public async Task<IActionResult> TestMail(CancellationToken cancel)
    {
        if ((await people.GetUserAsync(User))?.Email is not { Length: > 0 } address) this.SayTrouble(T["Your account has no mail address to send it to."]);
        else if (!mail.CurrentValue.IsSet) this.SayTrouble(T["Mail is not set up: Conference:Mail:Host is empty."]);
        else await TryAsync(address, cancel);
        return RedirectToAction(nameof(Show));
    }

    /// <summary>What the three Asterisk files gave, and what could not be understood.</summary>
    [HttpGet("asterisk")]
    public IActionResult Asterisk() => View(numbers.Plan);

    private async Task TryAsync(string address, CancellationToken cancel)
    {
        var (subject, text) = (T["A test from Conference"].Value, T["If you read this, mail works."].Value);
        var delivery = await mailer.SendAsync(
            new OutboxMail { ToAddress = address, Subject = subject, Text = text, Html = $"<p>{System.Net.WebUtility.HtmlEncode(text)}</p>", CreatedAt = time.GetUtcNow() }, cancel);
        if (delivery.Verdict == Verdict.Taken) this.Say(T["The mail server has taken it. Look into the mailbox of {0}.", address]);
        else this.SayTrouble(T["The mail did not get out: {0}", delivery.Words]);
    }

    private async Task<SettingsPage> PageAsync(SettingsForm form, CancellationToken cancel)
    {
        var options = mail.CurrentValue;
        var waiting = await db.Outbox.CountAsync(m => m.State == MailState.Queued, cancel);
        return new SettingsPage(form, options.IsSet ? $"{options.Host}:{options.EffectivePort}" : null, options.Security.ToString(), options.From, waiting, numbers.Plan.Problems.Length);
    }
}

public sealed record SettingsForm
{
    [Display(Name = "Access number, as phones of the house dial it"), RegularExpression("[0-9]{2,15}", ErrorMessage = "A number has 2 to 15 digits.")]
    public string? AccessNumber { get; init; }

    [Display(Name = "Access number, as people outside dial it"), RegularExpression(@"\+?[0-9 ()/.-]{2,30}", ErrorMessage = "Digits, with + in front and blanks between if you like.")]
    public string? PublicAccessNumber { get; init; }

    [Display(Name = "Callers without an account may dial in")]
    public bool GuestsMayDial { get; init; }

    [Display(Name = "Language of announcements")]
    public string Language { get; init; } = "en";

    [Display(Name = "Time zone of the site")]
    public string? TimeZone { get; init; }

    [Display(Name = "Phones in the browser of who is signed in need no secret")]
    public bool TrustsPortalSession { get; init; }

    internal static SettingsForm Of(SiteSettings settings) => new()
    {
        AccessNumber = settings.AccessNumber,
        PublicAccessNumber = settings.PublicAccessNumber,
        GuestsMayDial = settings.GuestsMayDial,
        Language = settings.Language,
        TimeZone = settings.TimeZone,
        TrustsPortalSession = settings.TrustsPortalSession,
    };

    internal SiteSettings Over(SiteSettings settings) => settings with
    {
        AccessNumber = AccessNumber?.Trim() ?? "",
        PublicAccessNumber = PublicAccessNumber?.Trim() ?? "",
        Language = Language,
        GuestsMayDial = GuestsMayDial,
        TimeZone = TimeZone ?? "",
        TrustsPortalSession = TrustsPortalSession,
    };
}

public sealed record SettingsPage(SettingsForm Form, string? MailServer, string MailSecurity, string MailFrom, int MailsWaiting, int FileProblems);
