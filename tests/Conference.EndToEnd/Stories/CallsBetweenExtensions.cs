using Conference.EndToEnd.Tools;

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

    [Fact]
    public async Task A_call_turns_into_a_fax_and_back_and_a_machine_that_wants_none_goes_on_talking()
    {
        await using var house = await House.Open();
        var (caller, called) = (await house.Account("201", "Anna"), await house.Account("202", "Bob"));
        await using (var bobs = await FaxMachine.Answers(called, faxes: true))
        await using (var annas = await FaxMachine.Calls("202", caller, faxes: true))
        {
            await annas.Has("talks");
            await bobs.GoOn();
            var (atBob, atAnna) = (await bobs.Has("faxes"), await annas.Has("faxes"));
            await Passes(annas, atAnna, bobs, atBob);

            await bobs.GoOn();
            Assert.Equal((atBob, atBob), (await bobs.Has("refreshed"), await bobs.Has("told")));
            await Passes(annas, atAnna, bobs, atBob); // nothing of it has reached the other machine

            await bobs.GoOn();
            await bobs.Has("talks again");
            await annas.Has("talks again");
            await bobs.GoOn();
            await bobs.IsContent();
            await annas.IsContent();
        }

        await using var refused = await FaxMachine.Answers(called, faxes: false);
        await using var talker = await FaxMachine.Calls("202", caller, faxes: false);
        await talker.Has("talks");
        await refused.GoOn();
        await refused.Has("refused");
        await refused.Has("talks again"); // with a description in the answer
        await refused.GoOn();
        await refused.IsContent();
        await talker.IsContent();
    }

    /// <summary>Datagrams of every kind arrive as they were sent, both ways.</summary>
    private static async Task Passes(FaxMachine one, int atOne, FaxMachine other, int atOther)
    {
        var random = new Random(38);
        var (before, beforeOther) = (one.Got.Count, other.Got.Count);
        var sent = Enumerable.Range(0, 20).Select(i => Datagram(random, 3 + 17 * i)).ToArray();
        foreach (var datagram in sent)
        {
            await one.Send(datagram, atOne);
            await other.Send(datagram, atOther);
            await Task.Delay(20); // a fax has its pace
        }

        await Eventually.True(() => one.Got.Count - before == sent.Length && other.Got.Count - beforeOther == sent.Length, TimeSpan.FromSeconds(10), () => $"{sent.Length} datagrams; {one.Got.Count - before} and {other.Got.Count - beforeOther} came");
        Assert.Equal(sent, one.Got.Skip(before));
        Assert.Equal(sent, other.Got.Skip(beforeOther));
    }

    private static byte[] Datagram(Random random, int length)
    {
        var datagram = new byte[length];
        random.NextBytes(datagram);
        return datagram;
    }
}
