using System.Net;
using System.Net.Sockets;

namespace Conference.Sip.Transport;

/// <summary>Which of our addresses a peer can reach, for sockets bound to every address: the one routing would send from.</summary>
/// <remarks>Asked on the SIP loop only.</remarks>
internal sealed class LocalAddresses(IPEndPoint bound)
{
    private const int Most = 4_096; // spoofed sources must not grow it

    private readonly Dictionary<IPAddress, IPEndPoint> _known = [];

    public IPEndPoint Towards(IPEndPoint remote)
    {
        if (!bound.Address.Equals(IPAddress.Any) && !bound.Address.Equals(IPAddress.IPv6Any)) return bound;
        if (_known.TryGetValue(remote.Address, out var local)) return local;
        if (_known.Count >= Most) _known.Clear();
        return _known[remote.Address] = new IPEndPoint(Ask(remote), bound.Port);
    }

    /// <summary>Connecting a UDP socket sends nothing; it only makes the system choose.</summary>
    private IPAddress Ask(IPEndPoint remote)
    {
        try
        {
            using var probe = new Socket(remote.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            probe.Connect(remote);
            return ((IPEndPoint)probe.LocalEndPoint!).Address;
        }
        catch (SocketException)
        {
            return bound.Address;
        }
    }
}
