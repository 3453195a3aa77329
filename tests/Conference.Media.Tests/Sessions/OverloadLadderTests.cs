using Conference.Media.Sessions;

namespace Conference.Media.Tests.Sessions;

public sealed class OverloadLadderTests
{
    private const int Second = 50;

    private readonly OverloadLadder _ladder = new();

    [Theory]
    [InlineData(0.65, OverloadStep.None, 5)]
    [InlineData(0.75, OverloadStep.Closed, 5)]
    [InlineData(0.82, OverloadStep.Simple, 3)]
    [InlineData(0.86, OverloadStep.Simpler, 1)]
    [InlineData(0.89, OverloadStep.Simplest, 0)]
    [InlineData(0.95, OverloadStep.Spare, 0)]
    [InlineData(1.10, OverloadStep.Skipping, 0)]
    public void Each_share_of_work_has_its_step(double share, OverloadStep step, int complexity)
    {
        Work(share, 10 * Second);

        Assert.Equal((step, complexity), (_ladder.Step, _ladder.Complexity));
        Assert.InRange(_ladder.Busy, share - 0.001, share + 0.001);
    }

    [Fact]
    public void Every_rung_is_left_ten_points_below_where_it_is_entered()
    {
        Assert.Equal(Enum.GetValues<OverloadStep>(), OverloadLadder.Rungs.Select(r => r.Step));
        Assert.All(OverloadLadder.Rungs.Skip(1), r => Assert.Equal(0.10, r.Enter - r.Leave, 6));
        Assert.Equal(OverloadLadder.Rungs.Select(r => r.Enter), OverloadLadder.Rungs.Select(r => r.Enter).Order());
        Assert.Equal(OverloadLadder.Rungs.Select(r => r.Complexity), OverloadLadder.Rungs.Select(r => r.Complexity).OrderDescending());
    }

    [Fact]
    public void A_step_is_kept_within_ten_points_however_long()
    {
        Work(0.82, 10 * Second);
        Work(0.72, 60 * Second);

        Assert.Equal(OverloadStep.Simple, _ladder.Step);
    }

    [Fact]
    public void A_step_is_taken_back_after_five_calm_seconds_and_not_before()
    {
        Work(0.82, 10 * Second);
        Work(0.30, 4 * Second);
        Assert.Equal(OverloadStep.Simple, _ladder.Step);

        Work(0.30, 3 * Second);

        Assert.Equal(OverloadStep.None, _ladder.Step);
    }

    [Fact]
    public void Calm_that_is_broken_is_counted_anew()
    {
        Work(0.82, 10 * Second);
        for (var i = 0; i < 10; i++)
        {
            Work(0.30, 4 * Second);
            Work(0.76, 2 * Second);
        }

        Assert.Equal(OverloadStep.Simple, _ladder.Step);
    }

    [Fact]
    public void One_long_tick_changes_nothing_and_three_full_ones_skip_at_once()
    {
        Work(0.2, 10 * Second);
        Assert.Equal(0, Work(50, 1));
        Work(0.2, Second);

        Assert.Equal(0, Work(1.5, 2));
        Assert.Equal(1, Work(1.5, 1));
        Assert.Equal(OverloadStep.Skipping, _ladder.Step);
    }

    [Fact]
    public void A_step_is_told_once_while_the_load_stays()
    {
        Assert.Equal(1, Work(0.75, 60 * Second));
        Assert.Equal(0, Work(0.65, 60 * Second));
        Assert.Equal(1, Work(0.50, 60 * Second));
    }

    private int Work(double share, int ticks)
    {
        var changes = 0;
        for (var i = 0; i < ticks; i++)
        {
            if (_ladder.Feed(share)) changes++;
        }

        return changes;
    }
}
