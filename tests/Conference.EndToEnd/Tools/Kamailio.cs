using System.Globalization;
using System.Text.RegularExpressions;

namespace Conference.EndToEnd.Tools;

/// <summary>A real SIP proxy in a process of its own: the edge in front of a server, or a provider with subscribers.</summary>
public sealed partial class Kamailio : IAsyncDisposable
{
    /// <summary>The provider's digest realm.</summary>
    public const string Realm = "provider.test";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly TempFolder _folder;
    private readonly Child _process;
    private readonly int _port;

    private Kamailio(TempFolder folder, Child process, int port) => (_folder, _process, _port) = (folder, process, port);

    /// <summary>Where it takes UDP, TCP and, as a provider, web sockets.</summary>
    public string Address => $"127.0.0.1:{_port}";

    public string Log => _process.Log;

    /// <summary>Every request that came by, in order.</summary>
    public IReadOnlyList<Passing> Passed => [.. Passes().Matches(_process.Log).Select(line => new Passing(line.Groups["method"].Value, line.Groups["from"].Value, line.Groups["target"].Value))];

    /// <summary>An edge: puts itself into every registration (Path, RFC 3327) and every dialog (Record-Route), and keeps no subscribers.</summary>
    public static Task<Kamailio> InFront() => Start(Edge);

    /// <summary>The same, but phones come by TCP and leave by UDP, and nobody learns where the other side is (topoh).</summary>
    public static Task<Kamailio> InFrontHiding() => Start(Hiding);

    /// <summary>A provider: registrar with digest, challenges calls too, knows its subscribers' numbers.</summary>
    /// <param name="secret">Every subscriber's.</param>
    /// <param name="numbers">Number dialled to subscriber rung.</param>
    public static Task<Kamailio> AsProvider(string secret, IReadOnlyDictionary<string, string>? numbers = null) => Start(Provider(secret, numbers ?? new Dictionary<string, string>()));

    /// <summary>Waits until a request of this method came by.</summary>
    /// <param name="from">Host and port it came from; anybody unless told otherwise.</param>
    public Task Passes(string method, string? from = null) => Eventually.True(
        () => Passed.Any(p => p.Method == method && (from is null || p.From == from)),
        Patience,
        () => $"{method} to pass the proxy from {from ?? "anywhere"}, which saw\n{string.Join('\n', Passed)}");

    public async ValueTask DisposeAsync()
    {
        await _process.Stop(TimeSpan.FromSeconds(3));
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private static async Task<Kamailio> Start(string routes)
    {
        var (folder, port) = (new TempFolder("kamailio"), Ports.Free());
        await File.WriteAllTextAsync(folder.File("kamailio.cfg"), Common(port) + routes);
        var process = Child.Start("kamailio", ["-f", folder.File("kamailio.cfg"), "-DD", "-E", "-m", "64", "-M", "8", "-P", folder.File("pid"), "-Y", folder.Path]);
        var kamailio = new Kamailio(folder, process, port);
        try
        {
            await Eventually.True(() => kamailio.IsReady(), Patience, () => $"Kamailio; it said\n{process.Log}");
            return kamailio;
        }
        catch
        {
            await kamailio.DisposeAsync();
            throw;
        }
    }

    // its children listen a moment after it says so
    private async Task<bool> IsReady()
    {
        if (!_process.IsRunning) throw new InvalidOperationException($"Kamailio ended:\n{Log}");
        return await SipProbe.Answers(Address);
    }

    private static string Common(int port) => string.Create(CultureInfo.InvariantCulture, $$"""
        #!KAMAILIO
        debug=1
        log_stderror=yes
        children=2
        tcp_children=2
        auto_aliases=no
        tcp_accept_no_cl=yes
        listen=udp:127.0.0.1:{{port}}
        listen=tcp:127.0.0.1:{{port}}
        loadmodule "tm.so"
        loadmodule "sl.so"
        loadmodule "rr.so"
        loadmodule "pv.so"
        loadmodule "maxfwd.so"
        loadmodule "usrloc.so"
        loadmodule "registrar.so"
        loadmodule "textops.so"
        loadmodule "siputils.so"
        loadmodule "xlog.so"
        loadmodule "nathelper.so"
        loadmodule "auth.so"
        loadmodule "path.so"
        loadmodule "xhttp.so"
        loadmodule "websocket.so"
        modparam("registrar", "use_path", 1)
        modparam("registrar", "path_mode", 0)
        modparam("nathelper|registrar", "received_avp", "$avp(RECEIVED)")
        route[ANY] {
          xlog("L_NOTICE", "passes $rm from $si:$sp to $ru\n");
          if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
          if (is_method("OPTIONS") && $rU == $null && uri == myself) { sl_send_reply("200", "OK"); exit; }
          if (is_method("CANCEL")) { if (t_check_trans()) t_relay(); exit; }
          if (has_totag()) {
            if (loose_route()) { t_relay(); exit; }
            if (is_method("ACK")) { if (t_check_trans()) t_relay(); exit; }
            sl_send_reply("481", "No such dialog"); exit;
          }
          t_check_trans();
        }
        event_route[xhttp:request] {
          if ($hdr(Upgrade) =~ "websocket") { if (ws_handle_handshake()) exit; }
          xhttp_reply("404", "Not found", "", "");
        }

        """);

    // Where a request goes on to stands in its Request-URI: the server for phones, the phone for the server.
    // Phones that never heard of Path do not say that they support it, and a registrar is to refuse it then (RFC 3327 section 5.3).
    private const string Edge = """
        request_route {
          route(ANY);
          force_rport();
          loose_route();
          if (is_method("REGISTER")) { add_path(); append_hf("Supported: path\r\n"); }
          else record_route();
          t_relay();
        }

        """;

    private const string Hiding = """
        loadmodule "topoh.so"
        modparam("topoh", "mask_key", "hidden")
        modparam("topoh", "mask_ip", "192.0.2.7")
        request_route {
          route(ANY);
          force_rport();
          loose_route();
          if (is_method("REGISTER")) { append_hf("Path: <sip:$Ri:$Rp;lr>\r\nSupported: path\r\n"); }
          else record_route();
          if (proto == TCP) $du = "sip:" + $rd + ":" + $rp + ";transport=udp";
          t_relay();
        }

        """;

    private static string Provider(string secret, IReadOnlyDictionary<string, string> numbers) => $$"""
        request_route {
          route(ANY);
          if (proto == WS) { force_rport(); if (is_method("REGISTER")) fix_nated_register(); }
          if (is_method("REGISTER")) {
            if (!pv_www_authenticate("{{Realm}}", "{{secret}}", "0")) { www_challenge("{{Realm}}", "1"); exit; }
            consume_credentials();
            save("location", "0x04");
            exit;
          }
          if (!pv_proxy_authenticate("{{Realm}}", "{{secret}}", "0")) { proxy_challenge("{{Realm}}", "1"); exit; }
          consume_credentials();
          record_route();
          {{string.Join("\n  ", numbers.Select(n => $"if ($rU == \"{n.Key}\") $rU = \"{n.Value}\";"))}}
          if (!lookup("location")) { sl_send_reply("404", "Not Found"); exit; }
          t_relay();
        }

        """;

    [GeneratedRegex(@"passes (?<method>\S+) from (?<from>\S+) to (?<target>\S+)")]
    private static partial Regex Passes();
}

/// <summary>A request on its way through a proxy.</summary>
/// <param name="From">Host and port it came from.</param>
/// <param name="Target">Its Request-URI.</param>
public sealed record Passing(string Method, string From, string Target);
