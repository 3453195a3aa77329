using System.Diagnostics;
using System.Text;
using Conference.Sip.Calls;
using Conference.Sip.Tests.House;
using Conference.Sip.Trunks;

namespace Conference.Sip.Tests.Sipp;

/// <summary>Real SIPp as phone or provider, called by a real stack: what it hears must be what the RFCs promise it.</summary>
public class SippCalledTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public Task A_phone_that_answers_is_talked_to_and_hung_up_on() =>
        Play(TalkAsync, new Far("50_uas_phone.xml"));

    [Fact]
    public Task The_phone_that_lost_is_told_that_somebody_else_answered() =>
        Play(TalkAsync, new Far("50_uas_phone.xml"), new Far("51_uas_answered_elsewhere.xml"));

    [Fact]
    public Task A_proxy_that_forked_hears_ACK_twice_and_one_BYE_early() =>
        Play(TalkAsync, new Far("52_uas_forked.xml") { More = ["-nr"] });

    [Fact]
    public Task An_answer_that_crosses_the_CANCEL_is_ended() =>
        Play(GiveUpAsync, new Far("53_uas_200_after_cancel.xml"));

    [Fact]
    public Task A_trunk_that_asks_for_a_digest_gets_it() =>
        Play(TrunkAsync, new Far("54_uas_trunk_407.xml"));

    [Fact]
    public Task A_trunk_that_checks_the_digest_is_content() =>
        Play(TrunkAsync, new Far("57_uas_trunk_401_verify.xml") { More = ["-key", "trunkuser", "t1", "-key", "trunksecret", "ts1"] });

    [Fact]
    public Task A_trunk_out_of_service_hands_the_call_to_its_neighbour() =>
        Play(TrunkAsync, new Far("55_uas_503.xml"), new Far("50_uas_phone.xml"));

    private static async Task TalkAsync(ISipStack stack, int[] ports)
    {
        var result = await stack.Calls.CallAsync(Call([.. ports.Select(p => new CallTarget($"phone{p}") { Uri = $"sip:bob@127.0.0.1:{p}" })]), default).WaitAsync(Patience);
        await Leave(result);
    }

    private static async Task TrunkAsync(ISipStack stack, int[] ports)
    {
        stack.Trunks.Use([new TrunkLine("t1", "trunk.test") { Servers = [.. ports.Select(p => $"sip:127.0.0.1:{p}")], User = "t1", Secret = "ts1", ProbeEvery = TimeSpan.Zero }]);
        var result = await stack.Calls.CallAsync(Call(new CallTarget("t1") { Trunk = "t1", Uri = "sip:+39050@trunk.test" }), default).WaitAsync(Patience);
        await Leave(result);
    }

    private static async Task GiveUpAsync(ISipStack stack, int[] ports)
    {
        using var cancel = new CancellationTokenSource();
        var call = Call(new CallTarget("phone") { Uri = $"sip:bob@127.0.0.1:{ports[0]}" }) with
        {
            OnProgress = _ =>
            {
                cancel.Cancel();
                return ValueTask.CompletedTask;
            },
        };
        var result = await stack.Calls.CallAsync(call, cancel.Token).WaitAsync(Patience);
        Assert.Equal(487, result.Status);
    }

    private static async Task Leave(CallResult result)
    {
        Assert.True(result.Status == 200, $"{result.Status} {result.Reason}: {string.Join(", ", result.Tried)}");
        await Task.Delay(TimeSpan.FromMilliseconds(600)); // a second answer may come
        await result.Call!.HangUpAsync(new CallEnd(200, "Bye")).WaitAsync(Patience);
    }

    private static OutgoingCall Call(params CallTarget[] targets) => new()
    {
        From = new CallerIdentity("6001", "Room"),
        Targets = [.. targets],
        OpenMedia = (_, _) => new Audio(),
    };

    /// <summary>Starts the far ends, lets the house do its part and hears whether they were content.</summary>
    private static async Task Play(Func<ISipStack, int[], Task> act, params Far[] fars)
    {
        await using var stack = new TestStack();
        var ports = fars.Select(_ => FreePort()).ToArray();
        var running = fars.Zip(ports, Begin).ToArray();
        try
        {
            foreach (var (far, port) in running.Zip(ports)) await Listening(far.Process, port);
            await act(stack.Stack, ports);
            foreach (var (process, errors) in running)
            {
                await process.WaitForExitAsync().WaitAsync(Patience);
                Assert.True(process.ExitCode == 0, $"{process.StartInfo.ArgumentList[1]} ended with {process.ExitCode}.\n{await File.ReadAllTextAsync(errors)}");
            }
        }
        finally
        {
            foreach (var (process, errors) in running)
            {
                if (!process.HasExited) process.Kill();
                process.Dispose();
                File.Delete(errors);
            }
        }
    }

    private static (Process Process, string Errors) Begin(Far far, int port)
    {
        var errors = Path.GetTempFileName();
        string[] arguments =
        [
            "-sf", Path.Combine(Kit.Sipp, far.File), "-i", "127.0.0.1", "-mi", "127.0.0.1", "-p", $"{port}", "-mp", $"{FreePort()}", "-m", "1", "-nostdin",
            "-timeout", "90", "-timeout_error", "-trace_err", "-error_file", errors, "-key", "user", "phone1", .. far.More,
        ];
        var process = Process.Start(new ProcessStartInfo("sipp", arguments) { WorkingDirectory = Kit.Sipp, RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.OutputDataReceived += (_, _) => { }; // SIPp draws its screen until somebody stops reading
        process.BeginOutputReadLine();
        return (process, errors);
    }

    /// <summary>Waits until the port is taken: before that our INVITE would be repeated into nothing.</summary>
    private static async Task Listening(Process process, int port)
    {
        var end = DateTime.UtcNow + Patience;
        while (DateTime.UtcNow < end && !process.HasExited)
        {
            if (System.Net.NetworkInformation.IPGlobalProperties.GetIPGlobalProperties().GetActiveUdpListeners().Any(l => l.Port == port)) return;
            await Task.Delay(20);
        }

        Assert.Fail("SIPp did not open its port.");
    }

    private static int FreePort()
    {
        using var socket = new System.Net.Sockets.UdpClient(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        return ((System.Net.IPEndPoint)socket.Client.LocalEndPoint!).Port;
    }

    private sealed record Far(string File)
    {
        public string[] More { get; init; } = [];
    }

    private sealed class Audio : ICallMedia
    {
        public SipBody Offer() => FakeSdp.Offer;

        public bool Accept(SipBody answer, bool isEarly) => Encoding.ASCII.GetString(answer.Bytes.Span).Contains("m=audio", StringComparison.Ordinal);

        public void Close()
        {
            // nothing was opened
        }
    }
}
