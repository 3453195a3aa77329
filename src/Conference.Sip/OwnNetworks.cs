using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Conference.Sip;

/// <summary>Who is near: on this machine, or in a subnet of one of its interfaces. Everybody else is beyond a router.</summary>
/// <remarks>
/// The advertised address is for those beyond: a router that translates addresses seldom leads packets from inside to its own outer
/// address and back, so neighbours are told the address that routes to them.
/// </remarks>
public sealed class OwnNetworks
{
    private ImmutableArray<IPNetwork> _networks;

    public OwnNetworks(IEnumerable<IPNetwork> networks) => _networks = [.. networks];

    /// <summary>Those of this machine's interfaces, as they are now and as they change.</summary>
    public static OwnNetworks OfThisMachine { get; } = Watched();

    public bool Has(IPAddress peer)
    {
        if (peer.IsIPv4MappedToIPv6) peer = peer.MapToIPv4();
        return IPAddress.IsLoopback(peer) || _networks.Any(n => n.Contains(peer));
    }

    /// <summary>The subnet of an interface's address; a length of 0 would make the whole world a neighbour, and is none.</summary>
    internal static IPNetwork? Subnet(IPAddress address, int length)
    {
        var bytes = address.GetAddressBytes();
        if (length <= 0 || length > 8 * bytes.Length) return null;
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] &= (byte)(0xFF00 >> Math.Clamp(length - 8 * i, 0, 8));
        return new IPNetwork(new IPAddress(bytes), length);
    }

    private static OwnNetworks Watched()
    {
        var own = new OwnNetworks([]);
        own.Read();
        NetworkChange.NetworkAddressChanged += (_, _) => own.Read();
        return own;
    }

    private void Read()
    {
        try
        {
            _networks = [.. NetworkInterface.GetAllNetworkInterfaces()
                .Where(i => i.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown)
                .SelectMany(i => i.GetIPProperties().UnicastAddresses)
                .Select(a => Subnet(a.Address, a.PrefixLength))
                .OfType<IPNetwork>()];
        }
        catch (Exception e) when (e is NetworkInformationException or SocketException or IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            // what was known stays; a system that tells nothing has no neighbours
        }
    }
}
