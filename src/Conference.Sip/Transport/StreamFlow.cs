using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Conference.Sip.Messages;

namespace Conference.Sip.Transport;

/// <summary>A TCP or TLS connection: messages one after the other, cut by Content-Length (RFC 3261 §18.3).</summary>
internal sealed class StreamFlow : Connection
{
    private const int Piece = 16 * 1024; // what a slow reader must take within the limit of progress
    private static readonly TimeSpan KnownIdle = TimeSpan.FromSeconds(900);

    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly StreamFramer _framer = new();

    /// <param name="transport">TCP or TLS.</param>
    /// <param name="socket">The connected socket.</param>
    /// <param name="stream">What is said over it; owns it.</param>
    /// <param name="port">The port peers reach us at: the listener's, also when we opened the connection (RFC 3261 §18.1.1).</param>
    /// <param name="time">The clock of the limits.</param>
    /// <exception cref="SocketException">The peer is gone already.</exception>
    public StreamFlow(string transport, Socket socket, Stream stream, int port, TimeProvider time)
        : base(transport, (IPEndPoint)socket.RemoteEndPoint!, new IPEndPoint(((IPEndPoint)socket.LocalEndPoint!).Address, port), time) =>
        (_socket, _stream) = (socket, stream);

    /// <summary>What the peer showed when it opened the connection.</summary>
    public PeerCertificate? Shown { get; init; }

    public override PeerCertificate? Certificate => Shown;

    /// <summary>What every connection is set to: nothing waits for more to send, and a peer that vanished is noticed within a minute and a half.</summary>
    public static void Tune(Socket socket)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 60);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
    }

    protected override async Task ReadAsync(Action<SipMessage, Flow> receive)
    {
        using var limit = new CancellationTokenSource(IsKnown ? KnownIdle : FirstBytes, Time);
        var begun = Time.GetTimestamp();
        while (IsOpen)
        {
            var length = await _stream.ReadAsync(_framer.Room(), limit.Token);
            if (length == 0) return;
            Hear();
            var wasInside = _framer.IsInside;
            _framer.Advance(length);
            var isWhole = TakeAll(receive, out var isBroken);
            if (isBroken) return;
            if (isWhole || !wasInside) begun = Time.GetTimestamp();
            limit.CancelAfter(Patience(Time.GetElapsedTime(begun)));
        }
    }

    protected override async Task WriteAsync(ReadOnlyMemory<byte> message, Func<CancellationTokenSource> limit)
    {
        for (var sent = 0; sent < message.Length; sent += Piece)
        {
            using var progress = limit();
            await _stream.WriteAsync(message[sent..Math.Min(sent + Piece, message.Length)], progress.Token);
        }
    }

    protected override Task EndAsync() =>
        _stream is SslStream secure ? secure.ShutdownAsync().WaitAsync(TimeSpan.FromSeconds(1), Time) : Task.CompletedTask;

    protected override void Abort()
    {
        _socket.Dispose();
        _stream.Dispose();
    }

    /// <summary>How long the next octet may take: little inside a message, longer between two of somebody known.</summary>
    private TimeSpan Patience(TimeSpan elapsed)
    {
        if (!_framer.IsInside) return IsKnown ? KnownIdle : StrangerIdle;
        var left = WholeMessage - elapsed;
        return left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1);
    }

    private bool TakeAll(Action<SipMessage, Flow> receive, out bool isBroken)
    {
        isBroken = false;
        var isWhole = false;
        while (true)
        {
            var framed = _framer.Next(out var message);
            if (framed == Framed.NeedMore) return isWhole;
            isWhole = true;
            if (framed == Framed.Message) receive(message!, this);
            else if (framed == Framed.KeepAlive) Send("\r\n"u8.ToArray());
            else
            {
                isBroken = true;
                Refuse(message);
                return true;
            }
        }
    }
}
