namespace Conference.EndToEnd.Stories;

/// <summary>Whatever it is and however it connects: it signs in, dials the room and is heard.</summary>
[Collection(Alone.Name)]
public class PhonesOfEveryMake
{
    [Fact]
    public async Task Phones_of_two_makes_over_UDP_TCP_and_TLS_meet_in_one_room_and_hear_each_other()
    {
        await using var house = await House.Open();
        var anna = await house.Gives("201", "Anna", 500, "udp");
        var bob = await house.Gives("202", "Bob", 1150, "tcp");
        var eve = await house.Gives("203", "Eve", 1950, "tls");
        var lin = await house.GivesLinphone("204", "Lin", 770, "udp");
        var lou = await house.GivesLinphone("205", "Lou", 2450, "tls");
        await house.Admin.SeesRegistered("201", "202", "203", "204", "205");
        var booked = await house.Admin.Book("Everybody", 30, recorded: false);
        var dashboard = await house.Admin.Watch(booked.Number);

        foreach (var phone in new[] { anna, bob, eve })
        {
            await phone.Dial(booked.Number);
            await phone.Press(booked.GuestPin + "#");
        }

        foreach (var phone in new[] { lin, lou })
        {
            await phone.Dial(booked.Number);
            await phone.Press(booked.GuestPin + "#");
        }

        await dashboard.Shows("Anna", "Bob", "Eve", "Lin", "Lou");
        foreach (var phone in new[] { anna, bob, eve })
            foreach (var tone in new[] { 500, 1150, 1950, 770, 2450 }.Where(tone => tone != phone.Tone))
                await phone.WaitUntilHears(tone);
        foreach (var phone in new[] { lin, lou })
            foreach (var tone in new[] { 500, 1150, 1950 })
                await phone.WaitUntilHears(tone);
    }
}
