using System.Net;
using System.Net.Sockets;
using Conference.Media.Rtp;
using Conference.Media.Sessions;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Sessions;

/// <summary>The port of Linux and the portable one behave alike.</summary>
public sealed class PacketPortTests : IDisposable
{
    private readonly Socket _phone = Open();
    private readonly Socket _stranger = Open();
    private readonly byte[] _buffer = new byte[2048];

    public static TheoryData<bool> Kinds => OperatingSystem.IsLinux() ? [true, false] : [true];

    public void Dispose()
    {
        _phone.Dispose();
        _stranger.Dispose();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_datagram_arrives_with_its_sender_and_another_one_goes_back(bool isPortable)
    {
        using var port = PortOf(isPortable);

        Send(_phone, port, 1, 2, 3);

        Assert.Equal(3, Take(port, out var from));
        Assert.Equal(PeerOf(_phone), from);
        Assert.Equal(-1, port.Receive(_buffer, out _, out _));
        port.Send([4, 5], from);
        Assert.Equal(2, _phone.Receive(_buffer));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Whoever_sent_before_the_port_was_connected_keeps_his_name(bool isPortable)
    {
        using var port = PortOf(isPortable);
        Send(_stranger, port, 9);
        Send(_phone, port, 1);

        port.Connect(PeerOf(_phone));

        Take(port, out var first);
        Take(port, out var second);
        Assert.Equal((PeerOf(_stranger), PeerOf(_phone)), (first, second));
        Assert.Equal(-1, port.Receive(_buffer, out _, out _));
        Send(_phone, port, 2);
        Take(port, out var third);
        Assert.Equal(PeerOf(_phone), third);
        port.Connect(Peer.None);
        Send(_stranger, port, 9);
        Take(port, out var last);
        Assert.Equal(PeerOf(_stranger), last);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Packets_cost_no_garbage(bool isPortable)
    {
        using var port = PortOf(isPortable);
        var (peer, packet) = (PeerOf(_phone), new byte[172]);
        Turn();
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 2000; i++)
            Turn();

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Garbage.None);

        void Turn()
        {
            port.Send(packet, peer);
            port.Receive(_buffer, out _, out _);
        }
    }

    private static PacketPort PortOf(bool isPortable)
    {
        int number;
        using (var lent = Open())
            number = ((IPEndPoint)lent.LocalEndPoint!).Port;
        var socket = Open(number); // asked for by number: the system takes a port that it chose itself away with the connection
        return isPortable ? new SocketPacketPort(socket) { Port = number } : new LinuxPacketPort(socket) { Port = number };
    }

    private static Socket Open(int port = 0)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 5000 };
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        return socket;
    }

    private static Peer PeerOf(Socket socket) => Peer.From(IPAddress.Loopback, ((IPEndPoint)socket.LocalEndPoint!).Port);

    private static void Send(Socket from, PacketPort to, params byte[] datagram) => from.SendTo(datagram, new IPEndPoint(IPAddress.Loopback, to.Port));

    private int Take(PacketPort port, out Peer from)
    {
        var (length, sender) = (-1, Peer.None);
        SpinWait.SpinUntil(() => (length = port.Receive(_buffer, out sender, out _)) >= 0, TimeSpan.FromSeconds(5));
        from = sender;
        return length;
    }
}
