using Conference.EndToEnd.Tools;

namespace Conference.EndToEnd.Stories;

/// <summary>A server, its administrator at a screen, and whoever gets a phone from him.</summary>
public sealed class House : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _phones = [];

    private House(Server server, Browser browser, Portal admin) => (Server, Browser, Admin) = (server, browser, admin);

    public Server Server { get; }

    public Browser Browser { get; }

    public Portal Admin { get; }

    public static async Task<House> Open(IReadOnlyDictionary<string, string>? settings = null, int audioPorts = 200)
    {
        var server = await Server.Start(new Dictionary<string, string>(settings ?? new Dictionary<string, string>()) { ["Conference:FirstRun:AdminPassword"] = Server.AdminPassword }, audioPorts: audioPorts);
        var browser = await Browser.Open();
        var house = new House(server, browser, new Portal(await browser.Person(server.Url)));
        await house.Admin.SignIn("admin", Server.AdminPassword);
        return house;
    }

    /// <summary>Gives somebody an extension and a phone, switched on and registered.</summary>
    /// <param name="tone">Their voice in hertz.</param>
    /// <param name="transport">udp, tcp or tls.</param>
    /// <param name="proxy">Host and port of a proxy in front, or <see langword="null"/>.</param>
    /// <param name="protection">As <see cref="Phone.SwitchOn"/> has it.</param>
    public async Task<Phone> Gives(string number, string name, int tone, string transport = "udp", bool answers = false, string? proxy = null, string protection = "")
    {
        var phone = await Phone.SwitchOn(name, tone, await Account(number, name, transport) with { Proxy = proxy }, answers, protection: protection);
        _phones.Add(phone);
        await phone.Registered();
        return phone;
    }

    /// <summary>The same with a phone in a web page.</summary>
    public async Task<JsSipPage> GivesBrowser(string number, string name, int tone, WebLibrary library = WebLibrary.JsSip)
    {
        var account = await Account(number, name);
        var phone = await JsSipPage.Open(await Browser.Person(Server.Url), Server.Url, library);
        await phone.SignOn($"ws://{Server.Web}/sip", account.User, account.Secret, Server.Sip, tone);
        await phone.Shows("registered");
        return phone;
    }

    /// <summary>The same with a phone of the other make.</summary>
    public async Task<LinphonePhone> GivesLinphone(string number, string name, int tone, string transport = "udp")
    {
        var phone = await LinphonePhone.SwitchOn(tone, await Account(number, name, transport));
        _phones.Add(phone);
        await phone.Registered();
        return phone;
    }

    /// <summary>An account by its new extension, for a phone of any kind.</summary>
    public async Task<PhoneAccount> Account(string number, string name, string transport = "udp")
    {
        var (user, secret) = await Admin.AddPhone(number, name);
        return new PhoneAccount(user, secret, transport == "tls" ? Server.SipTls : Server.Sip, transport);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var phone in _phones) await phone.DisposeAsync();
        await Browser.DisposeAsync();
        await Server.DisposeAsync();
    }
}
