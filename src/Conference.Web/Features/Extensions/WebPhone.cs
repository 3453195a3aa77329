using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Conference.Web.Features.Extensions;

/// <summary>What a phone in a browser needs to sign in: SIP over WebSocket on the port of these pages (RFC 7118).</summary>
/// <param name="Secret">Or what stands in its place when it is no longer known.</param>
/// <param name="Socket">Where it connects: wss, or ws where the pages have no TLS.</param>
/// <param name="Host">The domain of its address; IPv6 in brackets.</param>
public sealed record WebPhone(string Username, string Secret, string Name, Uri Socket, string Host)
{
    /// <summary>Phones that register often notice soon when we were away.</summary>
    private const int Seconds = 600;

    /// <summary>Letters of every language as they are; what could end a script or a string does not.</summary>
    private static readonly JsonSerializerOptions s_script = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    public string Address => $"sip:{Username}@{Host}";

    /// <summary>Each library, ready to paste.</summary>
    public ImmutableArray<(string Id, string Name, string Script)> Scripts => [("jssip", "JsSIP", JsSip), ("sipjs", "SIP.js", SipJs)];

    private string JsSip => string.Join('\n',
    [
        "const phone = new JsSIP.UA({",
        $"  sockets: [new JsSIP.WebSocketInterface({Quoted(Socket.ToString())})],",
        $"  uri: {Quoted(Address)},",
        $"  password: {Quoted(Secret)},",
        $"  display_name: {Quoted(Name)},",
        $"  register_expires: {Seconds},",
        "});",
        "phone.start();",
    ]);

    private string SipJs => string.Join('\n',
    [
        "const phone = new SIP.UserAgent({",
        $"  uri: SIP.UserAgent.makeURI({Quoted(Address)}),",
        $"  authorizationUsername: {Quoted(Username)},",
        $"  authorizationPassword: {Quoted(Secret)},",
        $"  displayName: {Quoted(Name)},",
        $"  transportOptions: {{ server: {Quoted(Socket.ToString())} }},",
        "});",
        $"const registerer = new SIP.Registerer(phone, {{ expires: {Seconds} }});",
        "phone.start().then(() => registerer.register());",
    ]);

    /// <summary>Secrets stay out of logs.</summary>
    public override string ToString() => $"account {Username}";

    private static string Quoted(string text) => JsonSerializer.Serialize(text, s_script);
}
