using System.Globalization;

namespace Conference.EndToEnd.Tools;

/// <summary>What the kit's attack and conformance programs need to know about a server, and how each is run.</summary>
/// <param name="server">The product; left as it was.</param>
public sealed class Hostility(Server server)
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(4);

    /// <summary>Everything the torture corpora hold, once, over one transport.</summary>
    /// <returns>A line for each message that was not answered as the RFCs say: its file, what was expected and what came.</returns>
    public async Task<IReadOnlyList<string>> Torture(string transport)
    {
        var (_, said) = await KitTool.Run("tools/sip_check.py", Long, ["--corpus", Repository.Kit("corpora"), "--wait", "0.4", "--timeout", "10", .. Target(transport)]);
        return Failures(said, $"of {Rows("sip")}");
    }

    private static int Rows(string kind) => File.ReadLines(Path.Combine(Repository.Kit("corpora"), "index.tsv")).Count(line => line.Split('\t')[2] == kind);

    private static IReadOnlyList<string> Failures(string said, string theEnd) => said.Contains(theEnd, StringComparison.Ordinal)
        ? [.. said.Split('\n').Where(line => line.StartsWith("FAIL\t", StringComparison.Ordinal)).Select(line => line[5..])]
        : [$"it did not come to its end:\n{said}"];

    /// <summary>Streams cut, joined, lying about their length and left unfinished.</summary>
    public Task<(int Code, string Said)> StreamFraming() =>
        KitTool.Run("sipp/tools/tcp_framing.py", Long, "127.0.0.1", server.SipPort.ToString(CultureInfo.InvariantCulture), "--slow", "25");

    /// <summary>Web socket handshakes and frames that are wrong in every way we know.</summary>
    public Task<(int Code, string Said)> WebSocketFraming() =>
        KitTool.Run("tools/ws_check.py", Long, "--corpus", Repository.Kit("corpora"), "--target", server.Web, "--ws-path", "/sip", "--origin", server.Url, "--host", server.Web, "--sip");

    /// <summary>The same at a hub of the pages, as somebody who is signed in.</summary>
    /// <returns>A line for each sample that did not end as it should.</returns>
    public async Task<IReadOnlyList<string>> HubFraming(string path, string cookies)
    {
        var (_, said) = await KitTool.Run(
            "tools/ws_check.py", Long, "--corpus", Repository.Kit("corpora"), "--target", server.Web, "--ws-path", path, "--origin", server.Url, "--host", $"{server.Web}\r\nCookie: {cookies}", "--proto", "");
        return Failures(said, "'pass': ");
    }

    /// <summary>Hundreds of connections that do nothing, or too little, or too much, while others ask whether anybody is there.</summary>
    /// <param name="mode">One of the program's words for it.</param>
    /// <param name="source">Address they come from.</param>
    /// <param name="endsWithin">When the last of them must be closed, or <see langword="null"/> when they may stay.</param>
    public async Task<string> Abuse(string mode, string source, TimeSpan? endsWithin = null, string path = "/sip", string cookies = "")
    {
        var (target, length) = (mode[..2] == "ws" ? server.Web : mode == "tlsstall" ? server.SipTls : server.Sip, endsWithin ?? TimeSpan.FromSeconds(10));
        var (code, said) = await KitTool.Run(
            "tools/tcp_abuse.py", Long,
            "--target", target, "--mode", mode, "--conns", "200", "--seconds", Text((int)length.TotalSeconds), "--close-within", Text((int)(endsWithin?.TotalSeconds ?? 0)), "--src", source,
            "--alive", $"sip:{server.Sip}", "--alive", $"siptcp:{server.Sip}", "--alive", $"{server.Url}/health/ready", "--ws-path", path,
            "--origin", cookies.Length == 0 ? server.Url : $"{server.Url}\r\nCookie: {cookies}", "--pid", Text(server.Process.Id), "--max-growth-mb", "400");
        return code == 0 ? "" : said;
    }

    /// <summary>What browsers' libraries ask of a server.</summary>
    public Task<(int Code, string Said)> Browsers(string user, string secret) =>
        KitTool.Run("sipp/tools/ws_sip.py", Long, $"ws://{server.Web}/sip", "--user", user, "--secret", secret, "--domain", server.Sip, "--origin", server.Url);

    /// <summary>
    /// Sends mutated messages for a while, asking with a good OPTIONS all the time whether anybody is there. Junk from strangers
    /// is mostly dropped unread; whoever signed in from an address is listened to, so the junk comes from there, too.
    /// </summary>
    /// <param name="source">Address the junk comes from.</param>
    /// <param name="insider">Who signs in there.</param>
    /// <returns>How many were sent, and what went wrong, or nothing.</returns>
    public async Task<(int Sent, string Wrong)> Mutate(string transport, TimeSpan length, string source, (string User, string Secret) insider)
    {
        const int volley = 2000;
        var end = DateTime.UtcNow + length;
        var round = 0;
        for (; DateTime.UtcNow < end; round++)
        {
            using var folder = new TempFolder("mutated");
            await Sipp.Play(Path.Combine(Repository.Kit("sipp"), "01_register_ok.xml"), server.Sip, new SippLine("0", insider.User, insider.Secret, server.Sip) { Host = source });
            var (code, said) = await KitTool.Run(
                "tools/sip_mutate.py", Long,
                ["--corpus", Repository.Kit("corpora"), "--count", Text(volley), "--every", "100", "--seed", $"{transport}-{round}", "--timeout", "5", "--pid", Text(server.Process.Id), "--max-growth-mb", "400", "--junk-src", source, "--out", folder.Path, .. Target(transport)]);
            if (code != 0) return (round * volley, $"Round {round} of {transport}:\n{said}");
        }

        return (round * volley, "");
    }

    private string[] Target(string transport) =>
        transport == "ws" ? ["--transport", "ws", "--target", server.Web, "--ws-path", "/sip", "--origin", server.Url] : ["--transport", transport, "--target", server.Sip];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
