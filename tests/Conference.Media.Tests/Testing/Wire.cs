using System.Net;
using Conference.Media.Rtp;
using Conference.Media.Sessions;

namespace Conference.Media.Tests.Testing;

/// <summary>A network in memory: engine ports on one side, phones on the other; nothing is lost unless a test loses it.</summary>
internal sealed class Wire
{
    private readonly Dictionary<int, WirePort> _ports = [];

    /// <summary>Where datagrams to phones go, by the phone's UDP port.</summary>
    public Dictionary<int, Action<byte[]>> Phones { get; } = [];

    public HashSet<int> Taken { get; } = [];

    public PacketPort? Open(int port)
    {
        if (!Taken.Add(port)) return null;
        return _ports[port] = new WirePort(this) { Port = port };
    }

    /// <param name="stamp">When it arrived, as nanoseconds of the wall clock; 0 when the port does not tell.</param>
    public void Send(IPEndPoint from, int toPort, byte[] datagram, long stamp = 0)
    {
        if (_ports.TryGetValue(toPort, out var port)) port.Arrived.Enqueue((Peer.From(from.Address, from.Port), datagram, stamp));
    }

    private sealed class WirePort(Wire wire) : PacketPort
    {
        public Queue<(Peer From, byte[] Datagram, long Stamp)> Arrived { get; } = new();

        public override int Receive(Span<byte> buffer, out Peer from, out long stamp)
        {
            (from, stamp) = (Peer.None, 0);
            if (!Arrived.TryDequeue(out var arrived)) return -1;
            (from, stamp) = (arrived.From, arrived.Stamp);
            var length = Math.Min(arrived.Datagram.Length, buffer.Length); // as the kernel cuts it
            arrived.Datagram.AsSpan(0, length).CopyTo(buffer);
            return length;
        }

        public override void Send(ReadOnlySpan<byte> datagram, Peer to)
        {
            if (wire.Phones.TryGetValue(to.Port, out var phone)) phone(datagram.ToArray());
        }

        public override void Dispose()
        {
            wire._ports.Remove(Port);
            wire.Taken.Remove(Port);
        }
    }
}
