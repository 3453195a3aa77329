using Conference.Sip.Resolver;

namespace Conference.Sip.Tests.Resolver;

public class ServiceOrderTests
{
    private static DnsRecord.Srv Server(int priority, int weight, string target) => new("s", 60, priority, weight, 5060, target);

    [Fact]
    public void Lower_priorities_come_first_whatever_chance_says()
    {
        var random = new Random(1);
        for (var i = 0; i < 200; i++)
        {
            var order = ServiceOrder.Of([Server(20, 100, "c"), Server(10, 1, "a"), Server(10, 1, "b")], random.Next);
            Assert.Equal("c", order[2].Target);
        }
    }

    [Fact]
    public void Equals_share_by_weight()
    {
        var random = new Random(7);
        var first = Enumerable.Range(0, 10_000).Count(_ => ServiceOrder.Of([Server(1, 75, "big"), Server(1, 25, "small")], random.Next)[0].Target == "big");

        Assert.InRange(first, 7_200, 7_800);
    }

    [Fact]
    public void A_weight_of_0_is_chosen_seldom_but_is_not_lost()
    {
        var random = new Random(7);
        var first = Enumerable.Range(0, 10_000).Count(_ => ServiceOrder.Of([Server(1, 99, "big"), Server(1, 0, "zero")], random.Next)[0].Target == "zero");

        Assert.InRange(first, 50, 200);
        Assert.Equal(3, ServiceOrder.Of([Server(1, 0, "a"), Server(1, 0, "b"), Server(1, 0, "c")], random.Next).Length);
    }
}
