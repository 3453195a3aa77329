using System.Diagnostics;
using System.Net;
using System.Text;
using Conference.Media.Sdp;
using Conference.Media.Security;
using Conference.Media.Sessions;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Security.Peers;

/// <summary>The mutator that lies beside the repository, against a port with a browser's leg on it.</summary>
public sealed class StrangersTests
{
    private const string Browser =
        "v=0\r\no=- 7 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 8\r\nc=IN IP4 0.0.0.0\r\na=rtcp-mux\r\n"
        + "a=setup:active\r\na=ice-ufrag:d2bd1d2a\r\na=ice-pwd:8d6bbaa1e7d4dbd0ac6b2a5b3cbb0e5e\r\na=fingerprint:";

    [Fact]
    public async Task Strangers_at_the_port_of_a_browser_get_no_answer()
    {
        using var identity = DtlsIdentity.Create(TimeProvider.System)!;
        using var end = new SmallEnd(IPAddress.Loopback, identity, SdpTerms.Plain with { Security = MediaSecurity.Accept });
        end.Answer(Encoding.ASCII.GetBytes($"{Browser}{identity.Fingerprint}\r\n"));

        await Mutate(end.Port);

        Assert.True(end.IsAlive);
        Assert.Empty(end.Heard);
    }

    [Fact]
    public async Task Strangers_at_the_shared_port_of_the_engine_get_no_answer_and_break_nothing()
    {
        using var identity = DtlsIdentity.Create(TimeProvider.System)!;
        using var engine = new MediaEngine(new MediaOptions { FirstPort = 24440, LastPort = 24460, SharedPort = 0, Bind = IPAddress.Loopback }, TimeProvider.System);
        using var session = engine.OpenSession(IPAddress.Loopback)!;
        Assert.Equal(MediaProblem.None, session.Answer(Encoding.ASCII.GetBytes($"{Browser}{identity.Fingerprint}\r\n"), out _));

        await Mutate(engine.Health.Web.Port!.Value);

        Assert.Equal((0, true), (engine.Health.Faults, engine.Health.IsTicking));
        Assert.Equal(0, session.Stats.Received);
    }

    private static async Task Mutate(int port)
    {
        var corpora = Corpus.Folder;
        var tool = Path.GetFullPath(Path.Combine(corpora, "..", "tools", "rtp_mutate.py"));
        Assert.True(File.Exists(tool), $"The mutator is missing: expected {tool}.");
        using var output = new TemporaryFolder();
        using var mutator = Process.Start(new ProcessStartInfo("python3",
        [
            "-B", tool, "--corpus", corpora, "--ports", $"127.0.0.1:{port}", "--alive", "pid", "--pid", $"{Environment.ProcessId}",
            "--count", "20000", "--every", "5000", "--rate", "10000", "--must-stay-silent", "--max-growth-mb", "1000", "--out", output.Path,
        ])
        { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = output.Path })!;
        var said = Task.WhenAll(mutator.StandardOutput.ReadToEndAsync(), mutator.StandardError.ReadToEndAsync());
        await mutator.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(3));
        Assert.True(mutator.ExitCode == 0, string.Join('\n', await said));
    }
}
