using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Conference.EndToEnd.Tools;

/// <summary>A fax machine: a scripted SIPp that turns its call into a fax when it is told to, and a socket for the datagrams of the fax.</summary>
public sealed class FaxMachine : IAsyncDisposable
{
    private const string Voice = """
        m=audio [media_port] RTP/AVP 8 0
        a=rtpmap:8 PCMA/8000
        a=rtpmap:0 PCMU/8000
        """;

    private readonly TempFolder _folder = new("fax");
    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly List<byte[]> _got = [];
    private Sipp? _sipp;

    private FaxMachine() => _ = ListenAsync();

    /// <summary>Every datagram that came, in order.</summary>
    public IReadOnlyList<byte[]> Got
    {
        get
        {
            lock (_got) return [.. _got];
        }
    }

    /// <summary>What it has been through: "talks", "faxes 12345", "talks again" …</summary>
    public IReadOnlyList<string> Notes => _sipp!.Notes;

    private string Fax => $"""
        m=image {((IPEndPoint)_socket.Client.LocalEndPoint!).Port} udptl t38
        a=T38FaxVersion:0
        a=T38MaxBitRate:14400
        a=T38FaxRateManagement:transferredTCF
        a=T38FaxMaxDatagram:400
        a=T38FaxUdpEC:t38UDPRedundancy
        """;

    /// <summary>Calls a number, and lets the other side decide when the fax begins.</summary>
    /// <param name="faxes">Whether it takes a fax; else it says 488.</param>
    public static async Task<FaxMachine> Calls(string number, PhoneAccount account, bool faxes)
    {
        var machine = new FaxMachine();
        var script = machine.Dials() + (faxes ? machine.IsPut(machine.Fax, "m=image") + machine.IsPut(Voice, "m=audio") : Refuses()) + IsHungUp;
        machine._sipp = Sipp.Call(await machine.Write(script), account.Server, new SippLine(number, account.User, account.Secret, account.Server));
        return machine;
    }

    /// <summary>Waits for a call, and goes on whenever it is cued.</summary>
    /// <param name="faxes">Whether the other side takes the fax.</param>
    public static async Task<FaxMachine> Answers(PhoneAccount account, bool faxes)
    {
        var machine = new FaxMachine();
        var script = faxes
            ? Picks + Cued + machine.IsTaken
              + Cued + machine.Puts(4, machine.Fax, "m=image ([0-9]+)", "refreshed") + machine.AsksFor(5, "m=image ([0-9]+)")
              + Cued + machine.Puts(6, Voice, "m=audio ([0-9]+)", "talks again")
            : Picks + Cued + machine.IsRefused + machine.Puts(3, Voice, "m=audio ([0-9]+)", "talks again");
        var line = new SippLine("0", account.User, account.Secret, account.Server);
        await Sipp.SignOn(account.Server, line);
        machine._sipp = await Sipp.Answer(await machine.Write(script + Cued + HangsUp), line);
        return machine;
    }

    /// <summary>Waits until it has come so far.</summary>
    /// <returns>The number that it noted.</returns>
    public async Task<int> Has(string note)
    {
        await Eventually.True(() => Notes.Any(n => n.StartsWith(note, StringComparison.Ordinal)), TimeSpan.FromSeconds(20), () => $"the fax machine to note {note}; it noted {string.Join(", ", Notes)} of\n{_sipp!.Messages}");
        return int.Parse(Notes.First(n => n.StartsWith(note, StringComparison.Ordinal)).Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Goes on with the script.</summary>
    public async Task GoOn()
    {
        await Eventually.True(() => Notes.Any(n => n.StartsWith("call ", StringComparison.Ordinal)), TimeSpan.FromSeconds(20), () => "a call");
        var call = Notes.First(n => n.StartsWith("call ", StringComparison.Ordinal))[5..];
        var at = IPEndPoint.Parse(_sipp!.Address);
        var cue = $"INFO sip:fax@{at} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK{Guid.NewGuid():N}\r\nFrom: <sip:cue@here>;tag=1\r\nTo: <sip:fax@here>\r\nCall-ID: {call}\r\nCSeq: 1 INFO\r\nContent-Length: 0\r\n\r\n";
        await _socket.SendAsync(Encoding.ASCII.GetBytes(cue), at);
    }

    /// <summary>Sends one datagram of the fax.</summary>
    public Task Send(byte[] datagram, int port) => _socket.SendAsync(datagram, new IPEndPoint(IPAddress.Loopback, port)).AsTask();

    public Task IsContent() => _sipp!.IsContent();

    public async ValueTask DisposeAsync()
    {
        if (_sipp is not null) await _sipp.DisposeAsync();
        _socket.Dispose();
        _folder.Dispose();
    }

    private async Task ListenAsync()
    {
        try
        {
            while (true)
            {
                var datagram = (await _socket.ReceiveAsync()).Buffer;
                lock (_got) _got.Add(datagram);
            }
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException)
        {
            // switched off
        }
    }

    private async Task<string> Write(string body)
    {
        var script = $"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<scenario name=\"fax\">\n{body}\n</scenario>\n";
        await File.WriteAllTextAsync(_folder.File("fax.xml"), script);
        return _folder.File("fax.xml");
    }

    private string Dials() => $"""
        {Opens(1, "User-Agent: fax")}
        <recv response="100" optional="true"/>
        <recv response="401" auth="true"/>
        {Sent("ACK sip:[service]@[domain]", "From: <sip:[user]@[domain]>;tag=[pid]f\nTo: <sip:[service]@[domain]>[peer_tag_param]", 1, "ACK", branch: "[branch-3]")}
        {Opens(2, "[authentication]")}
        <recv response="100" optional="true"/>
        <recv response="180" optional="true"/>
        <recv response="200" rrs="true"/>
        {Sent("ACK [next_url]", "From: <sip:[user]@[domain]>;tag=[pid]f\nTo: <sip:[service]@[domain]>[peer_tag_param]\n[routes]", 2, "ACK")}
        <nop><action><log message="talks 0"/></action></nop>

        """;

    private static string Opens(int sequence, string header) =>
        Sent("INVITE sip:[service]@[domain]", $"From: <sip:[user]@[domain]>;tag=[pid]f\nTo: <sip:[service]@[domain]>\n{header}", sequence, "INVITE", Description(1, Voice));

    /// <summary>Is put something, and agrees to it.</summary>
    private string IsPut(string body, string line) => $"""
        <recv request="INVITE" crlf="true"><action>
          <ereg regexp="{line} ([0-9]+)" search_in="body" check_it="true" assign_to="all,port"/>
          <log message="{(line == "m=image" ? "faxes" : "talks again")} [$port]"/>
        </action></recv>
        <Reference variables="all"/>
        {Reply("200 OK", Description(2, body))}
        <recv request="ACK"/>

        """;

    private static string Refuses() => $"""
        <recv request="INVITE" crlf="true"/>
        {Reply("488 Not Acceptable Here", "")}
        <recv request="ACK"/>

        """;

    private static string IsHungUp => $"""
        <recv request="BYE"/>
        {Reply("200 OK", "")}
        """;

    private static string Picks => $"""
        <recv request="INVITE" crlf="true" rrs="true" timeout="60000"><action>
          <ereg regexp="&lt;.*" search_in="hdr" header="From:" assign_to="them"/>
          <ereg regexp="&lt;.*" search_in="hdr" header="To:" assign_to="us"/>
          <log message="call [call_id]"/>
        </action></recv>
        {Reply("200 OK", Description(1, Voice), ";tag=[pid]u")}
        <recv request="ACK"/>

        """;

    private const string Cued = "<recv request=\"INFO\"/>\n";

    /// <summary>Puts something to the other side, which agrees.</summary>
    private string Puts(int sequence, string body, string line, string note) => $"""
        {InCall("INVITE", sequence, Description(sequence + 1, body))}
        <recv response="100" optional="true"/>
        <recv response="200"><action>
          <ereg regexp="{line}" search_in="body" check_it="true" assign_to="all{sequence},port{sequence}"/>
          <log message="{note} [$port{sequence}]"/>
        </action></recv>
        <Reference variables="all{sequence}"/>
        {InCall("ACK", sequence, "")}

        """;

    /// <summary>A refresh without a description: it is told of the fax as it is, and agrees.</summary>
    private string AsksFor(int sequence, string line) => $"""
        {InCall("INVITE", sequence, "")}
        <recv response="100" optional="true"/>
        <recv response="200"><action><ereg regexp="{line}" search_in="body" check_it="true" assign_to="all{sequence},port{sequence}"/><log message="told [$port{sequence}]"/></action></recv>
        <Reference variables="all{sequence}"/>
        {InCall("ACK", sequence, Description(5, Fax))}

        """;

    /// <summary>Puts a fax to the other side, and once more when that is not there yet (491).</summary>
    /// <param name="response">What it hears in the end.</param>
    /// <param name="action">What it makes of that.</param>
    private string Tries(int response, string action) => $"""
        {InCall("INVITE", 1, Description(2, Fax))}
        <recv response="100" optional="true"/>
        <recv response="{response}" optional="true" next="settled"><action>{action}</action></recv>
        <recv response="491"/>
        {InCall("ACK", 1, "")}
        <pause milliseconds="2500"/>
        {InCall("INVITE", 2, Description(2, Fax))}
        <recv response="100" optional="true"/>
        <recv response="{response}"><action>{action}</action></recv>
        {InCall("ACK", 2, "")}
        <nop next="over"/>
        <label id="settled"/>
        {InCall("ACK", 1, "")}
        <label id="over"/>

        """;

    private string IsTaken => Tries(200, "<ereg regexp=\"m=image ([0-9]+)\" search_in=\"body\" check_it=\"true\" assign_to=\"all,port\"/><log message=\"faxes [$port]\"/>") + "<Reference variables=\"all\"/>\n";

    private string IsRefused => Tries(488, "<log message=\"refused 488\"/>");

    private static string HangsUp => $"""
        {InCall("BYE", 9, "")}
        <recv response="200"/>
        """;

    private static string InCall(string method, int sequence, string body) =>
        Sent($"{method} [next_url]", "From: [$us];tag=[pid]u\nTo: [$them]\n[routes]", sequence, method, body, method == "ACK" ? "[branch-2]" : "[branch]");

    private static string Sent(string line, string parties, int sequence, string method, string body = "", string branch = "[branch]") => $"""
        <send{(method == "ACK" ? "" : " retrans=\"500\"")}><![CDATA[
        {line} SIP/2.0
        Via: SIP/2.0/[transport] [local_ip]:[local_port];branch={branch};rport
        {parties}
        Call-ID: [call_id]
        CSeq: {sequence} {method}
        Contact: <sip:fax@[local_ip]:[local_port]>
        Max-Forwards: 70
        {(body.Length == 0 ? "Subject: fax" : "Content-Type: application/sdp")}
        Content-Length: [len]

        {body}
        ]]></send>
        """;

    private static string Reply(string status, string body, string tag = "") => $"""
        <send{(body.Length == 0 ? "" : " retrans=\"500\"")}><![CDATA[
        SIP/2.0 {status}
        [last_Via:]
        [last_Record-Route:]
        [last_From:]
        [last_To:]{tag}
        [last_Call-ID:]
        [last_CSeq:]
        Contact: <sip:fax@[local_ip]:[local_port]>
        {(body.Length == 0 ? "Server: fax" : "Content-Type: application/sdp")}
        Content-Length: [len]

        {body}
        ]]></send>
        """;

    private static string Description(int version, string lines) => $"""
        v=0
        o=fax 1 {version} IN IP4 127.0.0.1
        s=-
        c=IN IP4 127.0.0.1
        t=0 0
        {lines}
        """;
}
