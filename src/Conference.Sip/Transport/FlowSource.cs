
namespace Conference.Sip.Transport;

/// <summary>Ways to peers nobody came from: a UDP socket of the right family, a connection that is open already, or a new one. Lives on the SIP loop.</summary>
/// <param name="udp">The UDP flow to an address, or <see langword="null"/> when no socket can send there.</param>
/// <param name="dial">Opens a connection; gives it, or why there is none.</param>
/// <param name="post">Does something on the loop.</param>
internal sealed class FlowSource(Func<Hop, Flow?> udp, Func<Hop, Task<(Connection? Flow, string Problem)>> dial, Action<Action> post) : IFlowSource
{
    private readonly Dictionary<Hop, Connection> _open = [];
    private readonly Dictionary<Hop, List<Action<Flow?, string>>> _opening = [];

    public void Open(Hop hop, Action<Flow?, string> opened)
    {
        if (hop.Transport == "UDP") OpenUdp(hop, opened);
        else OpenStream(hop.Transport == "TLS" ? hop with { Host = "" } : hop with { Name = "", Pin = null, Host = "" }, opened); // only TLS cares whom it talks to
    }

    /// <summary>A connection is gone.</summary>
    public void OnFlowClosed(Flow flow)
    {
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
        else if (_opening.TryGetValue(hop, out var waiting)) waiting.Add(opened);
        else
        {
            _opening[hop] = [opened];
            _ = DialAsync(hop);
        }
    }

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
