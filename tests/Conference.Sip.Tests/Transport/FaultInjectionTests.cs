using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Conference.Sip.Messages;
using Conference.Sip.Tests.House;
using Conference.Sip.Transport;

namespace Conference.Sip.Tests.Transport;

/// <summary>No message from outside can stop it: whatever a message sets off where it is received, the next one is received as well.</summary>
public class FaultInjectionTests
{
    private readonly List<string> _heard = [];
    private readonly List<string> _troubles = [];

    [Fact]
    public async Task A_datagram_that_breaks_its_receiver_ends_nothing()
    {
        using var udp = new UdpTransport(new IPEndPoint(IPAddress.Loopback, 0), Receive, Trouble);
        udp.Start();
        using var phone = new UdpClient();

        foreach (var id in new[] { "bad", "bad", "good" }) await phone.SendAsync(Options("UDP", id), udp.Bound);

        await Soon.Until(() => Heard("good"));
        Assert.Equal((2, true), (udp.Restarts, udp.IsAlive));
        Assert.Equal(2, Troubles);
    }

    [Fact]
    public async Task A_message_by_TCP_that_breaks_its_receiver_ends_its_own_connection_and_no_other()
    {
        using var all = new Connections(Receive, () => Task.CompletedTask, _ => { }, Trouble);
        using var listener = new StreamListener(new IPEndPoint(IPAddress.Loopback, 0), all, null, Trouble, TimeProvider.System);
        listener.Start();
        using var other = await Connect(listener.Bound);

        await SendAsync(listener.Bound, s => Task.FromResult(s), "bad", "TCP");
        await Soon.Until(() => Troubles == 1);
        await other.GetStream().WriteAsync(Options("TCP", "good"));

        await Soon.Until(() => Heard("good"));
        Assert.True(listener.IsAlive);
        await SendAsync(listener.Bound, s => Task.FromResult(s), "next", "TCP");
        await Soon.Until(() => Heard("next"));
    }

    [Fact]
    public async Task A_message_by_TLS_and_a_certificate_that_cannot_be_read_end_no_listener()
    {
        var certificate = TestCertificate.For("pbx.test");
        var isBroken = false;
        using var all = new Connections(Receive, () => Task.CompletedTask, _ => { }, Trouble);
        var tls = new TlsServer(_ => isBroken ? throw new InvalidOperationException("The file is half written.") : certificate, () => false);
        using var listener = new StreamListener(new IPEndPoint(IPAddress.Loopback, 0), all, tls, Trouble, TimeProvider.System);
        listener.Start();

        await SendAsync(listener.Bound, Secure, "bad", "TLS");
        await Soon.Until(() => Troubles == 1);
        isBroken = true;
        await Assert.ThrowsAnyAsync<Exception>(() => SendAsync(listener.Bound, Secure, "lost", "TLS"));
        isBroken = false;
        await SendAsync(listener.Bound, Secure, "good", "TLS");

        await Soon.Until(() => Heard("good"));
        Assert.True(listener.IsAlive);
    }

    [Fact]
    public async Task A_browsers_message_that_breaks_its_receiver_ends_its_own_socket_and_no_other()
    {
        using var all = new Connections(Receive, () => Task.CompletedTask, _ => { }, Trouble);
        var sockets = new SipSockets(all, TimeProvider.System);
        var (bad, badServed) = await Browser(sockets);
        var (good, goodServed) = await Browser(sockets);

        await bad.SendAsync(Options("WSS", "bad"), WebSocketMessageType.Text, true, default);
        await badServed.WaitAsync(TimeSpan.FromSeconds(30)); // its task ends, and without an exception for whoever serves it
        await good.SendAsync(Options("WSS", "good"), WebSocketMessageType.Text, true, default);

        await Soon.Until(() => Heard("good"));
        Assert.Equal(1, Troubles);
        good.Abort();
        await goodServed.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Work_on_the_loop_that_breaks_ends_that_work_and_timers_go_on()
    {
        using var loop = new Conference.Sip.Loop.SipLoop(TimeProvider.System, Trouble);
        loop.Start();
        var isDone = false;
        loop.Post(() => throw new InvalidOperationException("planted"));
        loop.Post(() => loop.Set(new Conference.Sip.Loop.SipTimer(() => throw new InvalidOperationException("planted, later")), TimeSpan.FromMilliseconds(1)));
        loop.Post(() => loop.Set(new Conference.Sip.Loop.SipTimer(() => Volatile.Write(ref isDone, true)), TimeSpan.FromMilliseconds(2)));

        await Soon.Until(() => Volatile.Read(ref isDone));

        Assert.Equal((2, true), (Troubles, loop.IsAlive));
        loop.Stop();
    }

    private int Troubles
    {
        get
        {
            lock (_troubles) return _troubles.Count;
        }
    }

    private bool Heard(string id)
    {
        lock (_heard) return _heard.Contains(id);
    }

    private void Receive(SipMessage message, Flow flow)
    {
        if (message.Envelope.CallId == "bad") throw new InvalidOperationException("planted");
        lock (_heard) _heard.Add(message.Envelope.CallId);
    }

    private void Trouble(string sentence, Exception? error)
    {
        lock (_troubles) _troubles.Add(sentence);
    }

    private static byte[] Options(string transport, string id) => Encoding.ASCII.GetBytes(
        $"OPTIONS sip:pbx.test SIP/2.0\r\nVia: SIP/2.0/{transport} 127.0.0.1:9;branch=z9hG4bK{id}\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: {id}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n");

    private static async Task<TcpClient> Connect(IPEndPoint server)
    {
        var client = new TcpClient();
        await client.ConnectAsync(server);
        return client;
    }

    private static async Task SendAsync(IPEndPoint server, Func<Stream, Task<Stream>> wrap, string id, string transport)
    {
        using var client = await Connect(server);
        await using var stream = await wrap(client.GetStream());
        await stream.WriteAsync(Options(transport, id));
        client.Client.Shutdown(SocketShutdown.Send);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            await stream.CopyToAsync(Stream.Null, limit.Token);
        }
        catch (IOException)
        {
            // the other side let go
        }
    }

    private static async Task<Stream> Secure(Stream plain)
    {
        var secure = new SslStream(plain);
        await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "pbx.test", RemoteCertificateValidationCallback = (_, _, _, _) => true });
        return secure;
    }

    private static async Task<(WebSocket Client, Task Served)> Browser(SipSockets sockets)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var near = await Connect((IPEndPoint)listener.LocalEndpoint);
        var far = await listener.AcceptTcpClientAsync();
        var server = WebSocket.CreateFromStream(far.GetStream(), isServer: true, "sip", TimeSpan.FromSeconds(20));
        var client = WebSocket.CreateFromStream(near.GetStream(), isServer: false, "sip", TimeSpan.FromSeconds(20));
        return (client, sockets.ServeAsync(server, new IPEndPoint(IPAddress.Loopback, 443), new IPEndPoint(IPAddress.Loopback, 50_000), isSecure: true, person: null, default));
    }
}
