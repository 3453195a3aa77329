using System.Globalization;

namespace Conference.EndToEnd.Tools;

/// <summary>A phone of the kind that sends its keys as SIP INFO (a scripted SIPp): dials, presses, stays a while, hangs up.</summary>
public static class InfoPhone
{
    /// <summary>Makes one call over UDP.</summary>
    /// <param name="keys">Pressed in order after the call is answered.</param>
    /// <param name="stays">How long it stays on the line after the last key.</param>
    /// <exception cref="InvalidOperationException">The call did not go as scripted; the message says where.</exception>
    public static async Task Call(PhoneAccount account, string number, string keys, TimeSpan stays)
    {
        using var folder = new TempFolder("sipp");
        await File.WriteAllTextAsync(folder.File("call.xml"), Script(account, number, keys, stays));
        var (sip, audio) = (Ports.Free(), Ports.Audio(4));
        await Child.Run(
            "sipp", "-sf", folder.File("call.xml"), "-s", number, "-i", "127.0.0.1", "-p", Text(sip), "-mi", "127.0.0.1", "-mp", Text(audio.First), "-m", "1", "-l", "1", "-nostdin",
            "-trace_err", "-error_file", folder.File("errors.log"), "-timeout", Text((int)(stays.TotalSeconds + keys.Length + 20)), "-timeout_error", account.Server);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Script(PhoneAccount account, string number, string keys, TimeSpan stays)
    {
        var target = $"sip:{number}@{account.Server}";
        var login = $"[authentication username={account.User} password={account.Secret}]";
        var presses = keys.Select((key, at) => Pause(200) + InDialog("INFO", 3 + at, account, $"Signal={key}\nDuration=160\n", "Content-Type: application/dtmf-relay") + Receive(200));
        return $"""
            <?xml version="1.0" encoding="UTF-8"?>
            <scenario name="keys by INFO">
            {Request($"INVITE {target}", 1, account, Sdp, "Content-Type: application/sdp")}
            <recv response="100" optional="true"/>
            <recv response="401" auth="true"/>
            {Request($"ACK {target}", 1, account, "").Replace("[branch]", "[branch-3]", StringComparison.Ordinal)}
            {Request($"INVITE {target}", 2, account, Sdp, login, "Content-Type: application/sdp")}
            <recv response="100" optional="true"/>
            <recv response="180" optional="true"/>
            <recv response="200" rrs="true"/>
            {InDialog("ACK", 2, account, "")}
            {Pause(1500)}
            {string.Concat(presses)}
            {Pause((int)stays.TotalMilliseconds)}
            {InDialog("BYE", 3 + keys.Length, account, "")}
            {Receive(200)}
            </scenario>
            """;
    }

    private static string Receive(int status) => $"<recv response=\"{status}\"/>\n";

    private static string Pause(int milliseconds) => $"<pause milliseconds=\"{milliseconds}\"/>\n";

    private static string InDialog(string method, int sequence, PhoneAccount account, string body, params string[] headers) =>
        Request($"{method} [next_url]", sequence, account, body, ["[routes]", .. headers]);

    // SIPp fills the brackets in. An INVITE opens a new dialog, also the second one: the tag of the 401 is not its own
    private static string Request(string line, int sequence, PhoneAccount account, string body, params string[] headers) => $"""
        <send><![CDATA[
        {line} SIP/2.0
        Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
        From: <sip:{account.User}@{account.Server}>;tag=[pid]c[call_number]
        To: <sip:[service]@{account.Server}>{(line.StartsWith("INVITE", StringComparison.Ordinal) ? "" : "[peer_tag_param]")}
        Call-ID: [call_id]
        CSeq: {sequence} {line.Split(' ')[0]}
        Contact: <sip:{account.User}@[local_ip]:[local_port]>
        {string.Join('\n', ["Max-Forwards: 70", .. headers])}
        Content-Length: [len]

        {body}
        ]]></send>

        """;

    private const string Sdp = """
        v=0
        o=- 1 1 IN IP4 [local_ip]
        s=-
        c=IN IP4 [local_ip]
        t=0 0
        m=audio [media_port] RTP/AVP 0
        a=rtpmap:0 PCMU/8000
        """;
}
