using System.Collections.Immutable;
using System.Net;
using Conference.Sip.Messages;
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
        Trunk = line.Name,
        From = IPAddress.TryParse(line.LocalAddress, out var from) && from.AddressFamily == hop.Remote.AddressFamily ? from : null,
    };

    /// <summary>A server as a Route value that keeps the Request-URI as it is (RFC 3261 §16.12).</summary>
    public static string Loose(string server) => $"<{(server.Contains(";lr", StringComparison.Ordinal) ? server : server + ";lr")}>";

    /// <summary>Whether the line may speak TLS: then it may also prove by certificate that it calls us.</summary>
    public static bool MaySpeakTls(TrunkLine line) =>
        "tls".Equals(line.Transport, StringComparison.OrdinalIgnoreCase)
        || line.Servers.Any(s => s.StartsWith("sips:", StringComparison.OrdinalIgnoreCase) || s.Contains("transport=tls", StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a certificate is the line's: for its domain or one of its servers, or the one pinned.</summary>
    public static bool AreProvenBy(TrunkLine line, PeerCertificate certificate) =>
        MaySpeakTls(line) && line.Servers.Select(HostOf).Append(line.Domain).Any(name => certificate.Proves(name, line.PinnedCertificate));

    private static string HostOf(string server) => SipUri.TryParse(System.Text.Encoding.ASCII.GetBytes(server), out var uri) ? SipText.Latin(uri.Host) : "";

    private static void LocateAll(ILocator locator, ImmutableArray<string> servers, ImmutableArray<Hop> sofar, Action<ImmutableArray<Hop>> found)
    {
        if (servers.IsEmpty) found(sofar);
        else locator.Locate(servers[0], hops => LocateAll(locator, servers.RemoveAt(0), [.. sofar, .. hops.Except(sofar)], found));
    }

    private static string By(string server, string? transport) =>
        transport is null || server.Contains(";transport=", StringComparison.OrdinalIgnoreCase) ? server : $"{server};transport={transport}";
}
