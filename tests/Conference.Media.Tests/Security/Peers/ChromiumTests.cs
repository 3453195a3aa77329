using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Conference.Media.Files;
using Conference.Media.Mixing;
using Conference.Media.Sdp;
using Conference.Media.Security;
using Conference.Media.Sessions;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Security.Peers;

/// <summary>A browser calls from a page of thirty lines: its checks, its handshake, its keys, and sound both ways.</summary>
public sealed class ChromiumTests
{
    /// <summary>Offers, takes the answer, and tells after a while what it heard. The fake microphone beeps once a second.</summary>
    private const string Page = """
        <!doctype html><meta charset=utf-8><title>call</title><audio id=a autoplay></audio><script>
        const tell = (path, body) => fetch(path, { method: 'POST', body }).then(r => r.text());
        (async () => {
          const pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
          pc.ontrack = e => document.getElementById('a').srcObject = new MediaStream([e.track]);
          const stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false } });
          for (const track of stream.getTracks()) pc.addTrack(track, stream);
          await pc.setLocalDescription(await pc.createOffer());
          await pc.setRemoteDescription({ type: 'answer', sdp: await tell('/offer', pc.localDescription.sdp) });
          for (let i = 0; i < 100; i++) {
            await new Promise(r => setTimeout(r, 200));
            const out = { state: pc.connectionState };
            (await pc.getStats()).forEach(r => {
              if (r.type === 'inbound-rtp') Object.assign(out, { packets: r.packetsReceived, energy: r.totalAudioEnergy });
              if (r.type === 'transport') Object.assign(out, { cipher: r.srtpCipher, role: r.dtlsRole, tls: r.tlsVersion });
            });
            await tell('/stats', JSON.stringify(out));
          }
        })().catch(e => tell('/stats', JSON.stringify({ state: 'error ' + e })));
        </script>
        """;

    [Theory]
    [InlineData(DtlsRole.Active)]
    [InlineData(DtlsRole.Passive)]
    public async Task A_browser_is_heard_and_hears(DtlsRole role)
    {
        var address = OwnAddress();
        using var identity = DtlsIdentity.Create(TimeProvider.System)!;
        using var end = new SmallEnd(address, identity, SdpTerms.Plain with { Security = MediaSecurity.Accept, PreferredRole = role });

        await Call(
            address,
            end.Answer,
            energy => energy > 0.02 && end.Reports > 0 && end.Heard is { Length: > 16_000 } heard && heard.Max() > 2000,
            () => $"{end.Heard.Length} samples heard, {end.Refused} refused, {end.Problem}");

        Assert.Equal((DtlsProblem.None, 0), (end.Problem, end.Refused));
        Assert.Equal(role, Assert.IsType<MediaKeys.Dtls>(end.Agreed.Keys).Role);
        Assert.NotNull(end.Agreed.LevelExtension);
    }

    [Fact]
    public async Task The_engine_speaks_with_a_browser_by_its_shared_port()
    {
        var address = OwnAddress();
        using var engine = new MediaEngine(new MediaOptions { FirstPort = 24400, LastPort = 24420, SharedPort = 0, AdvertisedTo = _ => address }, TimeProvider.System);
        using var session = engine.OpenSession(address)!;
        using var room = engine.OpenRoom();
        using var folder = new TemporaryFolder();
        room.Use(new MixPlan([new Seat(Guid.NewGuid(), session, Speaks: true, Hears: true)]));
        var path = Path.Combine(folder.Path, "room.wav");
        var tape = room.Record(path);
        var answered = "";

        await Call(
            address,
            offer =>
            {
                Assert.Equal(MediaProblem.None, session.Answer(offer, out var answer));
                _ = session.PlayAsync([new Sound("tone", 8000, Tone.Sine(1000, 8000, 8000 * 20))], CancellationToken.None);
                return answered = Encoding.UTF8.GetString(answer);
            },
            energy => energy > 0.02 && session.Stats is { Received: > 100, RoundTripMs: > 0 } && room.Levels is [{ Dbov: > -40 }],
            () => $"{session.Stats} {engine.Health}\n{answered}");
        await tape.StopAsync();

        Assert.Contains($"m=audio {engine.Health.Web.Port} UDP/TLS/RTP/SAVPF", answered, StringComparison.Ordinal);
        Assert.Equal(0, session.Stats.Unbelieved);
        Assert.Equal("opus", session.Codec);
        Assert.Equal(WavError.None, WavReader.Read(path, "room", out var taped));
        Assert.True(taped!.Samples.Span.ToArray().Max() > 2000, "The room does not hear the beep of the browser.");
        Assert.Equal(0, engine.Health.Faults);
    }

    /// <summary>Has a browser call and waits until both sides are content.</summary>
    /// <param name="isEnough">Given the energy heard over there so far.</param>
    private static async Task Call(IPAddress address, Func<byte[], string> answer, Func<double, bool> isEnough, Func<string> tell)
    {
        var port = SmallEnd.FreePort();
        using var page = new HttpListener();
        page.Prefixes.Add($"http://localhost:{port}/");
        page.Start();
        var profile = Directory.CreateTempSubdirectory("chromium-");
        using var chromium = Process.Start(Command(profile.FullName, port, address))!;
        var log = Task.WhenAll(chromium.StandardOutput.ReadToEndAsync(), chromium.StandardError.ReadToEndAsync());
        var stats = "nothing";
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            while (!isEnough(EnergyOf(stats)))
                stats = await Serve(page, answer, stats).WaitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"{stats}; {tell()}");
        }
        finally
        {
            chromium.Kill(entireProcessTree: true);
            await log;
            profile.Delete(recursive: true);
        }
    }

    private static double EnergyOf(string stats)
    {
        if (!stats.StartsWith('{')) return 0;
        using var told = JsonDocument.Parse(stats);
        return told.RootElement.TryGetProperty("energy", out var energy) ? energy.GetDouble() : 0;
    }

    private static async Task<string> Serve(HttpListener page, Func<byte[], string> answer, string stats)
    {
        var context = await page.GetContextAsync();
        using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        var said = context.Request.Url!.AbsolutePath switch
        {
            "/" => Page,
            "/offer" => answer(Encoding.UTF8.GetBytes(body)),
            _ => "",
        };
        context.Response.ContentType = said == Page ? "text/html; charset=utf-8" : "text/plain";
        await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(said));
        context.Response.Close();
        return context.Request.Url.AbsolutePath == "/stats" ? body : stats;
    }

    private static ProcessStartInfo Command(string profile, int port, IPAddress address)
    {
        List<string> arguments =
        [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
            "--autoplay-policy=no-user-gesture-required", "--user-data-dir=" + profile, string.Create(CultureInfo.InvariantCulture, $"http://localhost:{port}/"),
        ];
        if (IPAddress.IsLoopback(address)) arguments.Insert(0, "--allow-loopback-in-peer-connection");
        return new ProcessStartInfo("chromium", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
    }

    /// <summary>The address this machine would speak to the world from: browsers leave loopback out of their checks. Nothing is sent.</summary>
    private static IPAddress OwnAddress()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Connect(IPAddress.Parse("203.0.113.1"), 9);
            return ((IPEndPoint)socket.LocalEndPoint!).Address;
        }
        catch (SocketException)
        {
            return IPAddress.Loopback;
        }
    }
}
