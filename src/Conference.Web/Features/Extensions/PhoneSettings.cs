using System.Collections.Immutable;
using System.Net;
using System.Security;

namespace Conference.Web.Features.Extensions;

/// <summary>What to type into a phone.</summary>
/// <param name="Secret">Or what stands in its place when it is no longer known.</param>
/// <param name="Transport">UDP, TCP or TLS.</param>
public sealed record PhoneAccount(string Username, string Secret, string Name, string Host, int Port, string Transport)
{
    /// <summary>An IPv6 address in brackets.</summary>
    public string UriHost => IPAddress.TryParse(Host, out var address) && address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{address}]" : Host;

    public string Server => $"{UriHost}:{Port}";

    public override string ToString() => $"account {Username}";
}

/// <summary>One make of phones, in the words of its own menus or files.</summary>
/// <param name="Id">For links.</param>
/// <param name="Where">Where it is typed, as the phone itself calls it.</param>
/// <param name="Write">The settings, a line each.</param>
public sealed record PhoneModel(string Id, string Name, string Where, Func<PhoneAccount, ImmutableArray<string>> Write);

/// <summary>Settings for phones in use, ready to copy.</summary>
public static class PhoneSettings
{
    /// <summary>Phones that register often notice soon when we were away.</summary>
    private const int Seconds = 600;

    public static ImmutableArray<PhoneModel> All { get; } =
    [
        new("yealink", "Yealink", "Settings → Auto Provision, or y000000000000.cfg", Yealink),
        new("grandstream", "Grandstream", "Maintenance → Upgrade → Config File (GXP, GRP, HT)", Grandstream),
        new("snom", "Snom", "Setup → Identity 1, or the settings file", Snom),
        new("cisco", "Cisco, Linksys SPA, MPP", "Voice → Ext 1, or the XML profile", Cisco),
        new("fanvil", "Fanvil", "Line → SIP → SIP1", Fanvil),
        new("gigaset", "Gigaset", "Settings → Telephony → Connections → Edit", Gigaset),
        new("polycom", "Polycom, Poly VVX", "Settings → Lines → Line 1, or reg-basic.cfg", Polycom),
        new("linphone", "Linphone", "Assistant → Use a SIP account", Linphone),
        new("baresip", "baresip", "~/.baresip/accounts", Baresip),
        new("microsip", "MicroSIP", "Menu → Add account", MicroSip),
        new("zoiper", "Zoiper", "Settings → Accounts → Add", Zoiper),
        new("other", "…", "SIP", Other),
    ];

    private static ImmutableArray<string> Yealink(PhoneAccount a) =>
    [
        "account.1.enable = 1", $"account.1.label = {a.Name}", $"account.1.display_name = {a.Name}", $"account.1.user_name = {a.Username}", $"account.1.auth_name = {a.Username}",
        $"account.1.password = {a.Secret}", $"account.1.sip_server.1.address = {a.Host}", $"account.1.sip_server.1.port = {a.Port}",
        $"account.1.sip_server.1.transport_type = {Number(a)}", $"account.1.sip_server.1.expires = {Seconds}", "account.1.dtmf.type = 1",
    ];

    private static ImmutableArray<string> Grandstream(PhoneAccount a) =>
        ["P271=1", $"P270={a.Name}", $"P3={a.Name}", $"P47={a.Server}", $"P35={a.Username}", $"P36={a.Username}", $"P34={a.Secret}", $"P130={Number(a)}", "P32=10", "P2302=1"];

    private static ImmutableArray<string> Snom(PhoneAccount a) =>
    [
        "user_active1!: on", $"user_realname1!: {a.Name}", $"user_name1!: {a.Username}", $"user_pname1!: {a.Username}", $"user_pass1!: {a.Secret}",
        $"user_host1!: {a.UriHost}", $"user_outbound1!: sip:{a.Server};transport={a.Transport.ToLowerInvariant()}", $"user_expiry1!: {Seconds}",
    ];

    private static ImmutableArray<string> Cisco(PhoneAccount a) =>
    [
        "<Line_Enable_1_>Yes</Line_Enable_1_>", Element("Display_Name_1_", a.Name), Element("Proxy_1_", a.Server), Element("User_ID_1_", a.Username),
        "<Use_Auth_ID_1_>Yes</Use_Auth_ID_1_>", Element("Auth_ID_1_", a.Username), Element("Password_1_", a.Secret), Element("SIP_Transport_1_", a.Transport),
        "<Register_1_>Yes</Register_1_>", Element("Register_Expires_1_", $"{Seconds}"), "<DTMF_Tx_Method_1_>AVT</DTMF_Tx_Method_1_>",
    ];

    private static ImmutableArray<string> Polycom(PhoneAccount a) =>
    [
        Attribute("reg.1.displayName", a.Name), Attribute("reg.1.label", a.Name), Attribute("reg.1.address", a.Username), Attribute("reg.1.auth.userId", a.Username),
        Attribute("reg.1.auth.password", a.Secret), Attribute("reg.1.server.1.address", a.Host), Attribute("reg.1.server.1.port", $"{a.Port}"),
        Attribute("reg.1.server.1.transport", a.Transport switch { "TCP" => "TCPOnly", "TLS" => "TLS", _ => "UDPOnly" }), Attribute("reg.1.server.1.expires", $"{Seconds}"),
    ];

    private static ImmutableArray<string> Fanvil(PhoneAccount a) =>
    [
        $"Username: {a.Username}", $"Display name: {a.Name}", $"Authentication Name: {a.Username}", $"Authentication Password: {a.Secret}", "Activate: ✓", $"Server Address: {a.Host}",
        $"Server Port: {a.Port}", $"Transport Protocol: {a.Transport}", $"Registration Expiration: {Seconds}", "DTMF Type: RFC2833",
    ];

    private static ImmutableArray<string> Gigaset(PhoneAccount a) =>
    [
        $"Authentication name: {a.Username}", $"Authentication password: {a.Secret}", $"Username: {a.Username}", $"Display name: {a.Name}", $"Domain: {a.UriHost}",
        $"Proxy server address: {a.Host}", $"Proxy server port: {a.Port}", $"Registration server: {a.Host}", $"Registration server port: {a.Port}",
        $"Registration refresh time: {Seconds}", $"Network protocol: {a.Transport}",
    ];

    private static ImmutableArray<string> Linphone(PhoneAccount a) =>
        [$"Username: {a.Username}", $"Password: {a.Secret}", $"Domain: {a.Server}", $"Display name: {a.Name}", $"Transport: {a.Transport}"];

    /// <summary>A quote in the name would end it.</summary>
    private static ImmutableArray<string> Baresip(PhoneAccount a) =>
        [$"\"{a.Name.Replace("\\", "", StringComparison.Ordinal).Replace("\"", "", StringComparison.Ordinal)}\" <sip:{a.Username}@{a.Server};transport={a.Transport.ToLowerInvariant()}>;auth_user={a.Username};auth_pass={a.Secret};regint={Seconds};dtmfmode=rtpevent"];

    private static ImmutableArray<string> MicroSip(PhoneAccount a) =>
    [
        $"Account name: {a.Name}", $"SIP server: {a.Server}", $"Username: {a.Username}", $"Domain: {a.Server}", $"Login: {a.Username}", $"Password: {a.Secret}",
        $"Display name: {a.Name}", $"Transport: {a.Transport}", $"Register refresh: {Seconds}",
    ];

    private static ImmutableArray<string> Zoiper(PhoneAccount a) =>
        [$"Username: {a.Username}@{a.Server}", $"Password: {a.Secret}", $"Domain: {a.Server}", "Outbound proxy: –", $"Transport: {a.Transport}"];

    private static ImmutableArray<string> Other(PhoneAccount a) =>
    [
        $"User name: {a.Username}", $"Authentication name: {a.Username}", $"Password: {a.Secret}", $"Registrar, server: {a.Host}", $"Port: {a.Port}", $"Transport: {a.Transport}",
        $"Expires: {Seconds}", "DTMF: RFC 4733 (RFC 2833)",
    ];

    /// <summary>How Yealink and Grandstream count transports.</summary>
    private static int Number(PhoneAccount a) => a.Transport switch { "TCP" => 1, "TLS" => 2, _ => 0 };

    private static string Element(string name, string value) => $"<{name}>{SecurityElement.Escape(value)}</{name}>";

    private static string Attribute(string name, string value) => $"{name}=\"{SecurityElement.Escape(value)}\"";
}
