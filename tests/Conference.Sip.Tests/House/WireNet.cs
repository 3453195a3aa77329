using System.Collections.Immutable;
using System.Net;
using Conference.Sip.Transport;

namespace Conference.Sip.Tests.House;

/// <summary>An in-memory network: names lead where the test says, and every place is a wire the test can hear.</summary>
internal sealed class WireNet : ILocator, IFlowSource
{
    private readonly Dictionary<string, ImmutableArray<Hop>> _names = [];
    private readonly Dictionary<Hop, WireFlow> _wires = [];

    /// <summary>Places that cannot be reached.</summary>
    public HashSet<IPEndPoint> Unreachable { get; } = [];

    public void Add(string uri, params Hop[] hops) => _names[uri] = [.. hops];

    /// <summary>The wire to a place.</summary>
    public WireFlow To(Hop hop) => _wires.TryGetValue(hop, out var wire)
        ? wire
        : _wires[hop] = new WireFlow(hop.Remote.Address.ToString(), hop.Remote.Port, hop.Transport != "UDP");

    public void Locate(string uri, Action<ImmutableArray<Hop>> found) => found(_names.GetValueOrDefault(uri, []));

    public void Open(Hop hop, Action<Flow?, string> opened)
    {
        if (Unreachable.Contains(hop.Remote)) opened(null, $"{hop.Remote} refuses connections.");
        else opened(To(hop), "");
    }
}
