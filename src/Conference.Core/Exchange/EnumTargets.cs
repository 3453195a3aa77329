using System.Net;
using Conference.Sip.Transport;

namespace Conference.Core.Exchange;

/// <summary>What a public directory of numbers may say (RFC 6116): anybody writes there, so nothing it says leads into our own network.</summary>
internal static class EnumTargets
{
    /// <summary>Whether a SIP URI names a loopback, private or multicast address, or the house itself.</summary>
    public static bool LeadInside(string uri, string house)
    {
        var rest = uri[(uri.IndexOf(':', StringComparison.Ordinal) + 1)..].Split(';', '?')[0];
        var place = rest[(rest.LastIndexOf('@') + 1)..];
        if (IPEndPoint.TryParse(place, out var at)) return InsideNetworks.Contain(at.Address) || house.Trim('[', ']') == at.Address.ToString();
        var host = place.Split(':')[0].TrimEnd('.');
        return host.Equals(house, StringComparison.OrdinalIgnoreCase) || host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || !host.Contains('.', StringComparison.Ordinal);
    }
}
