using System.Collections.Concurrent;
using System.Net;
using Conference.Sip.Messages;

namespace Conference.Sip.Transport;

/// <summary>Every connection of the house, accepted or opened: so many strangers from one source, and so many in all (RFC 3261 §18).</summary>
/// <param name="receive">Takes each message.</param>
/// <param name="settle">Done when everything received so far has been looked at.</param>
/// <param name="closed">Hears when a connection is gone.</param>
/// <param name="trouble">Hears of errors that should not happen.</param>
/// <param name="tap">Sees what leaves.</param>
internal sealed class Connections(
    Action<SipMessage, Flow> receive, Func<Task> settle, Action<Flow> closed, Action<string, Exception?> trouble, IWireTap? tap = null) : IDisposable
{
    private const int Strangers = 50; // from one source: nobody signed in on them yet
    private const int PerSource = 2_000; // in all: a large office has one address
    private const int InAll = 10_000;

    private readonly ConcurrentDictionary<Connection, bool> _flows = new();
    private readonly SourceCounts _perSource = new();
    private readonly SourceCounts _strangers = new();
    private volatile bool _isClosed;

    /// <summary>Serves a connection a peer opened.</summary>
    /// <returns>Done when the connection is gone.</returns>
    public Task AdmitAsync(Connection flow)
    {
        var source = SourcePrefix.Of(flow.Remote.Address);
        flow.OnSettled = () => _strangers.Leave(source);
        var (fromThere, strangers) = (_perSource.Enter(source), _strangers.Enter(source));
        Keep(flow);
        if (strangers > Strangers || fromThere > PerSource || _flows.Count > InAll) MakeRoom(flow, source);
        return RunAsync(flow, () => _perSource.Leave(source));
    }

    /// <summary>Serves a connection we opened; it counts against nobody.</summary>
    public void Adopt(Connection flow)
    {
        flow.Keep();
        Keep(flow);
        _ = RunAsync(flow, () => { });
    }

    public void Dispose()
    {
        _isClosed = true;
        foreach (var flow in _flows.Keys) flow.Close();
    }

    private void Keep(Connection flow)
    {
        flow.Tap = tap;
        _flows[flow] = true;
        if (_isClosed) flow.Close();
    }

    /// <summary>A source with too many connections loses its oldest that nobody signed in on; so idle connections do not lock the next phone out.</summary>
    private void MakeRoom(Connection newest, IPAddress source) => _flows.Keys
        .Where(f => f.IsOpen && !f.IsKnown && SourcePrefix.Of(f.Remote.Address).Equals(source))
        .DefaultIfEmpty(newest)
        .MinBy(f => f.Number)!
        .Close();

    private async Task RunAsync(Connection flow, Action leave)
    {
        try
        {
            await flow.RunAsync(receive, settle);
        }
        catch (Exception error) when (Connection.IsAnEnd(error))
        {
            // the peer or a limit ended the connection
        }
        catch (Exception error)
        {
            trouble($"A connection with {flow.Remote} ended by an error that should not happen.", error);
        }

        _flows.TryRemove(flow, out _);
        leave();
        closed(flow);
    }
}
