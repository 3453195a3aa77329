namespace Conference.EndToEnd.Stories;

/// <summary>What an extension does with its calls: a second one waits or finds it busy, and calls it cannot take go on.</summary>
public class WhenSomebodyIsCalled
{
    [Fact]
    public async Task A_second_call_waits_while_the_first_is_held_and_a_third_is_busy()
    {
        await using var house = await House.Open();
        var anna = await house.Gives("201", "Anna", 500);
        var bob = await house.Gives("202", "Bob", 1150);
        var carla = await house.Gives("203", "Carla", 1950);
        var dora = await house.Gives("204", "Dora", 2600);
        await house.Admin.WhenCalled("202", calls: 2);

        await anna.Dial("202", bob.PickUp);
        await anna.WaitUntilHears(bob);
        await carla.Dial("202", bob.PickUp); // this phone holds the first by itself
        await carla.WaitUntilHears(bob);
        await anna.WaitUntilDeafTo(bob);
        Assert.StartsWith("486", await dora.DialInVain("202"), StringComparison.Ordinal);

        await carla.HangUp();
        await bob.IsHungUp();
        await bob.Resume();
        await anna.WaitUntilHears(bob);
    }

    [Fact]
    public async Task A_call_that_nobody_takes_goes_on_when_busy_unanswered_declined_or_unreachable()
    {
        await using var house = await House.Open();
        var anna = await house.Gives("201", "Anna", 500);
        var bob = await house.Gives("202", "Bob", 1150);
        var carla = await house.Gives("203", "Carla", 1950, answers: true);
        await house.Admin.WhenCalled("202", calls: 1, rings: 5, onBusy: "203", onNoAnswer: "203");
        await house.Admin.AddPhone("205", "Nobody");
        await house.Admin.WhenCalled("205", onUnreachable: "203");

        await Reaches(anna, "205", carla); // no phone

        await anna.Ring("202"); // let ring
        await bob.Happens("CALL_INCOMING");
        await anna.Happens("CALL_ESTABLISHED");
        await anna.WaitUntilHears(carla);
        await bob.IsHungUp();
        await anna.HangUp();
        await carla.IsHungUp();

        await anna.Ring("202"); // declined
        await bob.Happens("CALL_INCOMING");
        await bob.HangUp();
        await anna.Happens("CALL_ESTABLISHED");
        await anna.WaitUntilHears(carla);
        await anna.HangUp();
        await carla.IsHungUp();

        var dora = await house.Gives("204", "Dora", 2600);
        await dora.Dial("202", bob.PickUp); // busy
        await Reaches(anna, "202", carla);
    }

    private static async Task Reaches(Tools.Phone caller, string number, Tools.Phone other)
    {
        await caller.Dial(number);
        await caller.WaitUntilHears(other);
        await caller.HangUp();
        await other.IsHungUp();
    }
}
