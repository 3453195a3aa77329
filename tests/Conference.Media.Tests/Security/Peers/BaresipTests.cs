using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Conference.Media.Files;
using Conference.Media.Sdp;
using Conference.Media.Security;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Security.Peers;

/// <summary>A real phone calls with every protection it knows, and both sides hear each other.</summary>
public sealed class BaresipTests
{
    private const int FirstPort = 44100;
    private const double ItsVoice = 440;

    [Theory]
    [InlineData("srtp-mand", "RTP/SAVP", DtlsRole.Active, 0)]
    [InlineData("srtp-mandf", "RTP/SAVPF", DtlsRole.Active, 1)]
    [InlineData("srtp", "RTP/AVP", DtlsRole.Active, 2)]
    [InlineData("dtls_srtp", "UDP/TLS/RTP/SAVPF", DtlsRole.Active, 3)]
    [InlineData("dtls_srtp", "UDP/TLS/RTP/SAVPF", DtlsRole.Passive, 4)]
    public async Task A_phone_that_protects_its_calls_is_heard_and_hears(string protection, string profile, DtlsRole role, int number)
    {
        var port = FirstPort + 20 * number;
        using var identity = DtlsIdentity.Create(TimeProvider.System)!;
        using var end = new SmallEnd(IPAddress.Loopback, port + 2, identity, SdpTerms.Plain with { Security = MediaSecurity.Accept, Opportunistic = true, PreferredRole = role });
        using var folder = new PhoneFolder(port + 4, protection);
        using var sip = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        sip.Bind(new IPEndPoint(IPAddress.Loopback, port));

        using var phone = Process.Start(new ProcessStartInfo("baresip", ["-f", folder.Path, "-e", $"/dial sip:end@127.0.0.1:{port}", "-t", "7"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        })!;
        var said = Task.WhenAll(phone.StandardOutput.ReadToEndAsync(), phone.StandardError.ReadToEndAsync());
        var offer = await PickUp(sip, end);
        await phone.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        var log = string.Join('\n', await said);

        Assert.Contains($" {profile} ", offer, StringComparison.Ordinal);
        Assert.True(end.Agreed.Keys is not null, offer);
        Assert.Equal(DtlsProblem.None, end.Problem);
        Assert.True(end.Hears(ItsVoice) > 2000, $"It is not heard ({end.Hears(ItsVoice)}, {end.Refused} refused).\n{offer}\n{log}");
        Assert.Equal(0, end.Refused);
        Assert.True(end.Reports > 0, "Its reports are not understood.");

        Assert.Equal(WavError.None, WavReader.Read(Directory.GetFiles(folder.Path, "*-dec.wav").Single(), "heard", out var heard));
        var second = heard!.Samples.Span[^8000..];
        Assert.True(Tone.Amplitude(second, 1000) > 4000, $"It does not hear.\n{log}");
    }

    /// <summary>The least of a SIP server: every INVITE is answered, and what comes after is thanked for.</summary>
    private static async Task<string> PickUp(Socket sip, SmallEnd end)
    {
        var buffer = new byte[8192];
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var got = await sip.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), patience.Token);
        var invite = Encoding.UTF8.GetString(buffer, 0, got.ReceivedBytes);
        var parts = invite.Split("\r\n\r\n", 2);
        var body = end.Answer(Encoding.UTF8.GetBytes(parts[1]));
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
        public PhoneFolder(int port, string protection)
        {
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
                rtp_ports {port + 2}-{port + 12}
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
