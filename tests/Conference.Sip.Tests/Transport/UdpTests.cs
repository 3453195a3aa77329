using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using Conference.Sip.Calls;
using Conference.Sip.Messages;
using Conference.Sip.Tests.House;
using Conference.Sip.Transport;

namespace Conference.Sip.Tests.Transport;

/// <summary>What a UDP port meets besides SIP, and which of our addresses answers.</summary>
public class UdpTests
{
    private static readonly byte[] Binding = [0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42, 0xB7, 0xE7, 0xA7, 0x01, 0xBC, 0x34, 0xD6, 0x86, 0xFA, 0x87, 0xDF, 0xAE];

    private static string Options(int port, string agent = "") =>
        $"OPTIONS sip:pbx.test SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bK1;rport\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n{agent}Content-Length: 0\r\n\r\n";

    private static async Task<UdpReceiveResult> Hear(UdpClient phone)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return await phone.ReceiveAsync(limit.Token);
    }

    [Fact]
    public async Task What_we_begin_leaves_by_the_listener_that_has_the_address_towards_the_peer()
    {
        await using var stack = new TestStack(change: o => o with
        {
            Listen = [new SipListen("udp", IPEndPoint.Parse("127.0.0.2:0")), new SipListen("udp", IPEndPoint.Parse("127.0.0.1:0"))],
        });
        using var peer = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var given = new CancellationTokenSource();
        var call = stack.Stack.Calls.CallAsync(
            new OutgoingCall
            {
                From = new CallerIdentity("6001", "House"),
                Targets = [Dialler.Uri($"sip:bob@127.0.0.1:{((IPEndPoint)peer.Client.LocalEndPoint!).Port};transport=udp")],
                OpenMedia = (target, _) => new FakeCallMedia(target.Label),
            },
            given.Token);

        var heard = await Hear(peer);

        Assert.Equal(stack.Stack.Listening[1].Address, heard.RemoteEndPoint);
        await given.CancelAsync();
        await call;
    }

    [Theory]
    [InlineData("192.0.2.1", 32853, "0101000C2112A442B7E7A701BC34D686FA87DFAE002000080001A147E112A643")] // RFC 5769 §2.2
    [InlineData("2001:db8:1234:5678:11:2233:4455:6677", 32853, "010100182112A442B7E7A701BC34D686FA87DFAE002000140002A1470113A9FAA5D3F179BC25F4B5BED2B9D9")] // §2.3
    public void A_binding_request_hears_where_it_came_from(string address, int port, string answer) =>
        Assert.Equal(answer, Convert.ToHexString(StunAnswer.To(Binding, new IPEndPoint(IPAddress.Parse(address), port))!));

    [Fact]
    public void What_is_no_binding_request_hears_nothing()
    {
        var source = new IPEndPoint(IPAddress.Loopback, 1);
        foreach (var (at, value) in new[] { (0, 1), (1, 0x11), (1, 3), (3, 4), (3, 1), (4, 0) })
        {
            var other = Binding.ToArray();
            other[at] = (byte)value;
            Assert.Null(StunAnswer.To(other, source));
        }

        Assert.Null(StunAnswer.To(Binding.AsSpan(0, 19), source));
    }

    [Fact]
    public async Task STUN_is_answered_on_the_SIP_port_and_scanners_are_not()
    {
        await using var stack = new TestStack();
        using var phone = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)phone.Client.LocalEndPoint!).Port;

        await phone.SendAsync(Encoding.ASCII.GetBytes(Options(port, "User-Agent: friendly-scanner\r\n")), stack.Udp);
        await phone.SendAsync(Binding, stack.Udp);

        Assert.Equal(StunAnswer.To(Binding, new IPEndPoint(IPAddress.Loopback, port)), (await Hear(phone)).Buffer);

        await phone.SendAsync(Encoding.ASCII.GetBytes(Options(port, "User-Agent: Snom\r\n")), stack.Udp);
        Assert.StartsWith("SIP/2.0 200", Encoding.ASCII.GetString((await Hear(phone)).Buffer), StringComparison.Ordinal); // the scanner's would have come first
    }

    [Fact]
    public async Task Where_the_switch_is_off_scanners_are_answered_like_anybody()
    {
        await using var stack = new TestStack(change: o => o with { IgnoresScanners = false });
        using var phone = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        await phone.SendAsync(Encoding.ASCII.GetBytes(Options(((IPEndPoint)phone.Client.LocalEndPoint!).Port, "User-Agent: sipcli/v1.8\r\n")), stack.Udp);

        Assert.StartsWith("SIP/2.0 200", Encoding.ASCII.GetString((await Hear(phone)).Buffer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_address_means_a_socket_for_each_and_the_answer_comes_from_the_one_that_was_asked()
    {
        var port = FreePort();
        await using var stack = new TestStack(change: o => o with { Listen = [new SipListen("udp", new IPEndPoint(IPAddress.Any, port)), new SipListen("tcp", new IPEndPoint(IPAddress.Loopback, 0))] });
        Assert.Equal(new IPEndPoint(IPAddress.Any, port), stack.Udp);

        var own = NetworkInterface.GetAllNetworkInterfaces()
            .Where(i => i.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown)
            .SelectMany(i => i.GetIPProperties().UnicastAddresses)
            .Select(a => a.Address)
            .Where(a => a.AddressFamily == AddressFamily.InterNetwork)
            .ToList();
        Assert.Contains(IPAddress.Loopback, own);
        foreach (var address in own)
        {
            using var phone = new UdpClient(new IPEndPoint(IPAddress.Any, 0));
            var asked = new IPEndPoint(address, port);
            await phone.SendAsync(Encoding.ASCII.GetBytes(Options(((IPEndPoint)phone.Client.LocalEndPoint!).Port)), asked);

            Assert.Equal(asked, (await Hear(phone)).RemoteEndPoint);
        }
    }

    [Fact]
    public void A_port_somebody_else_has_on_one_address_stops_the_start()
    {
        using var other = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)other.Client.LocalEndPoint!).Port;

        var error = Assert.Throws<SocketException>(() => new TestStack(change: o => o with { Listen = [new SipListen("udp", new IPEndPoint(IPAddress.Any, port))] }));

        Assert.Equal($"udp://0.0.0.0:{port}", error.Message);
    }

    [Fact]
    public async Task Phones_of_both_families_are_answered_each_by_its_own_socket()
    {
        if (!Socket.OSSupportsIPv6) return;
        await using var stack = new TestStack(change: o => o with { Listen = [.. o.Listen, new SipListen("udp", new IPEndPoint(IPAddress.IPv6Loopback, 0))] });
        using var phone = new UdpClient(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        await phone.SendAsync(Encoding.ASCII.GetBytes(Options(1)), stack.Stack.Listening[2].Address);

        var text = Encoding.ASCII.GetString((await Hear(phone)).Buffer);
        Assert.StartsWith("SIP/2.0 200", text, StringComparison.Ordinal);
        Assert.Contains(";received=::1;", text + ";", StringComparison.Ordinal); // no brackets, no mapped address
    }

    [Fact]
    public void The_zone_of_an_address_stays_at_home()
    {
        var request = SipMessage.Read(Encoding.ASCII.GetBytes(Options(5060)), isStream: false)!;

        var text = Encoding.ASCII.GetString(new SipReply(200).Write(request, "t", new IPEndPoint(IPAddress.Parse("fe80::7%3"), 5060)));

        Assert.Contains("received=fe80::7", text, StringComparison.Ordinal);
        Assert.DoesNotContain('%', text);
    }

    private static int FreePort()
    {
        using var socket = new UdpClient(new IPEndPoint(IPAddress.Any, 0));
        return ((IPEndPoint)socket.Client.LocalEndPoint!).Port;
    }
}
