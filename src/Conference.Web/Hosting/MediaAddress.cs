using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Conference.Web.Hosting;

/// <summary>The address written into SDP for a peer: the advertised one, or the address of this machine that routes to it.</summary>
public sealed class MediaAddress
{
    private const int MostKept = 4096;

    private readonly ConcurrentDictionary<IPAddress, IPAddress> _routes = [];
    private readonly IPAddress? _advertised;

    /// <param name="advertised">An address or a name, or nothing.</param>
    /// <exception cref="InvalidOperationException">The name does not resolve; the message is for the operator.</exception>
    public MediaAddress(string? advertised) => _advertised = string.IsNullOrEmpty(advertised) ? null : Resolve(advertised);

    public IPAddress To(IPAddress peer)
    {
        if (_advertised is not null && !IPAddress.IsLoopback(peer)) return _advertised;
        if (_routes.Count > MostKept) _routes.Clear();
        return _routes.GetOrAdd(peer, RouteTo);
    }

    private static IPAddress RouteTo(IPAddress peer)
    {
        try
        {
            using var probe = new Socket(peer.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            probe.Connect(peer, 9); // sends nothing: asks the kernel for the route
            return ((IPEndPoint)probe.LocalEndPoint!).Address;
        }
        catch (SocketException)
        {
            return peer.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Loopback : IPAddress.Loopback;
        }
    }

    private static IPAddress Resolve(string name)
    {
        if (IPAddress.TryParse(name, out var address)) return address;
        try
        {
            return Dns.GetHostAddresses(name).OrderBy(a => a.AddressFamily).First();
        }
        catch (Exception e) when (e is SocketException or InvalidOperationException or ArgumentException)
        {
            throw new InvalidOperationException($"Conference:Sip:AdvertisedAddress is '{name}', and no address is known for that name. Give an IP address, or a name that resolves.");
        }
    }
}
