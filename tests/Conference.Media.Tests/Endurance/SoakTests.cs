namespace Conference.Media.Tests.Endurance;

/// <summary>It looks at the whole process: nothing else may run in it meanwhile.</summary>
[CollectionDefinition(nameof(SoakTests), DisableParallelization = true)]
[Collection(nameof(SoakTests))]
public class SoakTests
{
    [Fact]
    public void Coming_going_and_muting_leaves_nothing_behind()
    {
        using var soak = new Soak(participants: 40, seed: 11, firstPort: 27100);
        var early = soak.Live(TimeSpan.FromSeconds(3));

        var late = soak.Live(TimeSpan.FromSeconds(6));

        Assert.Empty(Vitals.Growth(early, late));
        Assert.True(late.Joins > early.Joins, "Nobody came.");
        Assert.InRange(late.Calls, 20, 40);
    }
}
