using System.Diagnostics;
using System.Net;
using Conference.Sip.Tests.House;

namespace Conference.Sip.Tests.Sipp;

/// <summary>Real SIPp against a real stack: the conformance scenarios of the shared kit that need no media of ours.</summary>
public class SippScenarioTests
{
    private static readonly System.Net.Security.SslStreamCertificateContext Certificate = TestCertificate.For(TestHouse.Realm);

    private const int AtOnce = 6; // the machine has other things to do

    private static readonly Scenario[] All =
    [
        new("01_register_ok.xml", "0"),
        new("02_register_bad_password.xml", "0") { Secret = "wrong" },
        new("03_register_stale_nonce.xml", "0"),
        new("04_register_too_brief.xml", "0"),
        new("05_register_last_wins.xml", "0"),
        new("06_register_cseq_order.xml", "0"),
        new("10_invite_basic_rtp.xml", "7004"),
        new("11_invite_challenge.xml", "7004") { Secret = "wrong" },
        new("12_lost_ack.xml", "7004") { More = ["-nr"] },
        new("13_no_ack_at_all.xml", "7004") { T1 = TimeSpan.FromMilliseconds(100) },
        new("14_duplicate_invite.xml", "7001") { More = ["-nr"] },
        new("15_cancel_ringing.xml", "7001"),
        new("16_cancel_after_200.xml", "7004"),
        new("17_100rel_prack.xml", "7003") { More = ["-nr"] },
        new("18_reinvite_hold.xml", "7004"),
        new("19_update_session_timer.xml", "7004"),
        new("20_session_timer_422.xml", "7004"),
        new("21_early_bye.xml", "7001"),
        new("22_wrong_cseq.xml", "7004"),
        new("23_unknown_dialog.xml", "7004"),
        new("24_bad_sdp.xml", "7004"),
        new("25_codec_488.xml", "7004"),
        new("26_not_found.xml", "6999"),
        new("27_late_offer.xml", "7004"),
        new("33_options.xml", "0"),
        new("34_refer_to_room.xml", "6001") { More = ["-key", "target", "6003"] },
        new("35_subscribe_dialog.xml", "2002"),
        new("36_subscribe_conference.xml", "6001"),
        new("44_register_storm.xml", "0") { More = ["-inf", StormUsers(500), "-m", "500", "-l", "500", "-r", "250"] },
        new("01_register_ok.xml", "0") { OverTcp = true },
        new("35_subscribe_dialog.xml", "2002") { OverTcp = true },
        new("15_cancel_ringing.xml", "7001") { OverTcp = true },
        new("18_reinvite_hold.xml", "7004") { OverTcp = true },
        new("40_tcp_large_invite.xml", "7004") { OverTcp = true },
        new("41_ipv6_call.xml", "7004") { OverIp6 = true },
        new("42_tls_register.xml", "0") { OverTls = true },
    ];

    /// <summary>All scenarios run at once, each against a stack of its own; most of their time is waiting for silence.</summary>
    private static readonly Lazy<Dictionary<string, Task<string?>>> Results = new(() =>
    {
        var gate = new SemaphoreSlim(AtOnce);
        return All.Select((scenario, index) => (scenario, index)).ToDictionary(s => s.scenario.Name, s => Task.Run(() => Run(s.scenario, s.index, gate)));
    });

    public static TheoryData<string> Names() => [.. All.Select(s => s.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_phone_gets_what_the_RFCs_promise(string scenario)
    {
        var complaint = await Results.Value[scenario];

        Assert.True(complaint is null, complaint);
    }

    /// <summary>As many accounts as a storm takes, in SIPp's own form.</summary>
    private static string StormUsers(int count)
    {
        var file = Path.Combine(Path.GetTempPath(), $"storm-{Environment.ProcessId}.csv");
        File.WriteAllLines(file, ["SEQUENTIAL", .. Enumerable.Range(1, count).Select(i => $"load{i:D5};[authentication username=load{i:D5} password=secret-load{i:D5}]")]);
        return file;
    }

    /// <summary>Runs one scenario.</summary>
    /// <returns><see langword="null"/> when SIPp is content, else what it said.</returns>
    private static async Task<string?> Run(Scenario scenario, int index, SemaphoreSlim gate)
    {
        await gate.WaitAsync();
        try
        {
            await using var stack = new TestStack(t1: scenario.T1, change: scenario.Listening);
            using var relay = scenario.OverTls ? new TlsRelay(stack.Tcp) : null;
            var (status, output) = await Sipp(scenario, index, relay?.Address ?? (scenario.OverTcp ? stack.Tcp : stack.Udp));
            return status == 0 ? null : $"SIPp ended with {status}.\n{output}";
        }
        finally
        {
            gate.Release();
        }
    }

    private static async Task<(int Status, string Output)> Sipp(Scenario scenario, int index, IPEndPoint server)
    {
        var errors = Path.GetTempFileName();
        var address = scenario.OverIp6 ? "::1" : $"127.0.9.{index + 1}"; // an address each, so that no two phones want the same port
        string[] arguments =
        [
            server.ToString(), "-sf", Path.Combine(Kit.Sipp, scenario.File), "-s", scenario.Number, "-key", "user", "2001a", "-key", "domain", TestHouse.Realm,
            "-au", "2001a", "-ap", scenario.Secret, "-i", address, "-mi", address, "-p", "15060", "-mp", "15100",
            "-m", "1", "-l", "1", "-nostdin", "-timeout", "50", "-timeout_error", "-recv_timeout", "20000", "-trace_err", "-error_file", errors,
            .. scenario.OverTcp || scenario.OverTls ? ["-t", "t1"] : Array.Empty<string>(), .. scenario.More,
        ];
        var start = new ProcessStartInfo("sipp", arguments) { WorkingDirectory = Kit.Sipp, RedirectStandardOutput = true, RedirectStandardError = true };
        using var sipp = Begin(start);
        var output = sipp.StandardOutput.ReadToEndAsync();
        var complaints = sipp.StandardError.ReadToEndAsync();
        await sipp.WaitForExitAsync();
        await output;
        var text = await File.ReadAllTextAsync(errors) + await complaints;
        File.Delete(errors);
        return (sipp.ExitCode, text);
    }

    private static Process Begin(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new InvalidOperationException("The tests need SIPp: apt-get install sip-tester.", error);
        }
    }

    private sealed record Scenario(string File, string Number)
    {
        public string Secret { get; init; } = "secret-2001a";

        public bool OverTcp { get; init; }

        public bool OverTls { get; init; }

        public bool OverIp6 { get; init; }

        public TimeSpan T1 { get; init; } = TimeSpan.FromMilliseconds(500);

        public string[] More { get; init; } = [];

        public SipStackOptions Listening(SipStackOptions options) =>
            OverIp6 ? options with { Listen = [new SipListen("udp", new IPEndPoint(IPAddress.IPv6Loopback, 0)), options.Listen[1]] }
            : OverTls ? options with { Listen = [options.Listen[0], new SipListen("tls", new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0))], Certificate = _ => Certificate }
            : options;

        public string Name => OverTcp ? File + " over TCP" : File;
    }
}
