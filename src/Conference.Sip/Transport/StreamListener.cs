using System.Net;
using System.Net.Sockets;

namespace Conference.Sip.Transport;

/// <summary>One TCP or TLS listener (RFC 3261 §18.2.1, §26.3.1).</summary>
internal sealed class StreamListener : IDisposable
{
    private const int HalfOpen = 256;
    private const int HalfOpenPerSource = 64; // an office whose phones all come back at once is one source
    private static readonly TimeSpan Handshake = TimeSpan.FromSeconds(10);

    private readonly Socket _listener;
    private readonly Connections _connections;
    private readonly TlsServer? _tls;
    private readonly Action<string, Exception?> _trouble;
    private readonly TimeProvider _time;
    private Task _accepting = Task.CompletedTask;
    private readonly SourceCounts _perSource = new();
    private int _halfOpen;
    private volatile bool _isClosed;

    /// <param name="bind">Where to listen.</param>
    /// <param name="connections">Who serves what was accepted.</param>
    /// <param name="tls">How to prove who we are; <see langword="null"/> for plain TCP.</param>
    /// <param name="trouble">Hears of errors that should not happen.</param>
    /// <param name="time">The clock of the limits.</param>
    /// <exception cref="SocketException">The address cannot be bound.</exception>
    public StreamListener(IPEndPoint bind, Connections connections, TlsServer? tls, Action<string, Exception?> trouble, TimeProvider time)
    {
        (_connections, _tls, _trouble, _time) = (connections, tls, trouble, time);
        _listener = new Socket(bind.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (bind.AddressFamily == AddressFamily.InterNetworkV6) _listener.DualMode = false; // no mapped addresses on the wire
        _listener.Bind(bind);
        _listener.Listen(512);
        Bound = (IPEndPoint)_listener.LocalEndPoint!;
    }

    public IPEndPoint Bound { get; }

    public bool IsAlive => !_accepting.IsCompleted;

    private string Transport => _tls is null ? "TCP" : "TLS";

    public void Start() => _accepting = Task.Run(AcceptAsync);

    public void Dispose()
    {
        _isClosed = true;
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_isClosed)
        {
            try
            {
                Take(await _listener.AcceptAsync());
            }
            catch (Exception) when (_isClosed)
            {
                return;
            }
            catch (Exception error)
            {
                _trouble($"Accepting on {Transport.ToLowerInvariant()}://{Bound} went on after an error.", error);
                await Task.Delay(100); // out of file handles, most likely: they come back
            }
        }
    }

    private void Take(Socket socket)
    {
        var stream = Open(socket, out var source);
        if (stream is null) return;
        if (_tls is null) Admit(socket, stream);
        else if (Begin(source)) _ = ShakeHandsAsync(socket, stream, _tls, source);
        else stream.Dispose();
    }

    /// <summary>Whoever begins a handshake and goes no further keeps a place for ten seconds: so many in all, and one source not all of them.</summary>
    private bool Begin(IPAddress source)
    {
        var (inAll, fromThere) = (Interlocked.Increment(ref _halfOpen), _perSource.Enter(source));
        if (inAll <= HalfOpen && fromThere <= HalfOpenPerSource) return true;
        End(source);
        return false;
    }

    private void End(IPAddress source)
    {
        Interlocked.Decrement(ref _halfOpen);
        _perSource.Leave(source);
    }

    /// <summary>A peer that reset the connection before we looked at it is nobody.</summary>
    private static NetworkStream? Open(Socket socket, out IPAddress source)
    {
        source = IPAddress.None;
        try
        {
            StreamFlow.Tune(socket);
            source = SourcePrefix.Of(((IPEndPoint)socket.RemoteEndPoint!).Address);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception error) when (Connection.IsAnEnd(error))
        {
            socket.Dispose();
            return null;
        }
    }

    private async Task ShakeHandsAsync(Socket socket, NetworkStream stream, TlsServer tls, IPAddress source)
    {
        try
        {
            using var limit = new CancellationTokenSource(Handshake, _time);
            var (secure, shown) = await tls.AuthenticateAsync(stream, limit.Token);
            Admit(socket, secure, shown);
        }
        catch (Exception)
        {
            await stream.DisposeAsync(); // whatever a stranger does to a handshake concerns nobody else
        }
        finally
        {
            End(source);
        }
    }

    private void Admit(Socket socket, Stream stream, PeerCertificate? shown = null)
    {
        try
        {
            _ = _connections.AdmitAsync(new StreamFlow(Transport, socket, stream, Bound.Port, _time) { Shown = shown });
        }
        catch (Exception error) when (Connection.IsAnEnd(error))
        {
            stream.Dispose();
        }
    }
}
