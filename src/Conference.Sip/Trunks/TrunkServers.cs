using System.Collections.Immutable;
using System.Net;
using Conference.Sip.Transport;

namespace Conference.Sip.Trunks;

/// <summary>Where a line's servers are: those it names, best first, or what DNS says of its domain (RFC 3263).</summary>
internal static class TrunkServers
{
    /// <param name="line">The line.</param>
    /// <param name="locator">Finds the places of a URI.</param>
    /// <param name="found">Called once on the loop: the places, best first.</param>
    public static void Locate(TrunkLine line, ILocator locator, Action<ImmutableArray<Hop>> found)
    {
        ImmutableArray<string> servers = line.Servers.IsEmpty ? ["sip:" + line.Domain] : line.Servers;
        LocateAll(locator, [.. servers.Select(s => By(s, line.Transport))], [], hops => found([.. hops.Select(h => Of(line, h))]));
    }

    /// <summary>A place as that line reaches it: with its certificate, from its address.</summary>
    public static Hop Of(TrunkLine line, Hop hop) => hop with
    {
        Pin = hop.Pin ?? line.PinnedCertificate,
        From = IPAddress.TryParse(line.LocalAddress, out var from) && from.AddressFamily == hop.Remote.AddressFamily ? from : null,
    };

    /// <summary>A server as a Route value that keeps the Request-URI as it is (RFC 3261 §16.12).</summary>
    public static string Loose(string server) => $"<{(server.Contains(";lr", StringComparison.Ordinal) ? server : server + ";lr")}>";

    private static void LocateAll(ILocator locator, ImmutableArray<string> servers, ImmutableArray<Hop> sofar, Action<ImmutableArray<Hop>> found)
    {
        if (servers.IsEmpty) found(sofar);
        else locator.Locate(servers[0], hops => LocateAll(locator, servers.RemoveAt(0), [.. sofar, .. hops.Except(sofar)], found));
    }

    private static string By(string server, string? transport) =>
        transport is null || server.Contains(";transport=", StringComparison.OrdinalIgnoreCase) ? server : $"{server};transport={transport}";
}
