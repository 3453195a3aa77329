using System.Net;

namespace Conference.Sip.Transport;

/// <summary>Ways to peers nobody came from: a UDP socket of the right family, a connection that is open already, or a new one. Lives on the SIP loop.</summary>
/// <param name="udp">The UDP flow to an address, or <see langword="null"/> when no socket can send there.</param>
/// <param name="dial">Opens a connection; gives it, or why there is none.</param>
/// <param name="post">Does something on the loop.</param>
internal sealed class FlowSource(Func<Hop, Flow?> udp, Func<Hop, Task<(Connection? Flow, string Problem)>> dial, Action<Action> post) : IFlowSource
{
    private readonly Dictionary<Hop, Connection> _open = [];
    private readonly Dictionary<Hop, List<Action<Flow?, string>>> _opening = [];
    private readonly Dictionary<IPEndPoint, Flow> _aliases = []; // one for each connection

    public void Open(Hop hop, Action<Flow?, string> opened)
    {
        if (hop.Transport == "UDP") OpenUdp(hop, opened);
        else OpenStream(hop.Transport == "TLS" ? hop with { Host = "" } : hop with { Name = "", Pin = null, Host = "", Trunk = "" }, opened); // only TLS cares whom it talks to
    }

    /// <inheritdoc/>
    public void Reuse(Flow flow, int port)
    {
        var place = new IPEndPoint(flow.Remote.Address, port);
        if (flow is not { IsOpen: true, Certificate: not null } || _aliases.ContainsValue(flow)) return;
        if (!_aliases.TryGetValue(place, out var known) || !known.IsOpen) _aliases[place] = flow;
    }

    /// <summary>A connection is gone.</summary>
    public void OnFlowClosed(Flow flow)
    {
        foreach (var (place, alias) in _aliases)
            if (ReferenceEquals(alias, flow))
                _aliases.Remove(place);
        foreach (var (hop, open) in _open)
        {
            if (!ReferenceEquals(open, flow)) continue;
            _open.Remove(hop);
            return;
        }
    }

    private void OpenUdp(Hop hop, Action<Flow?, string> opened)
    {
        var flow = udp(hop);
        opened(flow, flow is null ? $"No UDP listener can send to {hop.Remote}." : "");
    }

    private void OpenStream(Hop hop, Action<Flow?, string> opened)
    {
        if (_open.TryGetValue(hop, out var flow) && flow.IsOpen) opened(flow, "");
        else if (AliasOf(hop) is { } alias) opened(alias, "");
        else if (_opening.TryGetValue(hop, out var waiting)) waiting.Add(opened);
        else
        {
            _opening[hop] = [opened];
            _ = DialAsync(hop);
        }
    }

    /// <summary>A connection of theirs, when its certificate proves the very name this hop is for.</summary>
    private Flow? AliasOf(Hop hop) =>
        hop.Transport == "TLS" && _aliases.TryGetValue(hop.Remote, out var flow) && flow.IsOpen && flow.Certificate!.Proves(hop.Name, hop.Pin) ? flow : null;

    private async Task DialAsync(Hop hop)
    {
        var (flow, problem) = await dial(hop);
        post(() => Tell(hop, flow, problem));
    }

    private void Tell(Hop hop, Connection? flow, string problem)
    {
        if (flow is { IsOpen: true }) _open[hop] = flow;
        _opening.Remove(hop, out var waiting);
        foreach (var opened in waiting ?? []) opened(flow, problem);
    }
}
