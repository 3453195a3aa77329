using System.Net;
using System.Net.Sockets;
using Conference.Media.Rtp;

namespace Conference.Media.Sessions;

/// <summary>A UDP port that never waits and never throws: polled and written by the mixer alone.</summary>
internal abstract class PacketPort : IDisposable
{
    /// <summary>Local port.</summary>
    public required int Port { get; init; }

    /// <summary>Takes one datagram.</summary>
    /// <param name="buffer">Longer datagrams are cut; none of ours are.</param>
    /// <param name="from">Who sent it.</param>
    /// <param name="stamp">Wall clock in nanoseconds at which the kernel got it; 0 when it does not say.</param>
    /// <returns>Its length; -1 when nothing is there.</returns>
    public abstract int Receive(Span<byte> buffer, out Peer from, out long stamp);

    /// <summary>Sends one datagram; like the network itself it may lose it.</summary>
    public abstract void Send(ReadOnlySpan<byte> datagram, Peer to);

    /// <summary>Hears and speaks to this peer alone from now on: the kernel drops everybody else's packets and keeps the route.</summary>
    /// <param name="peer"><see cref="Peer.None"/> to hear everybody again.</param>
    public virtual void Connect(Peer peer)
    {
    }

    /// <summary>Waits until something has arrived; for a thread that has nothing else to do.</summary>
    /// <param name="patience">The longest.</param>
    public virtual void Wait(TimeSpan patience) => Thread.Sleep(patience);

    public abstract void Dispose();

    /// <summary>Opens a UDP port.</summary>
    /// <param name="bind">Where; an IPv6 address that means any takes IPv4 as well.</param>
    /// <param name="port">Which; 0 for any that is free.</param>
    /// <param name="buffer">Bytes that may wait to be received, as far as the system allows it.</param>
    /// <returns>The port; <see langword="null"/> when it is taken, the system lacks the family or has no handles left.</returns>
    public static PacketPort? Open(IPAddress bind, int port, int buffer = 64 * 1024)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(bind.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { Blocking = false, ReceiveBufferSize = buffer };
            if (bind.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = true;
            socket.Bind(new IPEndPoint(bind, port));
            MarkAsVoice(socket);
            port = ((IPEndPoint)socket.LocalEndPoint!).Port;
            return LinuxPacketPort.IsSupported
                ? new LinuxPacketPort(socket) { Port = port }
                : new SocketPacketPort(socket) { Port = port };
        }
        catch (SocketException)
        {
            socket?.Dispose();
            return null;
        }
    }

    private protected static void Wait(Socket socket, TimeSpan patience)
    {
        try
        {
            socket.Poll(patience, SelectMode.SelectRead);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            Thread.Sleep(1); // an error of an earlier send, which the next receive takes
        }
    }

    /// <summary>Expedited forwarding (DSCP 46, RFC 3246), where the system lets us.</summary>
    private static void MarkAsVoice(Socket socket)
    {
        const int expedited = 0xB8;
        const int ip = 0; // IPPROTO_IP
        const int typeOfService = 1; // IP_TOS of Linux
        const int ipv6 = 41; // IPPROTO_IPV6
        const int trafficClass = 67; // IPV6_TCLASS of Linux
        try
        {
            if (socket.AddressFamily == AddressFamily.InterNetwork)
            {
                socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.TypeOfService, expedited);
            }
            else if (OperatingSystem.IsLinux())
            {
                socket.SetRawSocketOption(ipv6, trafficClass, BitConverter.GetBytes(expedited));
                socket.SetRawSocketOption(ip, typeOfService, BitConverter.GetBytes(expedited)); // IPv4 leaves by the same socket
            }
        }
        catch (SocketException)
        {
            // the calls work without
        }
    }
}
