using Conference.EndToEnd.Tools;

namespace Conference.EndToEnd.Stories;

/// <summary>The guide's way: three files name the rooms, the accounts and the numbers, and that is all it takes.</summary>
public sealed class TheThreeFiles : IAsyncLifetime
{
    private readonly TempFolder _files = new("asterisk");
    private Server _server = null!;

    public async Task InitializeAsync()
    {
        Write("meetme.conf", """
            [rooms]
            conf => 1234,4711,9876
            """);
        Write("sip.conf", """
            [utente1]
            type=friend
            secret=password1
            host=dynamic
            context=users

            [utente2]
            type=friend
            secret=password2
            host=dynamic
            context=users
            """);
        Write("extensions.conf", """
            [users]
            exten => 6001,1,MeetMe(1234)
            exten => 6002,1,MeetMe(1234,q,4711)
            """);
        _server = await Server.Start(new Dictionary<string, string>
        {
            ["Conference:Asterisk:Directory"] = _files.Path,
            ["Conference:FirstRun:AdminPassword"] = Server.AdminPassword,
        });
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _files.Dispose();
    }

    [Fact]
    public async Task Rooms_accounts_and_numbers_are_as_the_files_say_also_after_an_edit()
    {
        await using var anna = await Phone.SwitchOn("anna", 500, Account("utente1", "password1"));
        await using var bob = await Phone.SwitchOn("bob", 1150, Account("utente2", "password2", "tcp"));
        await anna.Registered();
        await bob.Registered();

        await anna.Dial("6001"); // asks for the PIN
        await anna.Press("4711#");
        await bob.Dial("6002"); // the dialplan vouches for it
        await anna.WaitUntilHears(bob);
        await bob.WaitUntilHears(anna);
        await anna.HangUp();
        await bob.HangUp();

        Assert.StartsWith("404", await anna.DialInVain("6003"), StringComparison.Ordinal);
        Append("meetme.conf", "\nconf => 2000\n");
        Append("extensions.conf", "\nexten => 6003,1,MeetMe(2000)\nexten => oh dear\n");
        await Eventually.True(() => _server.Log.Contains("extensions.conf line 6", StringComparison.Ordinal), TimeSpan.FromSeconds(20), () => $"the bad line in the log\n{_server.Log}");
        await using var browser = await Browser.Open();
        var host = new Portal(await browser.Person(_server.Url));
        await host.SignIn("admin", Server.AdminPassword);
        await host.Page.GotoAsync("/settings/asterisk");
        Assert.Contains("extensions.conf\t6\t", await host.Page.InnerTextAsync("[data-problem]"), StringComparison.Ordinal);

        await anna.Dial("6003");
        await bob.Dial("6003");
        await anna.WaitUntilHears(bob);
    }

    [Fact]
    public async Task A_phone_that_sends_its_keys_as_INFO_comes_in_as_well()
    {
        await using var browser = await Browser.Open();
        var host = new Portal(await browser.Person(_server.Url));
        await host.SignIn("admin", Server.AdminPassword);
        var dashboard = await host.Watch("1234");

        var call = InfoPhone.Call(Account("utente2", "password2"), "6001", "9876#", stays: TimeSpan.FromSeconds(4));
        await dashboard.Shows("utente2");
        await call;
        await dashboard.Shows();
    }

    [Fact]
    public async Task A_stranger_and_a_wrong_secret_reach_nothing()
    {
        await using var stranger = await Phone.SwitchOn("stranger", 500, Account("nobody", "password1"));
        await using var liar = await Phone.SwitchOn("liar", 1150, Account("utente1", "guessed"));

        Assert.Contains("40", await stranger.RegistrationRefused(), StringComparison.Ordinal);
        Assert.Contains("40", await liar.RegistrationRefused(), StringComparison.Ordinal);
        Assert.StartsWith("40", await stranger.DialInVain("6002"), StringComparison.Ordinal);
    }

    private PhoneAccount Account(string user, string secret, string transport = "udp") => new(user, secret, _server.Sip, transport);

    private void Write(string file, string text) => File.WriteAllText(_files.File(file), text + "\n");

    private void Append(string file, string text) => File.AppendAllText(_files.File(file), text);
}
