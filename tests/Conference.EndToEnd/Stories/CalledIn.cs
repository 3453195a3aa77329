namespace Conference.EndToEnd.Stories;

/// <summary>People come into a conference without dialling: its host has them called, or moves their conversation there.</summary>
public class CalledIn
{
    [Fact]
    public async Task Who_is_called_presses_1_and_is_in_who_does_not_answer_is_shown_and_two_who_talk_are_moved_in()
    {
        await using var house = await House.Open();
        var eve = await house.Gives("201", "Eve", 500);
        var bob = await house.Gives("202", "Bob", 1150);
        var anna = await house.Gives("203", "Anna", 1950);
        await house.Admin.AddPhone("205", "Nobody");
        var booked = await house.Admin.Book("Called in", 30, recorded: false);
        await eve.Dial(booked.Number);
        await eve.Press(booked.HostPin + "#");
        var dashboard = await house.Admin.Watch(booked.Number);
        await dashboard.Shows("Eve");

        await dashboard.CallIn("202", asksForKey: true);
        await dashboard.SeesDial("202", "Ringing");
        await bob.PickUp();
        await bob.Press("1");
        await dashboard.Shows("Bob", "Eve");
        await bob.WaitUntilHears(eve);
        await eve.WaitUntilHears(bob);

        await dashboard.CallIn("205");
        await dashboard.SeesDial("205", "Failed");
        await bob.HangUp();
        await dashboard.Shows("Eve");

        await anna.Dial("202", bob.PickUp);
        await house.Admin.MakeItAConference(booked.Number);
        await anna.WaitUntilHears(eve);
        await bob.WaitUntilHears(eve);
        await bob.WaitUntilHears(anna);
    }
}
