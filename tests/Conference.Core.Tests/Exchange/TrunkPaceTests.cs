using Conference.Core.Exchange;
using Conference.Core.Routing;
using Conference.Core.Tests.Testing;
using Conference.Sip.Trunks;

namespace Conference.Core.Tests.Exchange;

public sealed class TrunkPaceTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private readonly FakeTime _time = new();
    private readonly TrunkPlan _two = new(new TrunkLine("two", "two.example")) { MaxCallsPerSecond = 2 };

    [Fact]
    public void No_second_sees_more_calls_than_the_trunk_takes()
    {
        var pace = new TrunkPace(_time);
        var begun = new List<DateTimeOffset>();
        var random = new Random(7);
        for (var i = 0; i < 500; i++)
        {
            if (pace.Reserve(_two, 3 * s_second) is { } wait) begun.Add(_time.GetUtcNow() + wait);
            _time.Advance(TimeSpan.FromMilliseconds(random.Next(0, 700)));
        }

        begun.Sort();
        Assert.All(begun, at => Assert.InRange(begun.Count(b => b >= at && b < at + s_second), 1, 2));
        Assert.InRange(begun.Count, 250, 500);
    }

    [Fact]
    public void Who_would_wait_too_long_takes_no_place()
    {
        var pace = new TrunkPace(_time);

        Assert.Equal([TimeSpan.Zero, TimeSpan.Zero, s_second, s_second, null, null],
            new[] { 0, 1, 2, 3, 4, 5 }.Select(_ => pace.Reserve(_two, 1.5 * s_second)));
        _time.Advance(2 * s_second);
        Assert.Equal(TimeSpan.Zero, pace.Reserve(_two, TimeSpan.Zero));
    }

    [Fact]
    public void A_trunk_without_a_limit_has_none()
    {
        var pace = new TrunkPace(_time);

        Assert.All(Enumerable.Range(0, 100), _ => Assert.Equal(TimeSpan.Zero, pace.Reserve(_two with { MaxCallsPerSecond = null }, TimeSpan.Zero)));
    }
}
