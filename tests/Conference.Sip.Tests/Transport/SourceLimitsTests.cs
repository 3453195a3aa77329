using System.Net;
using Conference.Sip.Transport;

namespace Conference.Sip.Tests.Transport;

public class SourceLimitsTests
{
    private static readonly IPAddress Stranger = IPAddress.Parse("198.51.100.9");

    [Fact]
    public void A_stranger_may_send_fifty_messages_a_second_after_a_burst_of_a_hundred()
    {
        var limits = new SourceLimits();

        Assert.Equal(100, Count(limits, Stranger, 1_000, 0));
        Assert.Equal(50, Count(limits, Stranger, 1_000, 1_000));
        Assert.Equal(100, Count(limits, IPAddress.Loopback, 1_000, 1_000));
    }

    [Fact]
    public void Whoever_signed_in_may_send_much_more_for_ten_minutes()
    {
        var limits = new SourceLimits();
        limits.Trust(Stranger, 0);

        Assert.Equal(4_000, Count(limits, Stranger, 10_000, 0));
        Assert.Equal(100, Count(limits, Stranger, 1_000, 600_000));
    }

    [Fact]
    public void Whoever_was_asked_something_may_answer_as_often_as_we_ask_and_no_more_than_that()
    {
        var limits = new SourceLimits();
        limits.Expect(Stranger, 0);

        Assert.Equal(4_000, Enumerable.Range(0, 10_000).Count(_ => limits.Allows(Stranger, 0, isAnswer: true)));
        Assert.Equal(100, Count(limits, Stranger, 1_000, 0)); // its own questions are a stranger's still
        Assert.Equal(100, Enumerable.Range(0, 1_000).Count(_ => limits.Allows(Stranger, 40_000, isAnswer: true)));
    }

    [Fact]
    public void Several_receivers_share_the_counts_of_one_source()
    {
        var limits = new SourceLimits();
        var allowed = 0;

        Parallel.For(0, 10_000, _ =>
        {
            if (limits.Allows(Stranger, 0)) Interlocked.Increment(ref allowed);
        });

        Assert.Equal(100, allowed);
    }

    [Fact]
    public void Challenges_to_strangers_are_five_a_second_after_an_office_full()
    {
        var limits = new SourceLimits();

        Assert.Equal(30, Enumerable.Range(0, 100).Count(_ => limits.AllowsChallenge(Stranger, 0)));
        Assert.Equal(5, Enumerable.Range(0, 100).Count(_ => limits.AllowsChallenge(Stranger, 1_000)));
    }

    [Fact]
    public void Forged_sources_do_not_make_it_grow_and_friends_are_kept()
    {
        var limits = new SourceLimits();
        limits.Trust(Stranger, 0);
        var before = GC.GetTotalMemory(true);
        for (var i = 0; i < 300_000; i++) limits.Allows(new IPAddress(i + 1), 0);

        Assert.True(GC.GetTotalMemory(true) - before < 40_000_000);
        Assert.Equal(4_000, Count(limits, Stranger, 10_000, 0));
    }

    [Fact]
    public void An_IPv6_source_is_its_64() =>
        Assert.Equal(0, After(IPAddress.Parse("2001:db8::1"), IPAddress.Parse("2001:db8::ffff:2")));

    private static int After(IPAddress first, IPAddress second)
    {
        var limits = new SourceLimits();
        Count(limits, first, 1_000, 0);
        return Count(limits, second, 1_000, 0);
    }

    private static int Count(SourceLimits limits, IPAddress source, int tries, long now) =>
        Enumerable.Range(0, tries).Count(_ => limits.Allows(source, now));
}
