namespace Conference.Media.Tests.Testing;

/// <summary>A clock that stands until a test moves it.</summary>
internal sealed class FakeTime : TimeProvider
{
    private readonly List<Alarm> _alarms = [];
    private long _ticks = new DateTime(2026, 11, 21, 12, 0, 0, DateTimeKind.Utc).Ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, () => callback(state));
        alarm.Change(dueTime, period);
        lock (_alarms) _alarms.Add(alarm);
        return alarm;
    }

    public void Advance(TimeSpan by)
    {
        var now = Interlocked.Add(ref _ticks, by.Ticks);
        Alarm[] due;
        lock (_alarms) due = [.. _alarms.Where(a => a.At <= now)];
        foreach (var alarm in due) alarm.Ring();
    }

    /// <summary>Rings once.</summary>
    private sealed class Alarm(FakeTime time, Action ring) : ITimer
    {
        public long At { get; private set; } = long.MaxValue;

        public void Ring()
        {
            At = long.MaxValue;
            ring();
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            At = dueTime < TimeSpan.Zero ? long.MaxValue : time.GetTimestamp() + dueTime.Ticks;
            return true;
        }

        public void Dispose() => At = long.MaxValue;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
