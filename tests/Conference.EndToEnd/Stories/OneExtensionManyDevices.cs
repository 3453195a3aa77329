using Conference.EndToEnd.Tools;

namespace Conference.EndToEnd.Stories;

/// <summary>All devices of an extension ring, and whoever answers first has the call.</summary>
public class OneExtensionManyDevices
{
    [Fact]
    public async Task Two_ring_the_first_to_answer_wins_and_the_other_is_told_that_somebody_did()
    {
        await using var house = await House.Open();
        var anna = await house.Gives("201", "Anna", 500);
        var bob = await house.Gives("202", "Bob", 1150);
        var desk = await Desk(house, "202", "202desk");
        await using var other = await Sipp.Answer(Path.Combine(Repository.Kit("sipp"), "51_uas_answered_elsewhere.xml"), desk);
        await house.Admin.SeesRegistered("201", "202", "202desk");

        await anna.Ring("202");
        await bob.PickUp();
        await anna.WaitUntilHears(bob);

        await other.IsContent(); // it got a CANCEL, and its Reason says that the call was completed elsewhere
    }

    [Fact]
    public async Task Two_ring_the_caller_gives_up_and_both_stop()
    {
        await using var house = await House.Open();
        var anna = await house.Gives("201", "Anna", 500);
        var bob = await house.Gives("202", "Bob", 1150);

        await anna.Ring("202");
        await bob.Happens("CALL_INCOMING");
        await anna.HangUp();

        await bob.IsHungUp();
        await anna.Dial("202", () => bob.PickUp()); // nothing of the first call is left
    }

    /// <summary>A second phone of the extension, signed on, on a line that SIPp can answer.</summary>
    private static async Task<SippLine> Desk(House house, string number, string user)
    {
        var (name, secret) = await house.Admin.AddAnotherPhone(number, user);
        var line = new SippLine("0", name, secret, house.Server.Sip);
        await Sipp.SignOn(house.Server.Sip, line);
        return line;
    }
}
