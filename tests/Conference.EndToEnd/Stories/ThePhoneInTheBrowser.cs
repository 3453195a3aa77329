using Conference.EndToEnd.Tools;

namespace Conference.EndToEnd.Stories;

/// <summary>JsSIP in Chromium is a phone like any other: it signs on over a web socket of the site.</summary>
public class ThePhoneInTheBrowser
{
    [Fact]
    public async Task It_signs_on_is_there_again_after_a_reload_and_gone_when_its_page_is_closed()
    {
        await using var house = await House.Open();
        var account = await house.Account("201", "Anna");
        var phone = await JsSipPage.Open(await house.Browser.Person(house.Server.Url), house.Server.Url);

        await phone.SignOn(Socket(house), account.User, account.Secret, house.Server.Sip);
        var before = await phone.Shows("registered");
        await house.Admin.SeesRegistered("201");

        await phone.Reload();
        var after = await phone.Shows("registered");
        await house.Admin.SeesRegistered("201");
        Assert.Equal(Instance(before), Instance(after));
        Assert.NotEqual(before, after); // another socket, another made-up host

        await phone.Close();
        await house.Admin.SeesRegistered();
    }

    [Fact]
    public async Task A_wrong_password_is_said_so_in_the_page_and_the_right_one_still_gets_in()
    {
        await using var house = await House.Open();
        var account = await house.Account("201", "Anna");
        var liar = await JsSipPage.Open(await house.Browser.Person(house.Server.Url), house.Server.Url);
        var phone = await JsSipPage.Open(await house.Browser.Person(house.Server.Url), house.Server.Url);

        await liar.SignOn(Socket(house), account.User, "guessed", house.Server.Sip);
        Assert.StartsWith("40", await liar.Shows("refused"), StringComparison.Ordinal);
        await house.Admin.SeesRegistered();

        await phone.SignOn(Socket(house), account.User, account.Secret, house.Server.Sip);
        await phone.Shows("registered");
    }

    [Fact]
    public async Task A_page_of_another_site_is_not_let_on_the_socket_even_with_the_right_password()
    {
        await using var house = await House.Open();
        var account = await house.Account("201", "Anna");
        var page = await house.Browser.Person(house.Server.Url);
        var stranger = await JsSipPage.Open(page, $"http://127.0.0.1:{Ports.Free()}");

        var refused = page.WaitForConsoleMessageAsync(new() { Predicate = message => message.Text.Contains("403", StringComparison.Ordinal) });
        await stranger.SignOn(Socket(house), account.User, account.Secret, house.Server.Sip);

        await refused;
        Assert.Equal("disconnected", await stranger.State());
        await house.Admin.SeesRegistered();
    }

    [Theory]
    [InlineData(WebLibrary.JsSip)]
    [InlineData(WebLibrary.SipJs)]
    public async Task It_calls_into_a_conference_is_heard_and_hears_holds_and_is_called(WebLibrary library)
    {
        await using var house = await House.Open();
        var web = await house.GivesBrowser("201", "Anna", 700, library);
        var bob = await house.Gives("202", "Bob", 1150, answers: true);
        var eve = await house.Gives("203", "Eve", 1950, protection: "dtls_srtp");
        var booked = await house.Admin.Book("From a page", 30, recorded: false);
        await bob.Dial(booked.Number);
        await bob.Press(booked.HostPin + "#");

        await web.Dial(booked.Number);
        await web.Press(booked.GuestPin + "#", bySignalling: library == WebLibrary.SipJs);
        await web.WaitUntilHears(bob.Tone);
        await bob.WaitUntilHears(700);

        await web.Hold();
        await bob.WaitUntilDeafTo(700);
        await web.Resume();
        await bob.WaitUntilHears(700);
        await web.WaitUntilHears(bob.Tone);

        await eve.Dial(booked.Number); // by DTLS-SRTP without ICE, on ports of its own
        await eve.Press(booked.GuestPin + "#");
        await web.WaitUntilHears(eve.Tone);
        await eve.WaitUntilHears(700);
        await web.HangUp();
        await web.ShowsCall("over");
        await bob.WaitUntilDeafTo(700);
        await eve.HangUp();

        await eve.Dial("201");
        await web.ShowsCall("up");
        await eve.WaitUntilHears(700);
        await web.WaitUntilHears(eve.Tone);
        await eve.HangUp();
        await web.ShowsCall("over");
    }

    private static string Socket(House house) => $"ws://{house.Server.Web}/sip";

    private static string Instance(string contact) => contact.Split("+sip.instance=")[1].Split(';')[0];
}
