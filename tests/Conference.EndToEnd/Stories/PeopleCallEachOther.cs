using Conference.EndToEnd.Tools;

namespace Conference.EndToEnd.Stories;

/// <summary>Extensions call each other: all devices ring, calls are held, transferred, forwarded, and moved into a conference.</summary>
[Collection(Alone.Name)]
public sealed class PeopleCallEachOther : IAsyncLifetime
{
    private readonly TempFolder _files = new("asterisk");
    private Server _server = null!;

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(_files.File("meetme.conf"), "[rooms]\nconf => 300\n");
        await File.WriteAllTextAsync(_files.File("extensions.conf"), "");
        await File.WriteAllTextAsync(_files.File("sip.conf"), Phones(("anna", "200"), ("bruno1", "201"), ("bruno2", "201"), ("carla", "202")));
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
    public async Task Every_device_rings_one_answers_and_both_are_heard_held_and_hung_up()
    {
        await using var anna = await SwitchOn("anna", 500);
        await using var desk = await SwitchOn("bruno1", 1150);
        await using var cell = await SwitchOn("bruno2", 1700, "tcp");

        await anna.Dial("201", async () =>
        {
            await desk.Happens("CALL_INCOMING");
            await cell.PickUp();
        });
        await desk.IsHungUp();
        await anna.WaitUntilHears(cell);
        await cell.WaitUntilHears(anna);

        await anna.Hold();
        await cell.WaitUntilDeafTo(anna);
        await anna.Resume();
        await cell.WaitUntilHears(anna);

        await anna.Press("42");
        await Eventually.True(() => Keys(cell) == "42", TimeSpan.FromSeconds(5), () => $"two keys, not {Keys(cell)}");

        await cell.HangUp();
        await anna.IsHungUp();
    }

    [Fact]
    public async Task A_call_is_transferred_and_the_one_who_did_it_is_out()
    {
        await using var anna = await SwitchOn("anna", 500);
        await using var bruno = await SwitchOn("bruno1", 1150, answers: true);
        await using var carla = await SwitchOn("carla", 1700, answers: true);
        await anna.Dial("201");
        await bruno.WaitUntilHears(anna);

        await anna.Transfer("202");

        await bruno.WaitUntilHears(carla);
        await carla.WaitUntilHears(bruno);
        await bruno.HangUp();
        await carla.IsHungUp();
    }

    [Fact]
    public async Task A_call_becomes_a_conference()
    {
        await using var anna = await SwitchOn("anna", 500);
        await using var bruno = await SwitchOn("bruno1", 1150, answers: true);
        await using var carla = await SwitchOn("carla", 1700);
        await anna.Dial("201");
        await bruno.WaitUntilHears(anna);

        await anna.Transfer("300");
        await anna.Dial("300");
        await carla.Dial("300");

        await anna.WaitUntilHears(bruno);
        await bruno.WaitUntilHears(carla);
        await carla.WaitUntilHears(anna);
    }

    [Fact]
    public async Task Who_calls_nobody_is_told_so()
    {
        await using var anna = await SwitchOn("anna", 500);

        Assert.StartsWith("480", await anna.DialInVain("202"), StringComparison.Ordinal);
        Assert.StartsWith("404", await anna.DialInVain("999"), StringComparison.Ordinal);
    }

    private static string Keys(Phone phone) => string.Concat(phone.Events.Where(e => e.Type == "CALL_DTMF_START").Select(e => e.Detail));

    private async Task<Phone> SwitchOn(string name, int tone, string transport = "udp", bool answers = false)
    {
        var phone = await Phone.SwitchOn(name, tone, new PhoneAccount(name, "password-" + name, _server.Sip, transport), answers);
        await phone.Registered();
        return phone;
    }

    private static string Phones(params (string User, string Number)[] phones) => string.Join('\n', phones.Select(p => $"""
        [{p.User}]
        type=friend
        secret=password-{p.User}
        host=dynamic
        callerid={p.User} <{p.Number}>

        """));
}
