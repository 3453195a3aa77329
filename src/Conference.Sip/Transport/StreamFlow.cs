using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Threading.Channels;
using Conference.Sip.Messages;

namespace Conference.Sip.Transport;

/// <summary>One TCP or TLS connection, whoever opened it: one reader, one writer, and limits on how long it may do nothing.</summary>
internal sealed class StreamFlow : Flow
{
    private const int MostQueued = 256;
    private const int MostQueuedBytes = 256 * 1024;
    private const int Piece = 16 * 1024; // what a slow reader must take within the limit of progress
    private static readonly TimeSpan FirstBytes = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan WholeMessage = TimeSpan.FromSeconds(20); // a message told octet by octet is an attack
    private static readonly TimeSpan StrangerIdle = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan KnownIdle = TimeSpan.FromSeconds(900);
    private static readonly TimeSpan Progress = TimeSpan.FromSeconds(10);

    private static long _opened;

    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly TimeProvider _time;
    private readonly Channel<byte[]> _outbox = Channel.CreateBounded<byte[]>(MostQueued);
    private readonly StreamFramer _framer = new();
    private int _queuedBytes;
    private int _isClosed;
    private volatile bool _isKnown;

    /// <param name="transport">TCP or TLS.</param>
    /// <param name="socket">The connected socket.</param>
    /// <param name="stream">What is said over it; owns it.</param>
    /// <param name="port">The port peers reach us at: the listener's, also when we opened the connection (RFC 3261 §18.1.1).</param>
    /// <param name="time">The clock of the limits.</param>
    /// <exception cref="SocketException">The peer is gone already.</exception>
    public StreamFlow(string transport, Socket socket, Stream stream, int port, TimeProvider time)
        : base(transport, (IPEndPoint)socket.RemoteEndPoint!)
    {
        (_socket, _stream, _time) = (socket, stream, time);
        Local = new IPEndPoint(((IPEndPoint)socket.LocalEndPoint!).Address, port);
    }

    public override IPEndPoint Local { get; }

    public override bool IsReliable => true;

    public override bool IsOpen => Volatile.Read(ref _isClosed) == 0;

    /// <summary>Connections in the order they were opened.</summary>
    public long Number { get; } = Interlocked.Increment(ref _opened);

    /// <summary>Whether somebody signed in on it, is in a call, or we opened it ourselves.</summary>
    public bool IsKnown => _isKnown;

    public override void Keep() => _isKnown = true;

    /// <summary>What every connection is set to: nothing waits for more to send, and a peer that vanished is noticed within a minute and a half.</summary>
    public static void Tune(Socket socket)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 60);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
    }

    /// <summary>Whether an exception says no more than that the peer, or a limit, ended the connection.</summary>
    public static bool IsAnEnd(Exception error) =>
        error is IOException or SocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException { Source: "System.Net.Security" };

    /// <summary>Queues one message; a peer that does not read loses the connection.</summary>
    public override bool Send(byte[] message)
    {
        if (!IsOpen) return false;
        var isRoom = Interlocked.Add(ref _queuedBytes, message.Length) <= MostQueuedBytes && _outbox.Writer.TryWrite(message);
        if (!isRoom) Close();
        return isRoom;
    }

    /// <summary>Reads until the peer, a limit or a broken message ends it; ends with the last answer sent and the socket closed.</summary>
    /// <param name="receive">Takes each message.</param>
    /// <param name="settle">Done when everything received so far has been looked at.</param>
    public async Task RunAsync(Action<SipMessage, Flow> receive, Func<Task> settle)
    {
        var writing = WriteAsync();
        try
        {
            await ReadAsync(receive);
            await settle(); // a peer that closes its half still waits for our answers
            _outbox.Writer.TryComplete();
            await writing;
            if (_stream is SslStream secure && IsOpen) await secure.ShutdownAsync().WaitAsync(TimeSpan.FromSeconds(1), _time);
        }
        finally
        {
            Close();
        }
    }

    public void Close()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) == 1) return;
        _outbox.Writer.TryComplete();
        _socket.Dispose(); // first: whoever reads or writes is woken
        _stream.Dispose();
    }

    private async Task ReadAsync(Action<SipMessage, Flow> receive)
    {
        using var limit = new CancellationTokenSource(_isKnown ? KnownIdle : FirstBytes, _time);
        var begun = _time.GetTimestamp();
        while (IsOpen)
        {
            var length = await _stream.ReadAsync(_framer.Room(), limit.Token);
            if (length == 0) return;
            var wasInside = _framer.IsInside;
            _framer.Advance(length);
            var isWhole = TakeAll(receive, out var isBroken);
            if (isBroken) return;
            if (isWhole || !wasInside) begun = _time.GetTimestamp();
            limit.CancelAfter(Patience(_time.GetElapsedTime(begun)));
        }
    }

    /// <summary>How long the next octet may take: little inside a message, longer between two of somebody known.</summary>
    private TimeSpan Patience(TimeSpan elapsed)
    {
        if (!_framer.IsInside) return _isKnown ? KnownIdle : StrangerIdle;
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

    /// <summary>The last words to a peer whose stream cannot be followed any more.</summary>
    private void Refuse(SipMessage? message)
    {
        if (message is not { IsAnswerable: true }) return;
        var (status, reason) = SipFaults.Answer(message.Fault);
        if (status > 0) Send(new SipReply(status, reason).Write(message, "closing", Remote));
    }

    private async Task WriteAsync()
    {
        try
        {
            await foreach (var message in _outbox.Reader.ReadAllAsync()) await WriteAsync(message);
        }
        catch (Exception error) when (IsAnEnd(error))
        {
            Close();
        }
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> message)
    {
        for (var sent = 0; sent < message.Length; sent += Piece)
        {
            using var limit = new CancellationTokenSource(Progress, _time);
            await _stream.WriteAsync(message[sent..Math.Min(sent + Piece, message.Length)], limit.Token);
        }

        Interlocked.Add(ref _queuedBytes, -message.Length);
    }
}
