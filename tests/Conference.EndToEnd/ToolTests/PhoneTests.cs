using Conference.EndToEnd.Tools;

namespace Conference.EndToEnd.ToolTests;

public class PhoneTests
{
    [Fact]
    public async Task Two_phones_hear_each_other_and_each_others_keys()
    {
        await using var anna = await Phone.SwitchOn("anna", tone: 500);
        await using var bob = await Phone.SwitchOn("bob", tone: 1150, answers: true);

        await anna.Dial(bob.Address);
        await anna.WaitUntilHears(bob);
        await bob.WaitUntilHears(anna);
        Assert.False(anna.Hears(anna.Tone));

        await anna.ToggleVoice();
        await bob.WaitUntilDeafTo(anna);
        await anna.ToggleVoice();
        await bob.WaitUntilHears(anna);

        await anna.Press("12#");
        await Eventually.True(() => Keys(bob) == "12#", TimeSpan.FromSeconds(5), () => $"three keys, not {Keys(bob)}");

        await anna.HangUp();
        await bob.IsHungUp();
    }

    [Fact]
    public async Task A_call_over_TLS_is_held_taken_up_and_handed_on()
    {
        await using var anna = await Phone.SwitchOn("anna", tone: 500);
        await using var bob = await Phone.SwitchOn("bob", tone: 1150);
        await using var eve = await Phone.SwitchOn("eve", tone: 1950, answers: true);

        await anna.Ring(bob.TlsAddress);
        await bob.PickUp();
        await anna.WaitUntilHears(bob);
        await anna.Hold();
        await bob.WaitUntilDeafTo(anna);
        await anna.Resume();
        await anna.WaitUntilHears(bob); // its own voice stays away: this make loses its source over a hold

        await anna.Transfer(eve.Address);
        await bob.WaitUntilHears(eve);
    }

    [Fact]
    public async Task A_number_nobody_has_is_said_to_be_so()
    {
        await using var anna = await Phone.SwitchOn("anna", tone: 500);
        await using var bob = await Phone.SwitchOn("bob", tone: 1150, answers: true);

        var reason = await anna.DialInVain(bob.Address.Replace("bob", "nobody", StringComparison.Ordinal));

        Assert.StartsWith("404", reason, StringComparison.Ordinal);
    }

    private static string Keys(Phone phone) => string.Concat(phone.Events.Where(e => e.Type == "CALL_DTMF_START").Select(e => e.Detail));
}
