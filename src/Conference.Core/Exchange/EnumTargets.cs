using System.Net;
using System.Net.Sockets;

namespace Conference.Core.Exchange;

/// <summary>What a public directory of numbers may say (RFC 6116): anybody writes there, so nothing it says leads into our own network.</summary>
internal static class EnumTargets
{
    private static readonly IPNetwork[] s_inside =
    [
        IPNetwork.Parse("0.0.0.0/8"), IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("100.64.0.0/10"), IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("169.254.0.0/16"),
        IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.168.0.0/16"), IPNetwork.Parse("224.0.0.0/3"),
        IPNetwork.Parse("::/127"), IPNetwork.Parse("fc00::/7"), IPNetwork.Parse("fe80::/10"), IPNetwork.Parse("ff00::/8"),
    ];

    /// <summary>Whether a SIP URI names a loopback, private or multicast address, or the house itself.</summary>
    public static bool LeadInside(string uri, string house)
    {
        var rest = uri[(uri.IndexOf(':', StringComparison.Ordinal) + 1)..].Split(';', '?')[0];
        var place = rest[(rest.LastIndexOf('@') + 1)..];
        if (IPEndPoint.TryParse(place, out var at)) return IsInside(at.Address) || house.Trim('[', ']') == at.Address.ToString();
        var host = place.Split(':')[0].TrimEnd('.');
        return host.Equals(house, StringComparison.OrdinalIgnoreCase) || host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || !host.Contains('.', StringComparison.Ordinal);
    }

    private static bool IsInside(IPAddress address)
    {
        var plain = address is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
        return s_inside.Any(n => n.Contains(plain));
    }
}
