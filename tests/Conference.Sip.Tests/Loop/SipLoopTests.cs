using Conference.Sip.Loop;
using Conference.Sip.Tests.House;

namespace Conference.Sip.Tests.Loop;

public class SipLoopTests
{
    private readonly List<string> _troubles = [];
    private readonly FakeTime _time = new();

    [Fact]
    public void One_bug_ends_one_piece_of_work_and_the_loop_goes_on()
    {
        using var loop = new SipLoop(_time, (sentence, error) => _troubles.Add(error!.Message));
        var done = false;
        loop.Post(() => throw new InvalidOperationException("bug"));
        loop.Post(() => done = true);
        var timer = new SipTimer(() => throw new InvalidOperationException("late bug"));
        loop.Set(timer, TimeSpan.Zero);

        while (loop.Turn())
        {
        }

        Assert.True(done);
        Assert.Equal(["bug", "late bug"], _troubles);
    }

    [Fact]
    public void What_the_network_brings_is_dropped_before_the_inbox_is_full_and_the_house_is_still_heard()
    {
        using var loop = new SipLoop(_time, (_, _) => { });
        var taken = Enumerable.Range(0, SipLoop.Capacity).Count(_ => loop.Offer(() => { }));

        Assert.InRange(taken, SipLoop.Capacity * 89 / 100, SipLoop.Capacity * 91 / 100);
        var heard = false;
        loop.Post(() => heard = true);
        while (loop.Turn())
        {
        }

        Assert.True(heard);
        Assert.True(loop.Offer(() => { }));
    }

    [Fact]
    public void The_thread_wakes_for_work_and_ends_with_what_was_posted_done()
    {
        using var loop = new SipLoop(TimeProvider.System, (_, _) => { });
        loop.Start();
        using var worked = new ManualResetEventSlim();
        loop.Post(worked.Set);
        Assert.True(worked.Wait(TimeSpan.FromSeconds(5)));
        Assert.True(loop.IsAlive);

        var last = false;
        loop.Post(() => last = true);
        loop.Stop();

        Assert.True(last);
        Assert.False(loop.IsAlive);
    }
}
