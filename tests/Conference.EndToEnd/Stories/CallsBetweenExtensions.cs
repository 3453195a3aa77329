namespace Conference.EndToEnd.Stories;

/// <summary>Calls inside the house: held, taken up, handed on.</summary>
public class CallsBetweenExtensions
{
    [Fact]
    public async Task A_call_is_held_taken_up_and_handed_on_to_a_room()
    {
        await using var house = await House.Open();
        var anna = await house.Gives("201", "Anna", 500);
        var bob = await house.Gives("202", "Bob", 1150, answers: true);
        var eve = await house.Gives("203", "Eve", 1950);
        var booked = await house.Admin.Book("Handed on", 30, recorded: false);
        await eve.Dial(booked.Number);
        await eve.Press(booked.HostPin + "#");

        await anna.Dial("202");
        await anna.WaitUntilHears(bob);
        await bob.WaitUntilHears(anna);
        await anna.Hold();
        await bob.WaitUntilDeafTo(anna);
        await anna.Resume();
        await anna.WaitUntilHears(bob);

        await anna.Transfer(booked.Number);
        await bob.Press(booked.GuestPin + "#");
        await bob.WaitUntilHears(eve);
        await eve.WaitUntilHears(bob);
    }

    [Fact]
    public async Task A_call_is_handed_on_after_asking_and_the_one_who_asked_is_out()
    {
        await using var house = await House.Open();
        var anna = await house.Gives("201", "Anna", 500, answers: true);
        var bob = await house.Gives("202", "Bob", 1150, answers: true);
        var lin = await house.GivesLinphone("203", "Lin", 770);

        var first = await lin.Dial("201");
        await anna.WaitUntilHears(770);
        await lin.Hold(first);
        var second = await lin.Dial("202");
        await bob.WaitUntilHears(770);
        await lin.Transfer(first, second);

        await anna.WaitUntilHears(bob);
        await bob.WaitUntilHears(anna);
        await lin.IsOver(first);
        await lin.IsOver(second);
        Assert.False(anna.Hears(770) || bob.Hears(770));
    }
}
