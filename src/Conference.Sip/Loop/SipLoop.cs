using System.Collections.Concurrent;

namespace Conference.Sip.Loop;

/// <summary>
/// The one thread that owns every transaction, dialog, binding and timer. Receive threads and the house only post to it,
/// so nothing above it needs a lock. Tests turn it by hand with a clock of their own.
/// </summary>
internal sealed class SipLoop(TimeProvider time, Action<string, Exception?> trouble) : IDisposable
{
    /// <summary>Received messages waiting; beyond it the network is losing packets and so may we.</summary>
    public const int Capacity = 65_536;

    private const int Batch = 64;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1); // so that the heartbeat goes on

    private readonly ConcurrentQueue<Action> _inbox = new();
    private readonly TimerQueue _timers = new();
    private readonly AutoResetEvent _wake = new(false);
    private readonly long _start = time.GetTimestamp();
    private int _waiting;
    private int _isAsleep;
    private volatile bool _isStopping;
    private Thread? _thread;
    private long _heartbeat;

    /// <summary>Milliseconds since the start, frozen during a batch.</summary>
    public long Now { get; private set; }

    /// <summary>Milliseconds since the start as they go by: for those who are not on the loop.</summary>
    public long Elapsed => (long)time.GetElapsedTime(_start).TotalMilliseconds;

    /// <summary>The wall clock, for what people and the database read.</summary>
    public DateTimeOffset WallClock => time.GetUtcNow();

    /// <summary>How full the inbox is, in percent.</summary>
    public int Load => Volatile.Read(ref _waiting) * 100 / Capacity;

    /// <summary>Whether the thread turned in the last five seconds.</summary>
    public bool IsAlive => _thread is { IsAlive: true } && Elapsed - Volatile.Read(ref _heartbeat) < 5_000;

    /// <summary>Does something on the loop, later, in order.</summary>
    public void Post(Action work)
    {
        Interlocked.Increment(ref _waiting);
        _inbox.Enqueue(work);
        if (Volatile.Read(ref _isAsleep) == 1 && Interlocked.Exchange(ref _isAsleep, 0) == 1) _wake.Set();
    }

    /// <summary>Like <see cref="Post"/> for what came from the network, which is dropped when the inbox is nearly full.</summary>
    public bool Offer(Action work)
    {
        if (Load >= 90) return false;
        Post(work);
        return true;
    }

    public void Set(SipTimer timer, TimeSpan after) => _timers.Set(timer, Now + (long)after.TotalMilliseconds);

    public void Cancel(SipTimer timer) => _timers.Cancel(timer);

    public void Start()
    {
        _thread = new Thread(Run) { Name = "SIP loop", IsBackground = true };
        Volatile.Write(ref _heartbeat, Elapsed);
        _thread.Start();
    }

    /// <summary>Ends the thread after what is posted already.</summary>
    public void Stop()
    {
        _isStopping = true;
        _wake.Set();
        _thread?.Join();
    }

    public void Dispose() => _wake.Dispose();

    /// <summary>One turn: up to a batch of posted work, then the timers that are due.</summary>
    /// <returns>Whether there was anything to do.</returns>
    public bool Turn()
    {
        Now = Elapsed;
        var done = 0;
        while (done < Batch && _inbox.TryDequeue(out var work))
        {
            Interlocked.Decrement(ref _waiting);
            Guarded(work);
            done++;
        }

        while (_timers.TryTake(Now, out var timer))
        {
            Guarded(timer.Fire);
            done++;
        }

        return done > 0;
    }

    private void Run()
    {
        while (!_isStopping || !_inbox.IsEmpty)
        {
            var isBusy = Turn();
            Volatile.Write(ref _heartbeat, Elapsed);
            if (!isBusy) Sleep();
        }
    }

    private void Sleep()
    {
        var next = Math.Clamp(_timers.NextDue - Elapsed, 0, (long)LongestWait.TotalMilliseconds);
        Interlocked.Exchange(ref _isAsleep, 1);
        if (_inbox.IsEmpty && next > 0 && !_isStopping) _wake.WaitOne((int)next);
        Interlocked.Exchange(ref _isAsleep, 0);
    }

    /// <summary>One bad message or one bug ends one piece of work, never the loop.</summary>
    private void Guarded(Action work)
    {
        try
        {
            work();
        }
        catch (Exception error)
        {
            trouble("The SIP loop went on after an error that should not happen.", error);
        }
    }
}
