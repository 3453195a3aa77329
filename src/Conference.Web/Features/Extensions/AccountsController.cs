using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using Conference.Core.Accounts;
using Conference.Core.Events;
using Conference.Core.Routing;
using Conference.Infrastructure.Accounts;
using Conference.Infrastructure.Data;
using Conference.Sip;
using Conference.Sip.Authentication;
using Conference.Web.Features.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;

namespace Conference.Web.Features.Extensions;

/// <summary>One account of an extension: its secret, where it may come from, and what to type into the phone.</summary>
[Authorize(Policy = Policies.Administrators), Route("extensions/accounts/{id:guid}")]
public sealed class AccountsController(
    DeviceDirectory directory, DeviceBook book, ConferenceDb db, ISipStack sip, ISipBans bans, PhoneServer server, EventFeed feed, PageClock clock, IOptions<SiteOptions> site,
    IStringLocalizer<SharedWords> T) : Controller
{
    /// <summary>Where browsers connect their phones.</summary>
    public const string SocketPath = "/sip";

    /// <summary>Where a secret waits to be shown once.</summary>
    public const string Secret = "account.secret";

    [HttpGet("")]
    public async Task<IActionResult> Show(Guid id, CancellationToken cancel) =>
        await FindAsync(id, cancel) is { } extension ? View(await PageAsync(extension, id, null, cancel)) : NotFound();

    [HttpPut("")]
    public async Task<IActionResult> Save(Guid id, [Bind(Prefix = "Form")] AccountForm form, CancellationToken cancel)
    {
        var (networks, wrong) = Networks.Read(form.AllowedNetworks);
        if (wrong is not null) ModelState.AddModelError("Form.AllowedNetworks", ExchangeSentences.NoNetwork(wrong, T));
        var settings = form.Read(networks, ModelState, T);
        if (ModelState.IsValid)
        {
            if (await directory.SaveDeviceAsync(id, settings, cancel) is not { } username) return NotFound();
            Note(AdminAct.Changed, username);
            this.Say(T["Saved. It counts from the next registration on."]);
            return RedirectToAction(nameof(Show), new { id });
        }

        return await FindAsync(id, cancel) is { } extension ? View(nameof(Show), await PageAsync(extension, id, form, cancel)) : NotFound();
    }

    /// <summary>A new secret in place of a lost one. Who has it was let in by us, so no bar of earlier guesses keeps them out.</summary>
    [HttpPost("secret")]
    public async Task<IActionResult> Renew(Guid id, CancellationToken cancel)
    {
        var (device, secret) = await directory.RenewSecretAsync(id, cancel);
        if (device is null) return NotFound();
        sip.Unbind(device.Username); // whoever knew the old secret is out at once
        foreach (var ban in bans.Bans.Where(b => device.Username.Equals(b.Username, StringComparison.OrdinalIgnoreCase))) bans.Lift(ban.Source, ban.Username);
        TempData[Secret] = secret;
        Note(AdminAct.SecretRenewed, device.Username);
        return RedirectToAction(nameof(Show), new { id });
    }

    [HttpDelete("")]
    public async Task<IActionResult> Remove(Guid id, CancellationToken cancel)
    {
        var extension = await FindAsync(id, cancel);
        if (await directory.RemoveDeviceAsync(id, cancel) is not { } username || extension is null) return NotFound();
        sip.Unbind(username);
        Note(AdminAct.Removed, username);
        this.Say(T["Removed."]);
        return RedirectToAction(nameof(ExtensionsController.Edit), "Extensions", new { id = extension.Id });
    }

    private Task<Extension?> FindAsync(Guid id, CancellationToken cancel) =>
        db.Extensions.AsNoTracking().Include(e => e.Devices).FirstOrDefaultAsync(e => e.Devices.Any(d => d.Id == id), cancel);

    private async Task<AccountPage> PageAsync(Extension extension, Guid id, AccountForm? form, CancellationToken cancel)
    {
        var device = extension.Devices.First(d => d.Id == id);
        var status = new LiveStatus(
            book.Reachable.ToImmutableDictionary(r => r.Username, StringComparer.OrdinalIgnoreCase), [], await SignInTrouble.LatestAsync(db, bans, clock.Now, cancel));
        var offered = server.Ways.Where(w => device.Transports.IsEmpty || device.Transports.Contains(w.Transport)).ToImmutableArray();
        var secret = TempData[Secret] as string;
        var host = server.HostOr(Request.Host.Host);
        return new AccountPage(
            extension, device, form ?? AccountForm.Of(device), status, secret,
            [.. offered.Select(w => new PhoneAccount(device.Username, secret ?? T["(the secret)"], extension.Name, host, w.Port, w.Transport))],
            WebOf(device, secret ?? T["(the secret)"], extension.Name, host));
    }

    /// <summary>By the address people open; a site behind a TLS proxy says so in its settings.</summary>
    private WebPhone? WebOf(Device device, string secret, string name, string host)
    {
        var page = site.Value.PublicUrl is { Length: > 0 } known ? new UriBuilder(known) : new UriBuilder(Request.Scheme, Request.Host.Host, Request.Host.Port ?? -1);
        var scheme = page.Scheme == Uri.UriSchemeHttps ? "wss" : "ws";
        if (!device.Transports.IsEmpty && !device.Transports.Contains(scheme.ToUpperInvariant())) return null;
        var socket = new UriBuilder(page.Uri) { Scheme = scheme, Path = SocketPath, Port = page.Uri.IsDefaultPort ? -1 : page.Port, Query = "" };
        return new WebPhone(device.Username, secret, name, socket.Uri, Uri.CheckHostName(host) == UriHostNameType.IPv6 && host[0] != '[' ? $"[{host}]" : host);
    }

    private void Note(AdminAct act, string username) => feed.Publish(User.Actor(), new AdminEvent.Done(act, AdminSubject.Account, username));
}

public sealed record AccountForm
{
    internal static ImmutableArray<string> AllTransports { get; } = ["UDP", "TCP", "TLS", "WS", "WSS"];

    [Display(Name = "What people call it"), StringLength(Device.LabelLength, ErrorMessage = "At most {1} characters.")]
    public string? Label { get; init; }

    [Display(Name = "Only from these networks"), StringLength(2000, ErrorMessage = "At most {1} characters.")]
    public string? AllowedNetworks { get; init; }

    public List<string> Transports { get; init; } = [];

    [Display(Name = "Answer to the port it sends from, always")]
    public bool ForcesRport { get; init; }

    [Display(Name = "It may call without being signed in")]
    public bool PlacesUnregistered { get; init; }

    [Display(Name = "Digest algorithms, first to last"), StringLength(60, ErrorMessage = "At most {1} characters.")]
    public string? Algorithms { get; init; }

    [Display(Name = "Codecs, best first"), StringLength(60, ErrorMessage = "At most {1} characters.")]
    public string? Codecs { get; init; }

    [Display(Name = "Voices are")]
    public VoiceProtection Protection { get; init; }

    [Display(Name = "Keys are sent as")]
    public KeyMode Keys { get; init; }

    internal static AccountForm Of(Device device) => new()
    {
        Label = device.Label,
        AllowedNetworks = Networks.Write(device.AllowedNetworks),
        Transports = [.. device.Transports],
        ForcesRport = device.ForcesRport,
        PlacesUnregistered = device.PlacesUnregistered,
        Algorithms = HashNames.Write(device.Algorithms),
        Codecs = string.Join(", ", device.Codecs),
        Protection = device.Protection,
        Keys = device.Keys,
    };

    /// <summary>The settings this makes; complaints go beside their fields.</summary>
    internal DeviceSettings Read(ImmutableArray<System.Net.IPNetwork> networks, ModelStateDictionary problems, IStringLocalizer<SharedWords> T)
    {
        void Complain(string field, string sentence) => problems.AddModelError($"Form.{field}", sentence);

        var (codecs, noCodec) = VoiceSentences.Read(Codecs);
        if (noCodec is not null) Complain(nameof(Codecs), VoiceSentences.NoneOfThese(noCodec, VoiceSentences.Codecs, T));
        var (algorithms, noHash) = HashNames.Read(Algorithms);
        if (noHash is not null) Complain(nameof(Algorithms), VoiceSentences.NoneOfThese(noHash, HashNames.All, T));
        if (!Enum.IsDefined(Protection)) Complain(nameof(Protection), T["Choose one of the list."]);
        if (!Enum.IsDefined(Keys)) Complain(nameof(Keys), T["Choose one of the list."]);
        return new DeviceSettings
        {
            Label = Label?.Trim() ?? "",
            AllowedNetworks = networks,
            Transports = [.. Transports.Intersect(AllTransports)],
            ForcesRport = ForcesRport,
            Voice = new VoiceProfile { Codecs = codecs, Protection = Protection, Keys = Keys },
            Algorithms = algorithms,
            PlacesUnregistered = PlacesUnregistered,
        };
    }
}

/// <summary>Digest algorithms by their names on the wire (RFC 8760).</summary>
internal static class HashNames
{
    private static readonly ImmutableArray<(SecretHash Hash, string Name)> s_names = [(SecretHash.Md5, "MD5"), (SecretHash.Sha256, "SHA-256"), (SecretHash.Sha512Of256, "SHA-512-256")];

    public static IEnumerable<string> All => s_names.Select(n => n.Name);

    public static string Write(ImmutableArray<SecretHash> hashes) => string.Join(", ", hashes.Select(h => s_names.First(n => n.Hash == h).Name));

    /// <returns>The list, and the first word that is none.</returns>
    public static (ImmutableArray<SecretHash> Hashes, string? Wrong) Read(string? text)
    {
        var words = (text ?? "").Split([',', ' ', ';'], StringSplitOptions.RemoveEmptyEntries);
        var wrong = words.FirstOrDefault(w => !All.Contains(w, StringComparer.OrdinalIgnoreCase));
        return ([.. words.SelectMany(w => s_names.Where(n => n.Name.Equals(w, StringComparison.OrdinalIgnoreCase))).Select(n => n.Hash).Distinct()], wrong);
    }
}

/// <param name="Secret">Shown once, or <see langword="null"/>.</param>
/// <param name="Ways">What to type into the phone, for each transport the account may use.</param>
/// <param name="Web">For a phone in the browser; <see langword="null"/> when the account may not come that way.</param>
public sealed record AccountPage(Extension Extension, Device Device, AccountForm Form, LiveStatus Status, string? Secret, ImmutableArray<PhoneAccount> Ways, WebPhone? Web)
{
    /// <summary>Whether it shall prove itself by an algorithm that its secret is too old for.</summary>
    public bool NeedsNewSecret => Device.Algorithms.Contains(SecretHash.Sha512Of256) && Device.Ha1Sha512Of256.Length == 0;

    /// <summary>Secrets stay out of logs.</summary>
    public override string ToString() => $"account {Device.Username}";
}
