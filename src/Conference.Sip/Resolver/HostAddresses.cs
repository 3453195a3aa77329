using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Conference.Sip.Resolver;

/// <summary>From a host name to addresses this machine can send to, the likelier family first (RFC 6724).</summary>
/// <param name="dns">A and AAAA.</param>
/// <param name="knownHere">The hosts file.</param>
/// <param name="askSystem">The system's resolver, for what the servers do not know.</param>
/// <param name="reaches">Whether this machine has a route to an address.</param>
internal sealed class HostAddresses(
    IDns dns, Func<string, ImmutableArray<IPAddress>> knownHere, Func<string, Task<ImmutableArray<IPAddress>>> askSystem, Func<IPAddress, bool> reaches)
{
    private const int Most = 16;

    public async Task<ImmutableArray<IPAddress>> FindAsync(string host)
    {
        var found = knownHere(host);
        if (found.IsEmpty && host.Contains('.', StringComparison.Ordinal)) found = await AskAsync(host);
        if (found.IsEmpty) found = await askSystem(host);
        return [.. found.Where(reaches).Distinct().OrderBy(a => a.AddressFamily == AddressFamily.InterNetworkV6 ? 0 : 1).Take(Most)];
    }

    /// <summary>Whether the system would send there at all. Connecting a UDP socket sends nothing.</summary>
    public static bool HasRoute(IPAddress address)
    {
        try
        {
            using var probe = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            probe.Connect(address, 9);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task<ImmutableArray<IPAddress>> AskAsync(string host)
    {
        var answers = await Task.WhenAll(dns.AskAsync(host, DnsType.Aaaa), dns.AskAsync(host, DnsType.A));
        return [.. answers.SelectMany(a => a.Of<DnsRecord.Address>()).Select(a => a.Value)];
    }
}
