using System.Text.Json;
using Conference.EndToEnd.Tools;

namespace Conference.EndToEnd.Stories;

/// <summary>Who gets in and who does not, and what they are told: locked, too early, wrong PIN, a stranger, a guest who waits.</summary>
public sealed class TheDoor : IAsyncLifetime
{
    private const string AccessNumber = "700";

    private Server _server = null!;
    private Browser _browser = null!;
    private Portal _host = null!;
    private Phone _anna = null!, _bob = null!;

    public async Task InitializeAsync()
    {
        _server = await Server.Start(new Dictionary<string, string> { ["Conference:FirstRun:AdminPassword"] = Server.AdminPassword });
        _browser = await Browser.Open();
        _host = new Portal(await _browser.Person(_server.Url));
        await _host.SignIn("admin", Server.AdminPassword);
        _anna = await SwitchOn("201", "Anna", 500);
        _bob = await SwitchOn("202", "Bob", 1150);
    }

    public async Task DisposeAsync()
    {
        await _anna.DisposeAsync();
        await _bob.DisposeAsync();
        await _browser.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task The_access_number_asks_and_tells_everybody_who_may_not_come_in_why()
    {
        await _host.SetDialling(AccessNumber, guestsMayDial: false);
        var later = await _host.BookForLater("Later");
        var now = await _host.Book("Now", 30, recorded: false);
        var dashboard = await _host.Watch(now.Number);

        await Asks(_anna, now.Number, now.HostPin);
        await dashboard.Shows("Anna");

        await dashboard.Press("lock");
        await _host.Page.WaitForSelectorAsync("[data-verb=unlock]");
        await Asks(_bob, now.Number, now.GuestPin);
        await IsTold(_bob, "conf-locked");
        await dashboard.Press("unlock");
        await _host.Page.WaitForSelectorAsync("[data-verb=lock]");

        await _bob.Dial(later.Number);
        await IsTold(_bob, "conf-has-not-started");

        await _bob.Dial(now.Number);
        foreach (var wrong in new[] { "1#", "22#", "33333#" }) // the longest last: it is silent while keys are pressed, and that tells the last sentence from those before
        {
            await Task.Delay(TimeSpan.FromSeconds(1));
            await _bob.Press(wrong);
        }

        await IsTold(_bob, "conf-invalidpin", "conf-goodbye");
        await dashboard.Shows("Anna");
    }

    [Fact]
    public async Task A_stranger_comes_in_only_after_an_administrator_opened_the_door()
    {
        var booked = await _host.Book("Open house", 30, recorded: false);
        await using var stranger = await Phone.SwitchOn("stranger", 1950, new PhoneAccount("stranger", "none", _server.Sip, Home: "elsewhere.example"), registers: false);

        await _host.SetDialling(AccessNumber, guestsMayDial: false);
        Assert.Matches("^40[0-9]", await stranger.DialInVain(AccessNumber));
        Assert.Matches("^40[0-9]", await stranger.DialInVain(booked.Number));

        await _host.SetDialling(AccessNumber, guestsMayDial: true);
        var dashboard = await _host.Watch(booked.Number);
        await Asks(stranger, booked.Number, booked.GuestPin);
        await dashboard.Shows("stranger");
    }

    [Fact]
    public async Task Guests_wait_and_hear_each_other_only_when_the_host_lets_them_in()
    {
        var booked = await _host.BookWithHostFirst("Patience");
        var dashboard = await _host.Watch(booked.Number);
        foreach (var phone in new[] { _anna, _bob })
        {
            await phone.Dial(booked.Number);
            await phone.Press(booked.GuestPin + "#");
        }

        await dashboard.Shows("Anna", "Bob");
        await Task.Delay(TimeSpan.FromSeconds(1));
        Assert.False(_anna.Hears(_bob.Tone) || _bob.Hears(_anna.Tone));

        await dashboard.Press("admit");
        await _anna.WaitUntilHears(_bob);
        await _bob.WaitUntilHears(_anna);
    }

    private async Task<Phone> SwitchOn(string number, string name, int tone)
    {
        var (user, secret) = await _host.AddPhone(number, name);
        var phone = await Phone.SwitchOn(name, tone, new PhoneAccount(user, secret, _server.Sip));
        await phone.Registered();
        return phone;
    }

    private static async Task Asks(Phone phone, string number, string pin)
    {
        await phone.Dial(number: AccessNumber);
        await phone.Press(number + "#");
        await Task.Delay(TimeSpan.FromSeconds(1));
        await phone.Press(pin + "#");
    }

    /// <summary>That the last it heard before it was hung up was as long as these sentences are.</summary>
    private static async Task IsTold(Phone phone, params string[] sentences)
    {
        await phone.IsHungUp();
        using var manifest = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "wwwroot", "prompts", "en", "manifest.json")));
        var spoken = sentences.Sum(key => manifest.RootElement.GetProperty("prompts").GetProperty(key).GetProperty("ms").GetInt32()) / 1000.0;
        Assert.InRange(Tones.LastSentence(phone.Heard()).TotalSeconds, spoken - 0.5, spoken + 0.5);
    }
}
