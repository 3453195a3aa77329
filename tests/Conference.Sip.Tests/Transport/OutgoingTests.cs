using System.Net;
using System.Net.Sockets;
using System.Text;
using Conference.Sip.Transport;

namespace Conference.Sip.Tests.Transport;

/// <summary>Connections we open, on loopback.</summary>
public class OutgoingTests
{
    private static Task<(Flow? Flow, string Problem)> Open(FlowSource source, Hop hop)
    {
        var done = new TaskCompletionSource<(Flow?, string)>();
        source.Open(hop, (flow, problem) => done.SetResult((flow, problem)));
        return done.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    private static (FlowSource Source, Connections All) Source(Action<string>? received = null)
    {
        FlowSource? source = null;
        var turn = new object();
        void Post(Action work)
        {
            lock (turn) work();
        }

        var all = new Connections((message, _) => received?.Invoke(message.Method + message.Status), () => Task.CompletedTask, f => Post(() => source!.OnFlowClosed(f)), (_, _) => { });
        var dialer = new Dialer(all, t => t == "TCP" ? 5060 : null, new TlsClient(_ => null), TimeProvider.System) { Limit = TimeSpan.FromSeconds(30) };
        return (source = new FlowSource(_ => null, dialer.DialAsync, Post), all);
    }

    [Fact]
    public async Task A_connection_is_opened_once_and_used_by_all_who_ask()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var hop = new Hop("TCP", (IPEndPoint)server.LocalEndpoint, "a.example");
        var (source, all) = Source();
        using var _ = all;

        var both = await Task.WhenAll(Open(source, hop), Open(source, hop with { Name = "b.example" }));
        var later = await Open(source, hop);

        Assert.NotNull(both[0].Flow);
        Assert.Same(both[0].Flow, both[1].Flow);
        Assert.Same(both[0].Flow, later.Flow);
        Assert.Equal(5060, later.Flow!.Local.Port); // Via names the port that listens, not the one of this connection
        using var accepted = await server.AcceptTcpClientAsync();
        Assert.False(server.Pending());
    }

    [Fact]
    public async Task Ten_thousand_messages_over_one_connection_leave_nothing_behind_case_66()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var (source, all) = Source();
        using var _ = all;
        var (flow, _) = await Open(source, new Hop("TCP", (IPEndPoint)server.LocalEndpoint, ""));
        using var accepted = await server.AcceptTcpClientAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var buffer = new byte[1_000];
        var sent = new List<WeakReference>();

        for (var i = 0; i < 10_000; i++)
        {
            sent.Add(SendOne(flow!));
            await accepted.GetStream().ReadExactlyAsync(buffer, limit.Token);
        }

        GC.Collect();
        Assert.True(sent.Count(w => w.IsAlive) < 100, "Messages are kept after they were sent.");

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static WeakReference SendOne(Flow flow)
        {
            var message = new byte[1_000];
            Assert.True(flow.Send(message));
            return new WeakReference(message);
        }
    }

    [Fact]
    public async Task What_is_sent_arrives_and_what_comes_back_is_heard()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var heard = new TaskCompletionSource<string>();
        var (source, all) = Source(heard.SetResult);
        using var _ = all;
        var (flow, _) = await Open(source, new Hop("TCP", (IPEndPoint)server.LocalEndpoint, ""));
        using var accepted = await server.AcceptTcpClientAsync();

        flow!.Send("OPTIONS"u8.ToArray());
        var buffer = new byte[7];
        await accepted.GetStream().ReadExactlyAsync(buffer);
        Assert.Equal("OPTIONS", Encoding.ASCII.GetString(buffer));

        await accepted.GetStream().WriteAsync(Encoding.ASCII.GetBytes("SIP/2.0 200 OK\r\nVia: SIP/2.0/TCP a;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"));
        Assert.Equal("200", await heard.Task.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task A_connection_the_peer_closed_is_opened_anew()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var hop = new Hop("TCP", (IPEndPoint)server.LocalEndpoint, "");
        var (source, all) = Source();
        using var _ = all;
        var (first, _) = await Open(source, hop);
        (await server.AcceptTcpClientAsync()).Dispose();
        for (var i = 0; i < 200 && first!.IsOpen; i++) await Task.Delay(50);

        var (second, _) = await Open(source, hop);

        Assert.NotNull(second);
        Assert.NotSame(first, second);
    }

    [Fact]
    public async Task A_closed_port_is_a_sentence()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // bound and not listening: refuses
        var (source, all) = Source();
        using var _ = all;

        var (flow, problem) = await Open(source, new Hop("TCP", (IPEndPoint)taken.LocalEndPoint!, ""));

        Assert.Null(flow);
        Assert.Equal($"{taken.LocalEndPoint} refuses connections.", problem);
    }
}
