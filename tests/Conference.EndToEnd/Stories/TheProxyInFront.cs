using Conference.EndToEnd.Tools;

namespace Conference.EndToEnd.Stories;

/// <summary>Kamailio stands between the phones and us, and nothing goes around it.</summary>
public class TheProxyInFront
{
    [Fact]
    public async Task Phones_behind_it_register_call_hold_hang_up_and_give_up_and_every_request_passes_it_both_ways()
    {
        await using var edge = await Kamailio.InFront();
        await using var house = await House.Open();
        var anna = await house.Gives("201", "Anna", 500, proxy: edge.Address);
        var bob = await house.Gives("202", "Bob", 1150, proxy: edge.Address);
        var us = house.Server.Sip;

        await anna.Dial("202", bob.PickUp);
        await anna.WaitUntilHears(bob);
        await bob.WaitUntilHears(anna);
        foreach (var method in new[] { "INVITE", "ACK" }) await edge.Passes(method, from: us);

        var before = Passed("INVITE");
        await anna.Hold();
        await bob.WaitUntilDeafTo(anna);
        Assert.True(Passed("INVITE") > before); // the re-INVITE, too
        await anna.Resume();
        await anna.WaitUntilHears(bob);
        await anna.HangUp();
        await bob.IsHungUp();
        await edge.Passes("BYE", from: us);

        await bob.Ring("201");
        await anna.Happens("CALL_INCOMING");
        await bob.HangUp();
        await anna.IsHungUp();
        await edge.Passes("CANCEL", from: us);

        int Passed(string method) => edge.Passed.Count(passing => passing.Method == method);
    }
}
