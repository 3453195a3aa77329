using System.Collections.Immutable;
using System.Net;
using Conference.Sip.Transport;

namespace Conference.Sip.Resolver;

/// <summary>The resolver, put together: one cache behind the locator and the directory of numbers.</summary>
internal sealed class NameService
{
    /// <param name="servers">Name servers to ask instead of the system's.</param>
    /// <param name="time">The clock of limits and cache.</param>
    /// <param name="post">Does something on the loop.</param>
    public NameService(ImmutableArray<IPEndPoint> servers, TimeProvider time, Action<Action> post)
    {
        var dns = new DnsCache(new DnsClient(servers.IsEmpty ? SystemDns.Servers : () => servers, time), time);
        var hosts = new HostAddresses(dns, SystemDns.FindHost, SystemDns.AskAsync, HostAddresses.HasRoute);
        Locator = new Locator(dns, hosts, Random.Shared.Next, post);
        Numbers = new EnumDirectory(dns, time);
    }

    public ILocator Locator { get; }

    public IEnumDirectory Numbers { get; }
}
