using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Conference.Sip.Transport;

/// <summary>Which of our addresses a peer can reach, for sockets bound to every address: the one routing would send from.</summary>
/// <remarks>Asked on the SIP loop only. What was learnt is forgotten when an interface of this machine comes, goes or changes its address.</remarks>
/// <param name="bound">What the socket is bound to.</param>
/// <param name="ask">Asks the system; tests answer in its place.</param>
/// <param name="changes">How often the addresses of this machine have changed.</param>
internal sealed class LocalAddresses(IPEndPoint bound, Func<IPEndPoint, IPAddress?>? ask = null, Func<int>? changes = null)
{
    private const int Most = 4_096; // spoofed sources must not grow it

    private static int s_changes;

    private readonly Dictionary<IPAddress, IPEndPoint> _known = [];
    private int _asOf = -1;

    static LocalAddresses() => NetworkChange.NetworkAddressChanged += (_, _) => Interlocked.Increment(ref s_changes);

    public IPEndPoint Towards(IPEndPoint remote)
    {
        if (!bound.Address.Equals(IPAddress.Any) && !bound.Address.Equals(IPAddress.IPv6Any)) return bound;
        ForgetOnChange();
        if (_known.TryGetValue(remote.Address, out var local)) return local;
        if (_known.Count >= Most) _known.Clear();
        return _known[remote.Address] = new IPEndPoint((ask ?? Ask)(remote) ?? bound.Address, bound.Port);
    }

    private void ForgetOnChange()
    {
        var now = changes?.Invoke() ?? Volatile.Read(ref s_changes);
        if (now != _asOf) _known.Clear();
        _asOf = now;
    }

    /// <summary>Connecting a UDP socket sends nothing; it only makes the system choose.</summary>
    private static IPAddress? Ask(IPEndPoint remote)
    {
        try
        {
            using var probe = new Socket(remote.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            probe.Connect(remote);
            return ((IPEndPoint)probe.LocalEndPoint!).Address;
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
