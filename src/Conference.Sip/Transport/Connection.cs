using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Conference.Sip.Messages;

namespace Conference.Sip.Transport;

/// <summary>One connection, whoever opened it and whatever frames its messages: one reader, one writer, and limits on how long it may do nothing.</summary>
/// <param name="transport">TCP, TLS, WS or WSS.</param>
/// <param name="remote">The peer.</param>
/// <param name="local">Our end, as peers can reach it.</param>
/// <param name="time">The clock of the limits.</param>
internal abstract class Connection(string transport, IPEndPoint remote, IPEndPoint local, TimeProvider time) : Flow(transport, remote)
{
    protected static readonly TimeSpan FirstBytes = TimeSpan.FromSeconds(15);
    protected static readonly TimeSpan WholeMessage = TimeSpan.FromSeconds(20); // a message told octet by octet is an attack
    protected static readonly TimeSpan StrangerIdle = TimeSpan.FromSeconds(30);

    private const int MostQueued = 256;
    private const int MostQueuedBytes = 256 * 1024;
    private static readonly TimeSpan Progress = TimeSpan.FromSeconds(10);

    private static long _opened;

    private readonly Channel<byte[]> _outbox = Channel.CreateBounded<byte[]>(MostQueued);
    private int _queuedBytes;
    private int _isClosed;
    private volatile bool _isKnown;
    private int _isCounted = 1;
    private long _heardAt = time.GetTimestamp();

    public override IPEndPoint Local => local;

    public override bool IsReliable => true;

    public override bool IsOpen => Volatile.Read(ref _isClosed) == 0;

    /// <summary>Connections in the order they were opened.</summary>
    public long Number { get; } = Interlocked.Increment(ref _opened);

    /// <summary>Whether somebody signed in on it, is in a call, or we opened it ourselves.</summary>
    public bool IsKnown => _isKnown;

    /// <summary>Called once, when it is no stranger's any more: somebody signed in on it, or it is closed.</summary>
    public Action? OnSettled { get; set; }

    public override TimeSpan? SilentFor => time.GetElapsedTime(Volatile.Read(ref _heardAt));

    /// <summary>Sees what leaves.</summary>
    public IWireTap? Tap { get; set; }

    protected TimeProvider Time => time;

    /// <summary>Whether an exception says no more than that the peer, or a limit, ended the connection.</summary>
    public static bool IsAnEnd(Exception error) =>
        error is IOException or SocketException or System.Net.WebSockets.WebSocketException or ObjectDisposedException or OperationCanceledException or TimeoutException;

    public override void Keep()
    {
        _isKnown = true;
        Settle();
    }

    /// <summary>Queues one message; a peer that does not read loses the connection.</summary>
    public override bool Send(byte[] message)
    {
        if (!IsOpen) return false;
        var isRoom = Interlocked.Add(ref _queuedBytes, message.Length) <= MostQueuedBytes && _outbox.Writer.TryWrite(message);
        if (isRoom) Tap?.Sent(message, this);
        else Close();
        return isRoom;
    }

    /// <summary>Reads until the peer, a limit or a broken message ends it; ends with the last answer sent and everything closed.</summary>
    /// <param name="receive">Takes each message.</param>
    /// <param name="settle">Done when everything received so far has been looked at.</param>
    public async Task RunAsync(Action<SipMessage, Flow> receive, Func<Task> settle)
    {
        var writing = WriteAllAsync();
        try
        {
            await ReadAsync(receive);
            await settle(); // a peer that closes its half still waits for our answers
            _outbox.Writer.TryComplete();
            await writing;
            if (IsOpen) await EndAsync();
        }
        finally
        {
            Close();
        }
    }

    public void Close()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) == 1) return;
        Settle();
        _outbox.Writer.TryComplete();
        Abort();
    }

    /// <summary>Octets came, whatever they mean.</summary>
    protected void Hear() => Volatile.Write(ref _heardAt, time.GetTimestamp());

    /// <summary>Reads messages until there are no more.</summary>
    protected abstract Task ReadAsync(Action<SipMessage, Flow> receive);

    /// <summary>Writes one message; <paramref name="limit"/> gives the token of the time the next step may take.</summary>
    protected abstract Task WriteAsync(ReadOnlyMemory<byte> message, Func<CancellationTokenSource> limit);

    /// <summary>Says goodbye where the protocol has a word for it.</summary>
    protected abstract Task EndAsync();

    /// <summary>Lets go of everything at once; whoever reads or writes is woken.</summary>
    protected abstract void Abort();

    /// <summary>The last words to a peer whose message cannot be followed.</summary>
    protected void Refuse(SipMessage? message)
    {
        if (message is not { IsAnswerable: true }) return;
        var (status, reason) = SipFaults.Answer(message.Fault);
        if (status > 0) Send(new SipReply(status, reason).Write(message, "closing", Remote));
    }

    private void Settle()
    {
        if (Interlocked.Exchange(ref _isCounted, 0) == 1) OnSettled?.Invoke();
    }

    private async Task WriteAllAsync()
    {
        try
        {
            await foreach (var message in _outbox.Reader.ReadAllAsync())
            {
                await WriteAsync(message, () => new CancellationTokenSource(Progress, time));
                Interlocked.Add(ref _queuedBytes, -message.Length);
            }
        }
        catch (Exception error) when (IsAnEnd(error))
        {
            Close();
        }
    }
}
