using System.Net;
using System.Net.Sockets;
using Conference.Sip.Resolver;

namespace Conference.Sip.Tests.Resolver;

/// <summary>The client against small name servers on loopback.</summary>
public class DnsClientTests
{
    private static readonly IPEndPoint Anywhere = new(IPAddress.Loopback, 0);

    /// <summary>Makes an answer with one address out of a question.</summary>
    private static byte[] Answer(byte[] question, byte code = 0)
    {
        var end = Array.IndexOf(question, (byte)0, 12) + 5;
        byte[] record = code == 0 ? [0xC0, 0x0C, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1] : [];
        return [question[0], question[1], 0x81, (byte)(0x80 | code), 0, 1, 0, (byte)(code == 0 ? 1 : 0), 0, 0, 0, 0, .. question[12..end], .. record];
    }

    /// <summary>Answers every datagram with what <paramref name="answers"/> makes of it, until disposed.</summary>
    private static UdpClient Serve(Func<byte[], IEnumerable<byte[]>> answers)
    {
        var server = new UdpClient(Anywhere);
        _ = Task.Run(async () =>
        {
            try
            {
                while (true)
                {
                    var question = await server.ReceiveAsync();
                    foreach (var answer in answers(question.Buffer)) await server.SendAsync(answer, question.RemoteEndPoint);
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // the test is over
            }
        });
        return server;
    }

    private static IPEndPoint At(UdpClient server) => (IPEndPoint)server.Client.LocalEndPoint!;

    private static Task<DnsAnswer> Ask(params IPEndPoint[] servers) =>
        new DnsClient(() => [.. servers], TimeProvider.System).AskAsync("sip.example", DnsType.A).WaitAsync(TimeSpan.FromSeconds(30));

    [Fact]
    public async Task Forgeries_before_the_answer_are_passed_over()
    {
        using var server = Serve(q => [[1, 2, 3], [(byte)(q[0] ^ 1), .. Answer(q)[1..]], Answer(q)]);

        var answer = await Ask(At(server));

        Assert.Equal(IPAddress.Parse("192.0.2.1"), Assert.Single(answer.Of<DnsRecord.Address>()).Value);
    }

    [Fact]
    public async Task A_server_that_refuses_or_fails_is_followed_by_the_next()
    {
        using var failing = Serve(q => [Answer(q, 2)]); // SERVFAIL
        using var good = Serve(q => [Answer(q)]);

        Assert.Single((await Ask(At(failing), At(good))).Records);
    }

    [Fact]
    public async Task An_old_server_that_does_not_know_extensions_is_asked_plainly()
    {
        using var old = Serve(q => [q[11] == 1 ? Answer(q, 1) : Answer(q)]); // FORMERR

        Assert.Single((await Ask(At(old))).Records);
    }

    [Fact]
    public async Task A_name_that_does_not_exist_is_an_answer()
    {
        using var server = Serve(q => [Answer(q, 3)]);

        Assert.Equal(DnsOutcome.NoSuchName, (await Ask(At(server))).Outcome);
    }

    [Fact]
    public async Task An_answer_cut_short_is_fetched_whole_over_TCP()
    {
        using var tcp = new TcpListener(Anywhere);
        tcp.Start();
        using var udp = new UdpClient((IPEndPoint)tcp.LocalEndpoint);
        var asking = Ask(At(udp));
        var question = await udp.ReceiveAsync();
        var cut = Answer(question.Buffer);
        cut[2] |= 0x02;
        await udp.SendAsync(cut, question.RemoteEndPoint);
        using var stream = (await tcp.AcceptTcpClientAsync()).GetStream();
        var again = new byte[question.Buffer.Length + 2];
        await stream.ReadExactlyAsync(again);
        var whole = Answer(again[2..]);
        await stream.WriteAsync((byte[])[0, (byte)whole.Length, .. whole]);

        Assert.Single((await asking).Records);
    }

    [Fact]
    public async Task No_server_at_all_is_an_answer_too() => Assert.Equal(DnsOutcome.Failed, (await Ask()).Outcome);

    [Theory]
    [InlineData("nameserver 192.0.2.53\n# nameserver 1.1.1.1\nnameserver 2001:db8::53\nsearch example.org\nnameserver\nnameserver x", "192.0.2.53 2001:db8::53")]
    public void Servers_are_read_from_resolv_conf(string file, string servers) =>
        Assert.Equal(servers, string.Join(' ', SystemDns.ReadServers(file.Split('\n'))));

    [Fact]
    public void Hosts_are_read_with_all_their_names() =>
        Assert.Equal("192.0.2.9", string.Join(' ', SystemDns.ReadHost(["127.0.0.1 localhost", "192.0.2.9\tsip sip.Example # ours", "bad sip.example", "#192.0.2.8 sip.example"], "SIP.example")));
}
