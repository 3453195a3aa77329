namespace Conference.Media.Sessions;

/// <summary>One mixer thread and all that is its own: nothing here is shared with another worker.</summary>
internal sealed class MixWorker : IDisposable
{
    /// <summary>Slots in 20 ms.</summary>
    public const int SlotCount = 4;

    private const long NanosecondsPerTick = 100;
    private static readonly TimeSpan Tick20 = TimeSpan.FromMilliseconds(20);
    private static readonly DateTimeOffset NtpEpoch = new(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TimeProvider _time;
    private readonly Patience _patience;
    private readonly CommandRing _commands = new();
    private readonly MixerThread? _thread;
    private readonly MixSlot[] _slots;
    private readonly IMixerListener _watcher;
    private long _work; // of the present tick, in units of the time provider
    private TickTime _last;
    private long _tick;
    private long _faults;
    private volatile bool _isOver;

    /// <param name="watcher">Who is told when there is more work than time.</param>
    /// <param name="start">Whether to run a thread; a test ticks by itself.</param>
    public MixWorker(TimeProvider time, Patience patience, IMixerListener watcher, bool start)
    {
        (_time, _patience, _watcher) = (time, patience, watcher);
        _slots = [.. Enumerable.Range(0, SlotCount).Select(_ => new MixSlot(this))];
        if (start) _thread = new MixerThread(Rehearsal.Play, Beat);
    }

    public IReadOnlyList<MixSlot> Slots => _slots;

    /// <summary>What its legs and rooms have noticed, for the dispatcher.</summary>
    public EventRing Events { get; } = new();

    public Scratch Scratch { get; } = new();

    /// <summary>What is given up while there is more work than time.</summary>
    public OverloadLadder Ladder { get; } = new();

    /// <summary>Whether only the most necessary is done: no video, no decoding of whoever is silent.</summary>
    public bool IsSpare => Ladder.Step >= OverloadStep.Spare;

    public MixerThread? Thread => _thread;

    /// <summary>Ticks so far.</summary>
    public long Ticks => Volatile.Read(ref _tick);

    /// <summary>Work on a leg or a room that failed and was left out for that tick.</summary>
    public long Faults => Volatile.Read(ref _faults);

    /// <summary>Number and time of the tick that was served last; for commands.</summary>
    public TickTime Now => _last;

    public void CountFault() => _faults++;

    /// <summary>Asks the worker to do something before the next of its slots.</summary>
    public void Ask(Action command)
    {
        if (!_isOver) _commands.Add(command);
    }

    /// <summary>The same from a worker's own thread, which must not wait.</summary>
    public bool TryAsk(Action command) => _isOver || _commands.TryAdd(command);

    /// <summary>A whole tick at once, as tests want it.</summary>
    /// <param name="now">Nanoseconds of a monotonic clock.</param>
    /// <param name="skipped">Ticks left out before this one.</param>
    public void Tick(long now, int skipped)
    {
        for (var slot = 0; slot < SlotCount; slot++)
            Beat(slot, now, slot == 0 ? skipped : 0);
    }

    public void Dispose()
    {
        _thread?.Dispose();
        TakeCommands(); // the mixer is gone: its last words are ours
        _isOver = true;
    }

    /// <summary>Serves one slot.</summary>
    /// <param name="slot">Which; the first begins a tick.</param>
    /// <param name="now">Nanoseconds of a monotonic clock.</param>
    /// <param name="skipped">Ticks left out before this one, because the machine was too late.</param>
    private void Beat(int slot, long now, int skipped)
    {
        var began = _time.GetTimestamp();
        Volatile.Write(ref _tick, _tick + skipped + (slot == 0 ? 1 : 0));
        var wall = _time.GetUtcNow();
        var offset = now - (wall.Ticks - DateTimeOffset.UnixEpoch.Ticks) * NanosecondsPerTick;
        _last = new TickTime(_tick, now, offset, Ntp(wall));
        TakeCommands();
        _slots[slot].Tick(_last, _patience);
        _work += _time.GetTimestamp() - began;
        if (slot == SlotCount - 1) Weigh();
    }

    /// <summary>What the tick took decides what is given up from the next one on.</summary>
    private void Weigh()
    {
        var share = _time.GetElapsedTime(0, _work) / Tick20;
        _work = 0;
        if (!Ladder.Feed(share)) return;
        if (_thread is not null) _thread.IsSkipping = Ladder.Step == OverloadStep.Skipping;
        Events.Add(new MixerEvent(MixerEventKind.Load, _watcher, this));
    }

    private void TakeCommands()
    {
        while (_commands.TryTake(out var command))
        {
            try
            {
                command!();
            }
            catch (Exception)
            {
                CountFault();
            }
        }
    }

    private static ulong Ntp(DateTimeOffset wall)
    {
        var ticks = (UInt128)(ulong)(wall - NtpEpoch).Ticks;
        return (ulong)((ticks << 32) / TimeSpan.TicksPerSecond);
    }
}
