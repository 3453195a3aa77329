using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;
using Conference.Sip.Tests.House;
using Conference.Sip.Transport;

namespace Conference.Sip.Tests.Transport;

/// <summary>TLS on loopback, both ways.</summary>
public class TlsTests
{
    private static readonly byte[] Options = Encoding.ASCII.GetBytes(
        "OPTIONS sip:pbx.test SIP/2.0\r\nVia: SIP/2.0/TLS 127.0.0.1:9;branch=z9hG4bK1;rport\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n");

    private static TestStack Listening(Func<string, SslStreamCertificateContext> certificate) => new(change: o => o with
    {
        Listen = [new SipListen("udp", new IPEndPoint(IPAddress.Loopback, 0)), new SipListen("tls", new IPEndPoint(IPAddress.Loopback, 0))],
        Certificate = certificate,
    });

    private static async Task<SslStream> Connect(IPEndPoint server, SslProtocols protocols = SslProtocols.None, string from = "127.0.0.1")
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        await socket.ConnectAsync(server);
        var stream = new SslStream(new NetworkStream(socket, true));
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "pbx.test",
            EnabledSslProtocols = protocols,
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
        });
        return stream;
    }

    private static async Task<string> Ask(SslStream stream)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await stream.WriteAsync(Options, limit.Token);
        var text = "";
        var buffer = new byte[4_096];
        while (!text.Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var length = await stream.ReadAsync(buffer, limit.Token);
            if (length == 0) break;
            text += Encoding.ASCII.GetString(buffer, 0, length);
        }

        return text;
    }

    private static async Task<(Flow? Flow, string Problem)> Dial(IPEndPoint server, string name, string? pin = null)
    {
        using var all = new Connections((_, _) => { }, () => Task.CompletedTask, _ => { }, (_, _) => { });
        var dialer = new Dialer(all, _ => null, new TlsClient(_ => null), TimeProvider.System) { Limit = TimeSpan.FromSeconds(30) };
        var (flow, problem) = await dialer.DialAsync(new Hop("TLS", server, name, pin));
        return (flow, problem);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_phone_is_answered_over_both_versions(SslProtocols version)
    {
        var certificate = TestCertificate.For("pbx.test");
        await using var stack = Listening(_ => certificate);
        await using var phone = await Connect(stack.Tcp, version);

        Assert.Equal(version, phone.SslProtocol);
        Assert.StartsWith("SIP/2.0 200 OK\r\n", await Ask(phone), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_changed_is_shown_to_the_next_phone_and_the_first_stays_connected()
    {
        var certificate = TestCertificate.For("pbx.test");
        var asked = "";
        await using var stack = Listening(name =>
        {
            asked = name;
            return certificate;
        });
        await using var first = await Connect(stack.Tcp);
        certificate = TestCertificate.For("pbx.test");
        await using var second = await Connect(stack.Tcp);

        Assert.Equal("pbx.test", asked);
        Assert.Equal(certificate.Thumbprint(), second.RemoteCertificate!.GetCertHashString(HashAlgorithmName.SHA256));
        Assert.Contains("200 OK", await Ask(first), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Junk_and_silence_instead_of_a_handshake_do_not_keep_the_next_phone_out()
    {
        var certificate = TestCertificate.For("pbx.test");
        await using var stack = Listening(_ => certificate);
        var junk = new List<TcpClient>();
        for (var i = 0; i < 40; i++)
        {
            var client = new TcpClient();
            await client.ConnectAsync(stack.Tcp);
            if (i % 2 == 0) await client.GetStream().WriteAsync(Options);
            junk.Add(client);
        }

        await using var phone = await Connect(stack.Tcp);

        Assert.Contains("200 OK", await Ask(phone), StringComparison.Ordinal);
        junk.ForEach(j => j.Dispose());
    }

    [Fact]
    public async Task One_address_that_stalls_handshakes_by_the_hundred_keeps_nobody_else_out()
    {
        var certificate = TestCertificate.For("pbx.test");
        await using var stack = Listening(_ => certificate);
        var stalled = new List<TcpClient>();
        for (var i = 0; i < 300; i++)
        {
            var client = new TcpClient();
            await client.ConnectAsync(stack.Tcp);
            stalled.Add(client);
        }

        await using var phone = await Connect(stack.Tcp, from: "127.0.0.2");

        Assert.Contains("200 OK", await Ask(phone), StringComparison.Ordinal);
        stalled.ForEach(s => s.Dispose());
    }

    [Fact]
    public async Task A_server_nobody_vouches_for_is_not_talked_to_unless_its_certificate_is_pinned()
    {
        var certificate = TestCertificate.For("pbx.test");
        await using var stack = Listening(_ => certificate);

        var stranger = await Dial(stack.Tcp, "pbx.test");
        var other = await Dial(stack.Tcp, "provider.example");
        var pinned = await Dial(stack.Tcp, "provider.example", certificate.Thumbprint());
        var forged = await Dial(stack.Tcp, "pbx.test", TestCertificate.For("pbx.test").Thumbprint());

        Assert.Null(stranger.Flow);
        Assert.Contains($"signed by nobody this machine trusts, or has expired; its SHA-256 is {certificate.Thumbprint()}", stranger.Problem, StringComparison.Ordinal);
        Assert.Contains("is not for provider.example", other.Problem, StringComparison.Ordinal);
        Assert.Equal("TLS", pinned.Flow!.Transport);
        Assert.Null(forged.Flow);
        Assert.Contains("is not the pinned one", forged.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_speaks_no_TLS_is_a_sentence()
    {
        await using var stack = new TestStack();

        var (flow, problem) = await Dial(stack.Tcp, "pbx.test");

        Assert.Null(flow);
        Assert.NotEmpty(problem);
    }
}
