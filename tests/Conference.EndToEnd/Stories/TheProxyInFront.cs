using Conference.EndToEnd.Tools;

namespace Conference.EndToEnd.Stories;

/// <summary>Kamailio stands between the phones and us, and nothing goes around it.</summary>
[Collection(Office.Name)]
public sealed class TheProxyInFront(Office office)
{
    [Theory]
    [InlineData("udp", false)]
    [InlineData("tcp", true)]
    public async Task Phones_behind_it_register_call_hold_hang_up_and_give_up_and_every_request_passes_it_both_ways(string transport, bool hides)
    {
        await using var edge = hides ? await Kamailio.InFrontHiding() : await Kamailio.InFront();
        await using var anna = await Behind(edge, "231", "Anna", 500, transport);
        await using var bob = await Behind(edge, "232", "Bob", 1150, transport);
        var us = office.Server.Sip;

        await anna.Dial("232", bob.PickUp);
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

        await bob.Ring("231");
        await anna.Happens("CALL_INCOMING");
        await bob.HangUp();
        await anna.IsHungUp();
        await edge.Passes("CANCEL", from: us);

        int Passed(string method) => edge.Passed.Count(passing => passing.Method == method);
    }

    private async Task<Phone> Behind(Kamailio edge, string number, string name, int tone, string transport)
    {
        var phone = await Phone.SwitchOn(name, tone, await office.Phone(number, name) with { Transport = transport, Proxy = edge.Address });
        await phone.Registered();
        return phone;
    }
}
