using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;

namespace Conference.Sip.Resolver;

/// <summary>What this machine is set to: its name servers, and the names it knows by heart.</summary>
internal static class SystemDns
{
    private const string ResolvConf = "/etc/resolv.conf";
    private const string Hosts = "/etc/hosts";
    private const int Port = 53;

    /// <summary>The name servers of resolv.conf, or of the interfaces where there is no such file.</summary>
    public static ImmutableArray<IPEndPoint> Servers()
    {
        try
        {
            var addresses = File.Exists(ResolvConf) ? ReadServers(File.ReadLines(ResolvConf)) : OfInterfaces();
            return [.. addresses.Distinct().Select(a => new IPEndPoint(a, Port))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NetworkInformationException or PlatformNotSupportedException)
        {
            return [];
        }
    }

    /// <summary>Addresses of the hosts file, which count before any server's.</summary>
    public static ImmutableArray<IPAddress> FindHost(string name)
    {
        try
        {
            return File.Exists(Hosts) ? [.. ReadHost(File.ReadLines(Hosts), name)] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>What the system's own resolver knows beyond names with dots: search lists, neighbours, containers.</summary>
    public static async Task<ImmutableArray<IPAddress>> AskAsync(string name)
    {
        try
        {
            return [.. await Dns.GetHostAddressesAsync(name)];
        }
        catch (Exception e) when (e is System.Net.Sockets.SocketException or ArgumentException)
        {
            return [];
        }
    }

    internal static IEnumerable<IPAddress> ReadServers(IEnumerable<string> lines) => lines
        .Select(l => l.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
        .Where(w => w is ["nameserver", ..] && w.Length > 1)
        .Select(w => IPAddress.TryParse(w[1], out var address) ? address : null)
        .OfType<IPAddress>();

    internal static IEnumerable<IPAddress> ReadHost(IEnumerable<string> lines, string name) => lines
        .Select(l => l.Split('#')[0].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
        .Where(w => w.Skip(1).Contains(name, StringComparer.OrdinalIgnoreCase))
        .Select(w => IPAddress.TryParse(w[0], out var address) ? address : null)
        .OfType<IPAddress>();

    private static IEnumerable<IPAddress> OfInterfaces() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(i => i.OperationalStatus == OperationalStatus.Up)
        .SelectMany(i => i.GetIPProperties().DnsAddresses)
        .Where(a => !a.IsIPv6SiteLocal); // Windows names three that nobody runs
}
