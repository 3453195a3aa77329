using System.Net;
using System.Net.Sockets;
using System.Text;
using Conference.Sip.Tests.House;

namespace Conference.Sip.Tests.Transport;

/// <summary>The real sockets on loopback.</summary>
public class SocketTests
{
    private static string Options(string transport, int port, int number) =>
        $"OPTIONS sip:pbx.test SIP/2.0\r\nVia: SIP/2.0/{transport} 127.0.0.1:{port};branch=z9hG4bK{number};rport\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: {number}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n";

    [Fact]
    public async Task Phones_of_the_last_run_are_known_as_soon_as_the_stack_has_started()
    {
        var phone = new Conference.Sip.Registrar.Binding(
            "anna", "sip:anna@127.0.0.1:5099", "UDP", new IPEndPoint(IPAddress.Loopback, 5099), "call", 1, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddHours(1), null);

        await using var stack = new TestStack(known: phone);

        Assert.Equal(phone, Assert.Single(stack.Stack.Bindings));
    }

    [Fact]
    public async Task Junk_datagrams_get_no_answer_and_do_not_keep_the_next_one_from_getting_its()
    {
        await using var stack = new TestStack();
        using var phone = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var random = new Random(1);
        foreach (var length in new[] { 0, 1, 4, 19, 20, 300, 1_400 })
        {
            var junk = new byte[length];
            random.NextBytes(junk);
            await phone.SendAsync(junk, stack.Udp);
        }

        await phone.SendAsync("\r\n\r\n"u8.ToArray(), stack.Udp);
        await phone.SendAsync(Encoding.ASCII.GetBytes(Options("UDP", Port(phone.Client), 1)), stack.Udp);

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        var answer = await phone.ReceiveAsync(limit.Token);
        Assert.StartsWith("SIP/2.0 200 OK\r\n", Encoding.ASCII.GetString(answer.Buffer), StringComparison.Ordinal);
        Assert.True(stack.Stack.IsHealthy);
    }

    [Fact]
    public async Task A_port_that_is_closed_when_the_answer_comes_ends_no_receiving_case_65()
    {
        await using var stack = new TestStack();
        for (var i = 0; i < 20; i++)
        {
            using var gone = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
            await gone.SendAsync(Encoding.ASCII.GetBytes(Options("UDP", Port(gone.Client), i)), stack.Udp);
        }

        using var phone = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        await phone.SendAsync(Encoding.ASCII.GetBytes(Options("UDP", Port(phone.Client), 99)), stack.Udp);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));

        Assert.Contains("Call-ID: 99", Encoding.ASCII.GetString((await phone.ReceiveAsync(limit.Token)).Buffer), StringComparison.Ordinal);
        Assert.True(stack.Stack.IsHealthy);
    }

    [Fact]
    public async Task A_port_of_0_is_told_as_the_port_really_taken_and_a_taken_port_stops_the_start()
    {
        await using var stack = new TestStack();
        Assert.All(stack.Stack.Listening, l => Assert.NotEqual(0, l.Address.Port));

        Assert.Throws<SocketException>(() => new TestStack(change: o => o with { Listen = [new SipListen("udp", stack.Udp)] }));
    }

    [Fact]
    public async Task Pipelined_requests_and_keep_alives_on_one_connection_are_answered_in_order()
    {
        await using var stack = new TestStack();
        using var client = await Connect(stack.Tcp);
        var text = await Talk(client, Options("TCP", 1, 1) + "\r\n\r\n" + Options("TCP", 1, 2), until: "Call-ID: 2");

        Assert.Equal(2, text.Split("SIP/2.0 200 OK").Length - 1);
        Assert.True(text.IndexOf("Call-ID: 1", StringComparison.Ordinal) < text.IndexOf("Call-ID: 2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_stream_that_lies_about_its_length_hears_400_and_is_closed()
    {
        await using var stack = new TestStack();
        using var client = await Connect(stack.Tcp);

        var text = await Talk(client, Options("TCP", 1, 1).Replace("Length: 0", "Length: 2000000000", StringComparison.Ordinal), until: null);

        Assert.StartsWith("SIP/2.0 400 Bad Content-Length\r\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_reach_a_peer_that_closed_its_half_of_the_connection()
    {
        await using var stack = new TestStack();
        using var client = await Connect(stack.Tcp);
        await client.SendAsync(Encoding.ASCII.GetBytes(Options("TCP", 1, 1)));
        client.Shutdown(SocketShutdown.Send);

        Assert.StartsWith("SIP/2.0 200 OK\r\n", await Talk(client, "", until: null), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_source_has_so_many_connections_and_others_still_get_theirs()
    {
        await using var stack = new TestStack();
        var greedy = new List<Socket>();
        for (var i = 0; i < 60; i++) greedy.Add(await Connect(stack.Tcp, "127.0.0.5"));

        using var other = await Connect(stack.Tcp, "127.0.0.6");
        Assert.Contains("200 OK", await Talk(other, Options("TCP", 1, 1), until: "Call-ID: 1"), StringComparison.Ordinal);
        Assert.Equal(10, await CountClosed(greedy, 10));
        greedy.ForEach(s => s.Dispose());
    }

    [Fact]
    public async Task Stopping_frees_the_ports()
    {
        var stack = new TestStack();
        var (udp, tcp) = (stack.Udp, stack.Tcp);
        await stack.DisposeAsync();
        Assert.False(stack.Stack.IsHealthy);

        await using var next = new TestStack(change: o => o with { Listen = [new SipListen("udp", udp), new SipListen("tcp", tcp)] });
        Assert.True(next.Stack.IsHealthy);
    }

    private static async Task<int> CountClosed(List<Socket> sockets, int enough)
    {
        for (var i = 0; i < 100; i++)
        {
            var closed = sockets.Count(s => s.Poll(0, SelectMode.SelectRead));
            if (closed >= enough) return closed;
            await Task.Delay(50);
        }

        return sockets.Count(s => s.Poll(0, SelectMode.SelectRead));
    }

    private static int Port(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;

    private static async Task<Socket> Connect(IPEndPoint server, string from = "127.0.0.1")
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        await socket.ConnectAsync(server);
        return socket;
    }

    /// <summary>Sends and reads until a text was seen, or until the other side closes.</summary>
    private static async Task<string> Talk(Socket socket, string send, string? until)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        if (send.Length > 0) await socket.SendAsync(Encoding.ASCII.GetBytes(send));
        var text = "";
        var buffer = new byte[4_096];
        while (until is null || !text.Contains(until, StringComparison.Ordinal))
        {
            var length = await socket.ReceiveAsync(buffer, limit.Token);
            if (length == 0) break;
            text += Encoding.ASCII.GetString(buffer, 0, length);
        }

        return text;
    }
}
