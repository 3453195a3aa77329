using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Conference.Sip;

namespace Conference.Web.Hosting;

/// <summary>The address written into SDP for a peer: the advertised one, or the address of this machine that routes to it.</summary>
/// <remarks>
/// The advertised one is for peers beyond this machine's own networks, as in signalling: neighbours behind the same router would send
/// their voice to its outer side and lose it. Always of the peer's own family: an IPv6 phone can do nothing with an IPv4 address, nor
/// the reverse.
/// </remarks>
public sealed class MediaAddress
{
    private const int MostKept = 4096;
    private const int MostCandidates = 5; // browsers try each against each of theirs

    private readonly ConcurrentDictionary<IPAddress, IPAddress> _routes = [];
    private readonly IPAddress[] _advertised;
    private readonly OwnNetworks _near;

    /// <param name="advertised">An address or a name, or nothing.</param>
    /// <param name="near">Who is not told it.</param>
    /// <exception cref="InvalidOperationException">The name does not resolve; the message is for the operator.</exception>
    public MediaAddress(string? advertised, OwnNetworks near) =>
        (_advertised, _near) = (string.IsNullOrEmpty(advertised) ? [] : Resolve(advertised), near);

    /// <summary>Where voices are received: by both families as soon as one listener is of IPv6, whose callers want to be heard, too.</summary>
    public static IPAddress ToBind(IEnumerable<SipListen> listeners) =>
        Socket.OSSupportsIPv6 && listeners.Any(l => l.Address.AddressFamily == AddressFamily.InterNetworkV6) ? IPAddress.IPv6Any : IPAddress.Any;

    /// <summary>What a peer is told, which is an address of its own family.</summary>
    public IPAddress To(IPAddress peer)
    {
        if (peer.IsIPv4MappedToIPv6) peer = peer.MapToIPv4();
        if (!_near.Has(peer) && _advertised.FirstOrDefault(a => a.AddressFamily == peer.AddressFamily) is { } advertised) return advertised;
        if (_routes.Count > MostKept) _routes.Clear();
        return _routes.GetOrAdd(peer, RouteTo);
    }

    /// <summary>
    /// Where a browser may try, best first. One whose signalling comes from this very machine sits here, or behind a proxy here that
    /// passes it on: then nothing is known about it, and it is told every address of ours.
    /// </summary>
    public ImmutableArray<IPAddress> Candidates(IPAddress peer)
    {
        if (peer.IsIPv4MappedToIPv6) peer = peer.MapToIPv4();
        if (!IPAddress.IsLoopback(peer)) return [To(peer)];
        return [.. _advertised.Concat(LocalAddresses()).Append(To(peer)).Distinct().Take(MostCandidates)];
    }

    private static IEnumerable<IPAddress> LocalAddresses()
    {
        try
        {
            return NetworkInterface.GetAllNetworkInterfaces()
                .Where(n => n is { OperationalStatus: OperationalStatus.Up, NetworkInterfaceType: not NetworkInterfaceType.Loopback })
                .SelectMany(n => n.GetIPProperties().UnicastAddresses).Select(a => a.Address)
                .Where(a => a is { IsIPv6LinkLocal: false } && !IPAddress.IsLoopback(a))
                .OrderBy(a => a.AddressFamily); // IPv4 is the first of the two
        }
        catch (NetworkInformationException)
        {
            return [];
        }
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

    private static IPAddress[] Resolve(string name)
    {
        if (IPAddress.TryParse(name, out var address)) return [address];
        try
        {
            return Dns.GetHostAddresses(name) is { Length: > 0 } found ? found : throw new SocketException((int)SocketError.HostNotFound);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            throw new InvalidOperationException($"Conference:Sip:AdvertisedAddress is '{name}', and no address is known for that name. Give an IP address, or a name that resolves.");
        }
    }
}
