using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Conference.Sip.Messages;

namespace Conference.Sip.Transport;

/// <summary>One TCP listener and the connections it accepted, so many from one source and in all (RFC 3261 §18).</summary>
internal sealed class TcpTransport : IDisposable
{
    private const int PerSource = 50;
    private const int InAll = 10_000;

    private readonly Socket _listener;
    private readonly Action<SipMessage, Flow> _receive;
    private readonly Func<Task> _settle;
    private readonly Action<Flow> _closed;
    private readonly Action<string, Exception?> _trouble;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<TcpFlow, bool> _flows = new();
    private readonly ConcurrentDictionary<IPAddress, int> _perSource = new();
    private Task _accepting = Task.CompletedTask;
    private volatile bool _isClosed;

    /// <param name="bind">Where to listen.</param>
    /// <param name="receive">Takes each message.</param>
    /// <param name="settle">Done when everything received so far has been looked at.</param>
    /// <param name="closed">Hears when a connection is gone.</param>
    /// <param name="trouble">Hears of errors that should not happen.</param>
    /// <param name="time">The clock of the limits.</param>
    /// <exception cref="SocketException">The address cannot be bound.</exception>
    public TcpTransport(
        IPEndPoint bind,
        Action<SipMessage, Flow> receive,
        Func<Task> settle,
        Action<Flow> closed,
        Action<string, Exception?> trouble,
        TimeProvider time)
    {
        (_receive, _settle, _closed, _trouble, _time) = (receive, settle, closed, trouble, time);
        _listener = new Socket(bind.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (bind.AddressFamily == AddressFamily.InterNetworkV6) _listener.DualMode = false;
        _listener.Bind(bind);
        _listener.Listen(512);
        Bound = (IPEndPoint)_listener.LocalEndPoint!;
    }

    public IPEndPoint Bound { get; }

    public bool IsAlive => !_accepting.IsCompleted;

    public void Start() => _accepting = Task.Run(AcceptAsync);

    public void Dispose()
    {
        _isClosed = true;
        _listener.Dispose();
        foreach (var flow in _flows.Keys) flow.Close();
    }

    private async Task AcceptAsync()
    {
        while (!_isClosed)
        {
            try
            {
                Admit(await _listener.AcceptAsync());
            }
            catch (Exception) when (_isClosed)
            {
                return;
            }
            catch (Exception error)
            {
                _trouble($"Accepting on tcp://{Bound} went on after an error.", error);
                await Task.Delay(100); // out of file handles, most likely: they come back
            }
        }
    }

    private void Admit(Socket socket)
    {
        if (Open(socket) is not { } flow)
        {
            socket.Dispose();
            return;
        }

        var source = flow.Remote.Address;
        var fromThere = _perSource.AddOrUpdate(source, 1, (_, n) => n + 1);
        _flows[flow] = true;
        if (fromThere > PerSource || _flows.Count > InAll) MakeRoom(flow, source);
        _ = RunAsync(flow, source);
    }

    /// <summary>A source with too many connections loses its oldest that nobody signed in on; so idle connections do not lock the next phone out.</summary>
    private void MakeRoom(TcpFlow newest, IPAddress source) => _flows.Keys
        .Where(f => f.IsOpen && !f.IsKnown && f.Remote.Address.Equals(source))
        .DefaultIfEmpty(newest)
        .MinBy(f => f.Number)!
        .Close();

    /// <summary>A peer that reset the connection before we looked at it is nobody.</summary>
    private TcpFlow? Open(Socket socket)
    {
        try
        {
            return new TcpFlow(socket, _time);
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private async Task RunAsync(TcpFlow flow, IPAddress source)
    {
        try
        {
            await flow.RunAsync(_receive, _settle);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // the peer or a limit ended the connection
        }
        catch (Exception error)
        {
            _trouble($"A connection from {source} ended by an error that should not happen.", error);
        }

        _flows.TryRemove(flow, out _);
        Leave(source);
        _closed(flow);
    }

    private void Leave(IPAddress source)
    {
        if (_perSource.AddOrUpdate(source, 0, (_, n) => n - 1) <= 0) _perSource.TryRemove(new KeyValuePair<IPAddress, int>(source, 0));
    }
}
