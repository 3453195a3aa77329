using System.Net;
using System.Net.Sockets;

namespace Conference.Sip.Transport;

/// <summary>What one source is to limits and bans: an IPv4 address, or an IPv6 /64, of which one customer has every address.</summary>
internal static class SourcePrefix
{
    public static IPAddress Of(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6 || address.IsIPv4MappedToIPv6) return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}
