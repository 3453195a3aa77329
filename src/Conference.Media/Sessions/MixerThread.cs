using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Conference.Media.Sessions;

/// <summary>Calls a slot every 5 ms by absolute deadlines, on a thread of its own with the highest priority the system grants.</summary>
/// <remarks>
/// Up to 20 ms late: at once. Up to 100 ms: the missed ticks follow back to back, receivers absorb it. Beyond: they are skipped, and
/// timestamps and recordings move on by them.
/// </remarks>
internal sealed partial class MixerThread : IDisposable
{
    private const long Nanosecond = 1;
    private const long Period = 20_000_000 * Nanosecond;
    private const long Step = Period / MixWorker.SlotCount;
    private const long SkipBeyond = 100_000_000 * Nanosecond;
    private const long SkipBeyondWhenFull = Period;
    private const long Second = 1_000_000_000 * Nanosecond;

    private readonly Action _prepare;
    private readonly Action<int, long, int> _beat;
    private readonly Thread _thread;
    private volatile bool _ends;
    private volatile bool _isRealtime;
    private volatile bool _isSkipping;
    private long _lastTick;
    private long _skipped;
    private long _worst;
    private long _worstBefore;
    private long _worstSince;

    /// <param name="prepare">Runs before the first tick.</param>
    /// <param name="beat">Takes the slot, the time in nanoseconds and the number of ticks skipped.</param>
    public MixerThread(Action prepare, Action<int, long, int> beat)
    {
        (_prepare, _beat) = (prepare, beat);
        _lastTick = Now;
        _thread = new Thread(Run) { IsBackground = true, Name = "mixer", Priority = ThreadPriority.Highest };
        _thread.Start();
    }

    /// <summary>Whether the system granted real-time scheduling.</summary>
    public bool IsRealtime => _isRealtime;

    /// <summary>What wakes it.</summary>
    public static string Clock => RealtimeClock.Name;

    /// <summary>Whether ticks are left out as soon as one is late: its work takes longer than the time there is, and would never catch up.</summary>
    public bool IsSkipping
    {
        get => _isSkipping;
        set => _isSkipping = value;
    }

    public bool IsTicking => !_ends && Now - Volatile.Read(ref _lastTick) < Second / 5;

    public long Skipped => Volatile.Read(ref _skipped);

    /// <summary>The latest start within the last second or two.</summary>
    public TimeSpan WorstLateness => TimeSpan.FromTicks(Math.Max(Volatile.Read(ref _worst), Volatile.Read(ref _worstBefore)) / 100);

    private static long Now => (long)((Int128)Stopwatch.GetTimestamp() * Second / Stopwatch.Frequency);

    public void Dispose()
    {
        _ends = true;
        _thread.Join();
    }

    private void Run()
    {
        _prepare();
        _isRealtime = RealtimeClock.TryClaimPriority();
        var deadline = Now;
        for (var slot = 0; !_ends; slot = (slot + 1) % MixWorker.SlotCount)
        {
            deadline += Step;
            RealtimeClock.SleepUntil(deadline, Now);
            var now = Now;
            var skipped = SkippedAt(now - deadline);
            deadline += skipped * Period;
            Note(now, now - deadline);
            _beat(slot, now, skipped);
        }
    }

    private int SkippedAt(long lateness)
    {
        if (lateness <= (_isSkipping ? SkipBeyondWhenFull : SkipBeyond)) return 0;
        var skipped = (int)(lateness / Period);
        Volatile.Write(ref _skipped, _skipped + skipped);
        return skipped;
    }

    private void Note(long now, long lateness)
    {
        if (now - _worstSince > Second)
        {
            Volatile.Write(ref _worstBefore, _worst);
            Volatile.Write(ref _worst, 0);
            _worstSince = now;
        }

        if (lateness > _worst) Volatile.Write(ref _worst, lateness);
        Volatile.Write(ref _lastTick, now);
    }

    /// <summary>What Linux offers to a thread in a hurry; elsewhere the ordinary sleep.</summary>
    private static partial class RealtimeClock
    {
        private const int Monotonic = 1;
        private const int AbsoluteTime = 1;
        private const int Fifo = 1;
        private const int FifoPriority = 40; // above everything of ours, below the kernel's own threads
        private const int ProcessOrThread = 0;
        private const int Niceness = -15;
        private const int SetTimerSlack = 29;

        public static string Name => IsLinux ? "clock_nanosleep" : "Thread.Sleep";

        private static bool IsLinux => OperatingSystem.IsLinux() && Environment.Is64BitProcess;

        /// <summary>Asks for SCHED_FIFO, or else for a better niceness.</summary>
        public static bool TryClaimPriority()
        {
            if (!IsLinux) return false;
            _ = ControlProcess(SetTimerSlack, 1, 0, 0, 0);
            var priority = FifoPriority;
            if (SetScheduler(0, Fifo, ref priority) == 0) return true;
            _ = SetPriority(ProcessOrThread, 0, Niceness);
            return false;
        }

        /// <summary>Sleeps until an absolute time of the monotonic clock.</summary>
        public static void SleepUntil(long deadline, long now)
        {
            if (deadline <= now) return;
            if (IsLinux)
            {
                var until = new TimeSpec { Seconds = deadline / Second, Nanoseconds = deadline % Second };
                while (ClockNanoSleep(Monotonic, AbsoluteTime, ref until, 0) == 4) // EINTR
                {
                }
            }
            else
            {
                Thread.Sleep(TimeSpan.FromTicks((deadline - now) / 100));
            }
        }

        [LibraryImport("libc", EntryPoint = "clock_nanosleep")]
        private static partial int ClockNanoSleep(int clock, int flags, ref TimeSpec request, nint remain);

        [LibraryImport("libc", EntryPoint = "sched_setscheduler")]
        private static partial int SetScheduler(int pid, int policy, ref int priority);

        [LibraryImport("libc", EntryPoint = "setpriority")]
        private static partial int SetPriority(int which, int who, int priority);

        [LibraryImport("libc", EntryPoint = "prctl")]
        private static partial int ControlProcess(int option, nuint a, nuint b, nuint c, nuint d);

        private struct TimeSpec
        {
            public long Seconds;
            public long Nanoseconds;
        }
    }
}
