using System.Collections.Immutable;
using System.Net;
using Conference.Sip.Messages;
using Conference.Sip.Transport;
using Conference.Sip.Trunks;

namespace Conference.Sip.Tests.House;

/// <summary>Names, addresses and wires: whoever the house calls by address is a wire of the test.</summary>
internal sealed class FakeNet : ILocator, IFlowSource
{
    private readonly Dictionary<(IPEndPoint, bool), WireFlow> _wires = [];

    /// <summary>Where the house went by itself.</summary>
    public List<IPEndPoint> Opened { get; } = [];

    /// <summary>Host names and what they lead to, best first.</summary>
    public Dictionary<string, IPEndPoint[]> Names { get; } = [];

    /// <summary>Places that cannot be reached.</summary>
    public HashSet<IPEndPoint> Unreachable { get; } = [];

    /// <summary>Places that take datagrams only.</summary>
    public HashSet<IPEndPoint> WithoutStreams { get; } = [];

    /// <summary>The far end of the wire to an address.</summary>
    public WireFlow At(string address, int port = 5060, bool isReliable = false)
    {
        var place = new IPEndPoint(IPAddress.Parse(address), port);
        if (!_wires.TryGetValue((place, isReliable), out var wire)) _wires[(place, isReliable)] = wire = new WireFlow(address, port, isReliable);
        return wire;
    }

    public void Locate(string uri, Action<ImmutableArray<Hop>> found)
    {
        SipUri.TryParse(System.Text.Encoding.ASCII.GetBytes(uri), out var parsed);
        var host = SipText.Latin(parsed.Host);
        if (Names.TryGetValue(host, out var places)) found([.. places.Select(p => new Hop("UDP", p, host))]);
        else if (IPAddress.TryParse(host, out var address)) found([new Hop("UDP", new IPEndPoint(address, parsed.Port < 0 ? 5060 : parsed.Port), host)]);
        else found([]);
    }

    /// <summary>Places that take their time to be reached, until <see cref="Reach"/>.</summary>
    public Dictionary<IPEndPoint, Action?> Slow { get; } = [];

    public void Reach(IPEndPoint place) => Slow[place]!();

    public void Open(Hop hop, Action<Flow?, string> opened)
    {
        Opened.Add(hop.Remote);
        if (Slow.ContainsKey(hop.Remote)) Slow[hop.Remote] = () => Lead(hop, opened);
        else Lead(hop, opened);
    }

    private void Lead(Hop hop, Action<Flow?, string> opened)
    {
        var isReliable = hop.Transport != "UDP";
        if (Unreachable.Contains(hop.Remote) || (isReliable && WithoutStreams.Contains(hop.Remote))) opened(null, "Connection refused");
        else opened(At(hop.Remote.Address.ToString(), hop.Remote.Port, isReliable), "");
    }
}

/// <summary>Lines to providers, by name.</summary>
internal sealed class FakeTrunks : ITrunkLookup
{
    public Dictionary<string, TrunkLine> Lines { get; } = [];

    public Dictionary<string, Hop> Registered { get; } = [];

    public TrunkLine? Find(string name) => Lines.GetValueOrDefault(name);

    public Hop? Current(string name) => Registered.GetValueOrDefault(name);
}
