using Conference.Sip.Loop;

namespace Conference.Sip.Tests.Loop;

public class TimerQueueTests
{
    [Fact]
    public void Timers_fire_in_order_and_equal_ones_in_the_order_they_were_set()
    {
        var queue = new TimerQueue();
        var fired = new List<string>();
        foreach (var (name, due) in new[] { ("c", 30), ("a", 10), ("b1", 20), ("b2", 20) }) queue.Set(new SipTimer(() => fired.Add(name)), due);

        while (queue.TryTake(25, out var timer)) timer.Fire();

        Assert.Equal(["a", "b1", "b2"], fired);
        Assert.Equal(30, queue.NextDue);
    }

    [Fact]
    public void A_moved_timer_fires_once_at_its_new_time_and_a_cancelled_one_never()
    {
        var queue = new TimerQueue();
        var fired = 0;
        var moved = new SipTimer(() => fired++);
        var cancelled = new SipTimer(() => fired += 100);
        queue.Set(moved, 10);
        queue.Set(cancelled, 10);
        queue.Set(moved, 50);
        queue.Cancel(cancelled);

        Assert.False(queue.TryTake(49, out _));
        Assert.True(queue.TryTake(50, out var timer));
        timer.Fire();
        Assert.Equal((1, 0), (fired, queue.Count));
    }

    [Fact]
    public void A_thousand_random_timers_come_out_sorted_whatever_was_cancelled_between()
    {
        var random = new Random(4711);
        var queue = new TimerQueue();
        var timers = Enumerable.Range(0, 1_000).Select(_ => new SipTimer(() => { })).ToArray();
        foreach (var timer in timers) queue.Set(timer, random.Next(10_000));
        foreach (var timer in timers.Where(_ => random.Next(3) == 0)) queue.Cancel(timer);

        var last = 0L;
        while (queue.TryTake(long.MaxValue, out var timer))
        {
            Assert.True(timer.Due >= last);
            last = timer.Due;
        }

        Assert.All(timers, t => Assert.False(t.IsSet));
    }
}
