using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Conference.Media.Rtp;

namespace Conference.Media.Sessions;

/// <summary>The portable port: works everywhere, but a failing send costs an exception and arrivals have the tick's time.</summary>
internal sealed class SocketPacketPort(Socket socket) : PacketPort
{
    private readonly SocketAddress _from = new(socket.AddressFamily);
    [ThreadStatic]
    private static SocketAddress? t_to; // a shared port is written to by every worker


    public override int Receive(Span<byte> buffer, out Peer from, out long stamp)
    {
        (from, stamp) = (Peer.None, 0);
        try
        {
            if (!socket.Poll(0, SelectMode.SelectRead)) return -1;
            var length = socket.ReceiveFrom(buffer, SocketFlags.None, _from);
            from = Read(_from);
            return length;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return -1; // an ICMP error of an earlier send, a datagram too long, or the end
        }
    }

    public override void Send(ReadOnlySpan<byte> datagram, Peer to)
    {
        var address = t_to?.Family == socket.AddressFamily ? t_to : t_to = new SocketAddress(socket.AddressFamily);
        Write(address, to);
        try
        {
            socket.SendTo(datagram, SocketFlags.None, address);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // lost, as the network may
        }
    }

    public override void Wait(TimeSpan patience) => Wait(socket, patience);

    public override void Dispose() => socket.Dispose();

    private static Peer Read(SocketAddress address)
    {
        var bytes = address.Buffer.Span;
        var port = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        return address.Family == AddressFamily.InterNetwork
            ? Peer.FromV4(BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]), port)
            : new Peer(BinaryPrimitives.ReadUInt128BigEndian(bytes[8..]), port);
    }

    private static void Write(SocketAddress address, Peer peer)
    {
        var bytes = address.Buffer.Span;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], peer.Port);
        if (address.Family == AddressFamily.InterNetwork)
            BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], (uint)peer.Address);
        else
            BinaryPrimitives.WriteUInt128BigEndian(bytes[8..], peer.Address);
    }
}
