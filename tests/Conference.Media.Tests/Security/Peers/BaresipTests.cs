using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Conference.Media.Files;
using Conference.Media.Mixing;
using Conference.Media.Sdp;
using Conference.Media.Security;
using Conference.Media.Sessions;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Security.Peers;

/// <summary>A real phone calls with every protection it knows, and both sides hear each other.</summary>
public sealed class BaresipTests
{
    private const int EnginePort = 24200; // below the ports that a system gives to whoever connects
    private const double ItsVoice = 440;

    [Theory]
    [InlineData("srtp-mand", "RTP/SAVP", DtlsRole.Active)]
    [InlineData("srtp-mandf", "RTP/SAVPF", DtlsRole.Active)]
    [InlineData("srtp", "RTP/AVP", DtlsRole.Active)]
    [InlineData("dtls_srtp", "UDP/TLS/RTP/SAVPF", DtlsRole.Active)]
    [InlineData("dtls_srtp", "UDP/TLS/RTP/SAVPF", DtlsRole.Passive)]
    public async Task A_phone_that_protects_its_calls_is_heard_and_hears(string protection, string profile, DtlsRole role)
    {
        using var identity = DtlsIdentity.Create(TimeProvider.System)!;
        using var end = new SmallEnd(IPAddress.Loopback, identity, SdpTerms.Plain with { Security = MediaSecurity.Accept, Opportunistic = true, PreferredRole = role });
        using var folder = new PhoneFolder(protection);

        var (offer, log) = await Call(folder, end.Answer);

        Assert.Contains($" {profile} ", offer, StringComparison.Ordinal);
        Assert.True(end.Agreed.Keys is not null, offer);
        Assert.Equal(DtlsProblem.None, end.Problem);
        Assert.True(end.Hears(ItsVoice) > 2000, $"It is not heard ({end.Hears(ItsVoice)}, {end.Refused} refused).\n{offer}\n{log}");
        Assert.Equal(0, end.Refused);
        Assert.True(end.Reports > 0, "Its reports are not understood.");

        Assert.True(folder.Hears(1000) > 4000, $"It does not hear.\n{log}");
    }

    [Theory]
    [InlineData("srtp-mand")]
    [InlineData("dtls_srtp")] // without ICE, by its own pair of ports
    public async Task The_engine_speaks_with_a_phone_that_protects_its_calls(string protection)
    {
        using var engine = new MediaEngine(new MediaOptions { FirstPort = EnginePort, LastPort = EnginePort + 20 }, TimeProvider.System);
        using var session = engine.OpenSession(IPAddress.Loopback, new SessionTerms { Codecs = ["PCMA"] })!;
        using var room = engine.OpenRoom();
        room.Use(new MixPlan([new Seat(Guid.NewGuid(), session, true, true)]));
        using var folder = new PhoneFolder(protection);
        var tape = room.Record(Path.Combine(folder.Path, "room.wav"));

        var (_, log) = await Call(folder, offer =>
        {
            Assert.Equal(MediaProblem.None, session.Answer(offer, out var answer));
            _ = session.PlayAsync([new Sound("tone", 8000, Tone.Sine(1000, 8000, 8000 * 10))], CancellationToken.None);
            return Encoding.UTF8.GetString(answer);
        });
        await tape.StopAsync();

        Assert.True(session.Stats is { Received: > 200 }, $"{session.Stats}\n{log}");
        Assert.True(folder.Hears(1000) > 4000, $"It does not hear.\n{log}");
        Assert.Equal(WavError.None, WavReader.Read(Path.Combine(folder.Path, "room.wav"), "room", out var taped));
        Assert.True(Tone.Amplitude(taped!.Samples.Span.Slice(3 * taped.Rate, taped.Rate), ItsVoice, taped.Rate) > 2000, $"The room does not hear it.\n{log}");
        Assert.Equal(0, engine.Health.Faults);
    }

    /// <summary>Has the phone call us and waits until it has hung up.</summary>
    /// <returns>Its offer, and what it printed.</returns>
    private static async Task<(string Offer, string Log)> Call(PhoneFolder folder, Func<byte[], string> answer)
    {
        using var sip = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        sip.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var phone = Process.Start(new ProcessStartInfo("baresip", ["-f", folder.Path, "-e", $"/dial sip:end@{sip.LocalEndPoint}", "-t", "7"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        })!;
        var said = Task.WhenAll(phone.StandardOutput.ReadToEndAsync(), phone.StandardError.ReadToEndAsync());
        try
        {
            var offer = await PickUp(sip, answer);
            await phone.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
            return (offer, string.Join('\n', await said));
        }
        finally
        {
            if (!phone.HasExited) phone.Kill();
        }
    }

    /// <summary>The least of a SIP server: every INVITE is answered, and what comes after is thanked for.</summary>
    private static async Task<string> PickUp(Socket sip, Func<byte[], string> answer)
    {
        var buffer = new byte[8192];
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var got = await sip.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), patience.Token);
        var invite = Encoding.UTF8.GetString(buffer, 0, got.ReceivedBytes);
        var parts = invite.Split("\r\n\r\n", 2);
        var body = answer(Encoding.UTF8.GetBytes(parts[1]));
        await sip.SendToAsync(Encoding.UTF8.GetBytes(Reply(parts[0], sip, body)), got.RemoteEndPoint);
        _ = ThankAsync(sip);
        return parts[1];
    }

    private static async Task ThankAsync(Socket sip)
    {
        var buffer = new byte[8192];
        try
        {
            while (true)
            {
                var got = await sip.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0));
                var request = Encoding.UTF8.GetString(buffer, 0, got.ReceivedBytes);
                if (request.StartsWith("BYE", StringComparison.Ordinal)) await sip.SendToAsync(Encoding.UTF8.GetBytes(Reply(request, sip, "")), got.RemoteEndPoint);
            }
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException)
        {
            // the test has ended
        }
    }

    private static string Reply(string request, Socket sip, string body)
    {
        string[] kept = ["Via:", "From:", "To:", "Call-ID:", "CSeq:", "Record-Route:"];
        var headers = request.Split("\r\n").Where(l => kept.Any(k => l.StartsWith(k, StringComparison.OrdinalIgnoreCase)))
            .Select(l => l.StartsWith("To:", StringComparison.OrdinalIgnoreCase) && !l.Contains(";tag=", StringComparison.Ordinal) ? l + ";tag=end" : l);
        return $"SIP/2.0 200 OK\r\n{string.Join("\r\n", headers)}\r\nContact: <sip:end@{sip.LocalEndPoint}>\r\n"
            + $"Content-Type: application/sdp\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";
    }

    /// <summary>Settings, a voice and a place for what is heard.</summary>
    private sealed class PhoneFolder : IDisposable
    {
        public PhoneFolder(string protection)
        {
            var port = SmallEnd.FreePort();
            Path = Directory.CreateTempSubdirectory("protected-phone-").FullName;
            var pcm = Tone.Sine(ItsVoice, 6000, 8000 * 10);
            File.WriteAllBytes(In("voice.wav"), [.. Header(pcm.Length * 2), .. pcm.SelectMany(BitConverter.GetBytes)]);
            File.WriteAllText(In("accounts"), $"<sip:phone@127.0.0.1:{port}>;regint=0;audio_codecs=pcma/8000/1;mediaenc={protection}\n");
            File.WriteAllText(In("contacts"), "");
            File.WriteAllText(In("config"), $"""
                poll_method epoll
                sip_listen 127.0.0.1:{port}
                net_interface 127.0.0.1
                audio_source aufile,{In("voice.wav")}
                audio_player aubridge,sink
                audio_alert nil
                audio_buffer 20-160
                rtp_ports 24300-24399
                rtcp_mux yes
                jitter_buffer_type fixed
                jitter_buffer_delay 2-10
                module_path /usr/lib/baresip/modules
                module g711.so
                module aufile.so
                module aubridge.so
                module sndfile.so
                module srtp.so
                module dtls_srtp.so
                module_tmp uuid.so
                module_tmp account.so
                module_app menu.so
                snd_path {Path}

                """);
        }

        public string Path { get; }

        /// <summary>How loud a tone was at the end of what the phone heard.</summary>
        public double Hears(double hertz)
        {
            Assert.Equal(WavError.None, WavReader.Read(Directory.GetFiles(Path, "*-dec.wav").Single(), "heard", out var heard));
            return Tone.Amplitude(heard!.Samples.Span[^8000..], hertz);
        }

        public void Dispose() => Directory.Delete(Path, recursive: true);

        private string In(string name) => System.IO.Path.Combine(Path, name);

        private static byte[] Header(int bytes)
        {
            using var memory = new MemoryStream();
            using var header = new BinaryWriter(memory);
            header.Write("RIFF"u8);
            header.Write(36 + bytes);
            header.Write("WAVEfmt "u8);
            header.Write(16);
            header.Write((short)1);
            header.Write((short)1);
            header.Write(8000);
            header.Write(16000);
            header.Write((short)2);
            header.Write((short)16);
            header.Write("data"u8);
            header.Write(bytes);
            return memory.ToArray();
        }
    }
}
