using System.Collections.Immutable;
using System.Net;
using System.Text;
using Conference.Sip.Messages;
using Conference.Sip.Transport;

namespace Conference.Sip.Resolver;

/// <summary>Finds the servers of a SIP URI (RFC 3263 §4): by what the URI says, what the domain offers, and chance where it leaves the choice.</summary>
/// <param name="dns">NAPTR and SRV.</param>
/// <param name="hosts">Addresses.</param>
/// <param name="below">A random number from 0 up to and not including its argument.</param>
/// <param name="post">Does something on the loop.</param>
internal sealed class Locator(IDns dns, HostAddresses hosts, Func<int, int> below, Action<Action> post) : ILocator
{
    private const int Most = 12; // servers tried for one request
    private const int MostServices = 32;

    /// <summary>What we speak as a client, as NAPTR and SRV name it, in the order we would choose.</summary>
    private static readonly (string Transport, string Naptr, string Srv)[] Spoken =
    [
        ("UDP", "SIP+D2U", "_sip._udp."),
        ("TCP", "SIP+D2T", "_sip._tcp."),
        ("TLS", "SIPS+D2T", "_sips._tcp."),
    ];

    /// <inheritdoc/>
    /// <remarks>Names are looked up on the pool: the hosts file and the sockets of questions are not for the loop to wait for.</remarks>
    public void Locate(string uri, Action<ImmutableArray<Hop>> found) => _ = Task.Run(() => LocateAsync(uri, found));

    /// <summary>The places a URI leads to.</summary>
    internal async Task<ImmutableArray<Hop>> FindAsync(string uri)
    {
        if (Target.Read(uri) is not { } target) return [];
        if (target.Address is { } address) return [new Hop(target.Transport, new IPEndPoint(address, target.Port), target.Host, IsFixed: IsFixed(target))];
        var hops = target switch
        {
            { HasPort: true } => await AtAsync(target.Transport, target.Host, target.Port, target.Host),
            { HasTransport: true } => await ByServiceAsync(target),
            _ => await ByDomainAsync(target),
        };
        return [.. hops.Distinct().Take(Most).Select(h => h with { IsFixed = IsFixed(target) })];
    }

    private static bool IsFixed(Target target) => target is { HasTransport: true, Transport: "UDP" };

    private async Task LocateAsync(string uri, Action<ImmutableArray<Hop>> found)
    {
        ImmutableArray<Hop> hops = [];
        try
        {
            hops = await FindAsync(uri);
        }
        finally
        {
            post(() => found(hops));
        }
    }

    /// <summary>The transport is settled: its SRV records, or the host itself.</summary>
    private async Task<ImmutableArray<Hop>> ByServiceAsync(Target target)
    {
        var service = Spoken.FirstOrDefault(s => s.Transport == target.Transport);
        if (service.Srv is null) return [];
        return await ServiceAsync(service.Srv + target.Host, target.Transport, target.Host) ?? await AtAsync(target.Transport, target.Host, target.Port, target.Host);
    }

    /// <summary>Nothing is settled: what the domain prefers, else what it offers, else UDP.</summary>
    private async Task<ImmutableArray<Hop>> ByDomainAsync(Target target)
    {
        var spoken = target.IsSecure ? Spoken.Where(s => s.Transport == "TLS").ToArray() : Spoken;
        var naptr = await dns.AskAsync(target.Host, DnsType.Naptr);
        var preferred = naptr.Of<DnsRecord.Naptr>()
            .Where(n => n.Flags.Equals("s", StringComparison.OrdinalIgnoreCase) && n.Replacement.Length > 0)
            .OrderBy(n => n.Order).ThenBy(n => n.Preference)
            .Select(n => (spoken.FirstOrDefault(s => s.Naptr.Equals(n.Services, StringComparison.OrdinalIgnoreCase)).Transport, Name: n.Replacement))
            .Where(n => n.Transport is not null)
            .ToList();
        var services = preferred.Count > 0 ? preferred : [.. spoken.Select(s => (s.Transport, Name: s.Srv + target.Host))];
        var offered = await Task.WhenAll(services.Take(MostServices).Select(s => ServiceAsync(s.Name, s.Transport, target.Host)));
        if (offered.All(o => o is null)) return await AtAsync(target.Transport, target.Host, target.Port, target.Host);
        return preferred.Count > 0 ? [.. offered.SelectMany(o => o ?? [])] : offered.FirstOrDefault(o => o is { IsEmpty: false }) ?? [];
    }

    /// <returns><see langword="null"/> when the domain has no such record; no places when it says that it does not offer the service.</returns>
    private async Task<ImmutableArray<Hop>?> ServiceAsync(string name, string transport, string domain)
    {
        var records = (await dns.AskAsync(name, DnsType.Srv)).Of<DnsRecord.Srv>().Take(MostServices).ToList();
        if (records.Count == 0) return null;
        var servers = ServiceOrder.Of(records.Where(r => r.Target.Length > 0 && r.Port > 0), below);
        var hops = await Task.WhenAll(servers.Take(Most).Select(s => AtAsync(transport, s.Target, s.Port, domain)));
        return [.. hops.SelectMany(h => h)];
    }

    private async Task<ImmutableArray<Hop>> AtAsync(string transport, string host, int port, string domain) =>
        [.. (await hosts.FindAsync(host)).Select(a => new Hop(transport, new IPEndPoint(a, port), domain) { Host = host })];

    /// <summary>What a URI says of itself.</summary>
    private sealed record Target(string Host, IPAddress? Address, string Transport, int Port, bool HasPort, bool HasTransport, bool IsSecure)
    {
        public static Target? Read(string text)
        {
            if (!SipUri.TryParse(Encoding.UTF8.GetBytes(text), out var uri) || !uri.IsSip) return null;
            var isSecure = SipText.Is(uri.Scheme, "sips"u8);
            var host = Parameters.Find(uri.Parameters, "maddr"u8, out var maddr) ? maddr : uri.Host;
            var hasTransport = Parameters.Find(uri.Parameters, "transport"u8, out var asked);
            var transport = hasTransport ? SipText.Latin(asked).ToUpperInvariant() : isSecure ? "TLS" : "UDP";
            if (isSecure && transport == "TCP") transport = "TLS"; // RFC 5630 §3.1.4: secure is secure, whatever carries it
            if (isSecure && transport == "UDP") return null;
            var name = SipText.Latin(host).Trim('[', ']').TrimEnd('.');
            var port = uri.Port > 0 ? uri.Port : transport == "TLS" ? 5061 : 5060;
            return new Target(name, IPAddress.TryParse(name, out var address) ? address : null, transport, port, uri.Port > 0, hasTransport, isSecure);
        }
    }
}
