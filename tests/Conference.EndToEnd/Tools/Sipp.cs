using System.Globalization;

namespace Conference.EndToEnd.Tools;

/// <summary>SIPp with a scenario from a file or of our own: it plays one side of one call, and says whether the other kept to the script.</summary>
public sealed class Sipp : IAsyncDisposable
{
    private readonly TempFolder _folder;
    private readonly Child _process;

    private Sipp(TempFolder folder, Child process, string address) => (_folder, _process, Address) = (folder, process, address);

    /// <summary>Host and port of its SIP.</summary>
    public string Address { get; }

    /// <summary>What the scenario wrote down, line by line.</summary>
    public IReadOnlyList<string> Notes => File.Exists(_folder.File("notes.log")) ? File.ReadAllLines(_folder.File("notes.log")) : [];

    /// <summary>Every message, for the story that went wrong.</summary>
    public string Messages => File.Exists(_folder.File("messages.log")) ? File.ReadAllText(_folder.File("messages.log")) : "";

    /// <summary>Starts one that places the call or sends the request.</summary>
    /// <param name="scenario">The file.</param>
    /// <param name="server">Host and port of whom it talks to.</param>
    public static Sipp Call(string scenario, string server, SippLine line) => Start(scenario, line, [server]);

    /// <summary>Places a call and waits until the script is through.</summary>
    /// <exception cref="InvalidOperationException">The other side did not keep to it; the message says where.</exception>
    public static async Task Play(string scenario, string server, SippLine line)
    {
        await using var sipp = Call(scenario, server, line);
        await sipp.IsContent();
    }

    /// <summary>Starts one that waits for a call, and is ready when this returns.</summary>
    /// <param name="calls">After how many calls it is content; without a limit it goes on until it is disposed of.</param>
    public static async Task<Sipp> Answer(string scenario, SippLine line, int? calls = 1)
    {
        var sipp = Start(scenario, line with { Calls = calls }, []);
        await Eventually.True(() => Ports.IsTaken(line.Port) || !sipp._process.IsRunning, TimeSpan.FromSeconds(10), () => "SIPp to listen");
        return sipp;
    }

    /// <summary>Signs on by UDP as a phone would that listens on the line's port, and leaves it at that.</summary>
    public static async Task SignOn(string server, SippLine line)
    {
        using var folder = new TempFolder("sipp");
        await File.WriteAllTextAsync(folder.File("register.xml"), Register);
        await Play(folder.File("register.xml"), server, line);
    }

    /// <summary>The last line of its statistics by column, of a crowd.</summary>
    public IReadOnlyDictionary<string, string> Statistics()
    {
        var lines = File.ReadAllLines(_folder.File("statistics.csv"));
        return lines[0].Split(';').Zip(lines[^1].Split(';')).Where(c => c.First.Length > 0).ToDictionary(c => c.First, c => c.Second);
    }

    /// <summary>Waits until the script is through, for every call of it.</summary>
    /// <exception cref="InvalidOperationException">The other side did not keep to it; the message says where.</exception>
    public async Task IsContent(TimeSpan? within = null)
    {
        var code = await _process.Ends(within ?? TimeSpan.FromSeconds(90));
        if (code == 0) return;
        var errors = File.Exists(_folder.File("errors.log")) ? await File.ReadAllTextAsync(_folder.File("errors.log")) : "";
        throw new InvalidOperationException($"SIPp ended with {code}: {errors}\n{Messages}");
    }

    /// <summary>Waits until the script has ended, content or not: for one that waits in vain for something that must not come.</summary>
    /// <returns>Every message.</returns>
    public async Task<string> HeardInAll()
    {
        await _process.Ends(TimeSpan.FromSeconds(90));
        return Messages;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private static Sipp Start(string scenario, SippLine line, string[] server)
    {
        var folder = new TempFolder("sipp");
        var audio = Ports.Audio(4);
        string[] arguments =
        [
            .. server, "-sf", scenario, "-s", line.Number, "-i", line.Host, "-p", Text(line.Port), "-mi", line.Host.Trim('[', ']'), "-mp", Text(audio.First), "-nostdin", "-stf", folder.File("statistics.csv"),
            "-trace_err", "-error_file", folder.File("errors.log"), .. line.IsCrowd ? Crowd : ["-trace_msg", "-message_file", folder.File("messages.log"), "-trace_logs", "-log_file", folder.File("notes.log"), "-timeout", "80", "-timeout_error"],
            "-recv_timeout", "30000", .. line.Calls is { } calls ? (string[])["-m", Text(calls), "-l", Text(calls)] : [],
            .. line.User.Length > 0 ? (string[])["-key", "user", line.User, "-key", "domain", line.Domain, "-au", line.User, "-ap", line.Secret] : [], .. line.More,
        ];
        return new Sipp(folder, Child.Start("sipp", arguments, Path.GetDirectoryName(scenario)), $"{line.Host}:{Text(line.Port)}");
    }

    private static string[] Crowd => ["-trace_stat", "-fd", "1", "-nd", "-timeout", "300", "-timeout_error"];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static readonly string Register = $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <scenario name="sign on">
        {Registering(1, "")}
        <recv response="401" auth="true"/>
        {Registering(2, "[authentication]")}
        <recv response="200"/>
        </scenario>
        """;

    private static string Registering(int sequence, string credentials) => $"""
        <send retrans="500"><![CDATA[
        REGISTER sip:[domain] SIP/2.0
        Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch];rport
        From: <sip:[user]@[domain]>;tag=[pid]r[call_number]
        To: <sip:[user]@[domain]>
        Call-ID: [call_id]
        CSeq: {sequence} REGISTER
        Contact: <sip:[user]@[local_ip]:[local_port]>
        Max-Forwards: 70
        Expires: 600
        {(credentials.Length == 0 ? "User-Agent: sipp" : credentials)}
        Content-Length: 0

        ]]></send>
        """;
}

/// <summary>How SIPp presents itself.</summary>
/// <param name="Number">What it dials, or the service it is asked for.</param>
/// <param name="User">Its account; empty for none.</param>
public sealed record SippLine(string Number, string User = "", string Secret = "", string Domain = "pbx.test")
{
    /// <summary>Its own address.</summary>
    public string Host { get; init; } = "127.0.0.1";

    public int Port { get; init; } = Ports.Free();

    public int? Calls { get; init; } = 1;

    /// <summary>Many calls at a time: counted, not written down.</summary>
    public bool IsCrowd { get; init; }

    /// <summary>Further arguments.</summary>
    public string[] More { get; init; } = [];
}
