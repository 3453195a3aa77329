using Conference.EndToEnd.Tools;

namespace Conference.EndToEnd.ToolTests;

public class LinphoneTests
{
    [Fact]
    public async Task It_registers_talks_holds_and_brings_two_others_together()
    {
        await using var provider = await Kamailio.AsProvider("s3cret");
        await using var bob = await Phone.SwitchOn("bob", 1150, new PhoneAccount("bob", "s3cret", provider.Address), answers: true);
        await using var eve = await Phone.SwitchOn("eve", 1950, new PhoneAccount("eve", "s3cret", provider.Address), answers: true);
        foreach (var phone in new[] { bob, eve }) await phone.Registered();
        await using var lin = await LinphonePhone.SwitchOn(500, new PhoneAccount("lin", "s3cret", provider.Address));
        await lin.Registered();

        var first = await lin.Dial("bob");
        await lin.WaitUntilHears(bob.Tone);
        Assert.True(bob.Hears(500));
        await lin.Hold(first);
        var second = await lin.Dial("eve");
        await lin.WaitUntilHears(eve.Tone);

        await lin.Transfer(first, second);
        await provider.Passes("REFER");
        await lin.HangUp();
        await lin.IsOver(second);
    }
}
