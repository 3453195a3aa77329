using System.Globalization;
using Conference.EndToEnd.Tools;
using Xunit.Abstractions;

namespace Conference.EndToEnd.Stories;

/// <summary>Phones as they are out there: on lines that lose and break, on IPv6 only, and in the hands of people who play with them.</summary>
[Collection(Office.Name)]
public sealed class OutThere(Office office, ITestOutputHelper output)
{
    private Server Server => office.Server;

    [Fact]
    public async Task A_phone_that_speaks_nothing_but_IPv6_registers_calls_and_is_heard()
    {
        await using var anna = await office.AnnasPhone();
        var account = await office.House.Account("222", "Six") with { Server = $"[::1]:{Server.SipPort}" };
        await using var six = await LinphonePhone.SwitchOn(770, account);
        await six.Registered();
        await anna.Dial("6003");

        var call = await six.Dial("6003");

        await anna.WaitUntilHears(770);
        await six.WaitUntilHears(anna.Tone);
        await anna.HangUp();
        await six.HangUp();
        await six.IsOver(call);
    }

    [Theory]
    [InlineData("-F", "-e", "30000")] // OPTIONS as fast as they go
    [InlineData("-T")] // fewer and fewer hops
    [InlineData("-R", "-t", "200")] // characters changed at random
    public async Task A_tool_that_floods_traces_and_scrambles_disturbs_nobody_else(params string[] mode)
    {
        await using (var sipsak = Child.Start("sipsak", [.. mode, "-s", $"sip:6001@{Server.Sip}"]))
        {
            var end = DateTime.UtcNow + TimeSpan.FromSeconds(3);
            while (sipsak.IsRunning && DateTime.UtcNow < end) await Eventually.True(Answers, TimeSpan.FromSeconds(2), () => "the server to answer somebody else");
        }

        await IsIdleAgain();
    }

    /// <summary>It has half a minute to notice (RFC 5626 section 4.5).</summary>
    [Fact]
    public async Task A_phone_that_loses_its_connection_signs_on_again_and_rings()
    {
        await using var wire = await Relay.Open(Server.Sip);
        var account = await office.House.Account("221", "Bruno", "tcp");
        await using var bruno = await Phone.SwitchOn("Bruno", 1150, account with { Proxy = wire.Address, KeepsAlive = true });
        await bruno.Registered();
        await wire.Break();

        await bruno.RegisteredAgain();
        await using var anna = await office.AnnasPhone();
        await anna.Dial("221", bruno.PickUp);
        await anna.WaitUntilHears(bruno);
        await anna.HangUp();
        await bruno.IsHungUp();
    }

    /// <summary>RFC 3261 promises calls on lines that lose messages; here 5 of 100 are lost each way, all are late and some too late.</summary>
    [Fact]
    public async Task On_lines_that_lose_delay_and_swap_two_hundred_calls_come_about()
    {
        await office.House.Admin.WhenCalled("201", calls: 50); // those of the kit may have as many as they like, but only to rooms
        await using var line = await LossyLine.Open(Server.Sip);
        var desk = Far("0", "2002a", "secret-2002a");
        await Sipp.SignOn(line.Address, desk);
        await using (await Sipp.Answer(Scenario("50_uas_phone.xml"), desk with { IsCrowd = true }, calls: null))
        {
            await Task.WhenAll(
                Calls(line, "10_invite_basic_rtp.xml", "6001", 170),
                Sipp.Play(Scenario("10_invite_basic_rtp.xml"), line.Address, Far("2002", office.Anna.User, office.Anna.Secret) with { Calls = 30 }));
        }

        output.WriteLine(await line.Close());
        await SignsOff("2002a", "secret-2002a");
    }

    private async Task SignsOff(string user, string secret)
    {
        await using var phone = await BarePhone.Open("udp", Server, new PhoneAccount(user, secret, Server.Sip));
        await phone.Register();
        await phone.SignOff();
    }

    private Task Calls(LossyLine line, string scenario, string number, int count) =>
        Sipp.Play(Scenario(scenario), line.Address, Far(number, "2001a", "secret-2001a") with { Calls = count });

    /// <summary>Whoever is at the far end signs for the server, not for the line to it.</summary>
    private SippLine Far(string number, string user, string secret) => new(number, user, secret, Server.Sip) { More = ["-auth_uri", Server.Sip] };

    /// <summary>Soon it takes less than a tenth of a core again, the mixer's own ticking and whatever the machine measures included.</summary>
    private async Task IsIdleAgain()
    {
        var spent = TimeSpan.MaxValue;
        await Eventually.True(
            async () =>
            {
                var before = Server.Process.ProcessorTime;
                await Task.Delay(TimeSpan.FromMilliseconds(500));
                spent = Server.Process.ProcessorTime - before;
                return spent < TimeSpan.FromMilliseconds(50);
            },
            TimeSpan.FromSeconds(15),
            () => string.Create(CultureInfo.InvariantCulture, $"the server to be idle; it takes {spent.TotalMilliseconds} ms of half a second"));
    }

    private Task<bool> Answers() => SipProbe.Answers(Server.Sip, "127.0.0.3");

    private static string Scenario(string file) => Path.Combine(Repository.Kit("sipp"), file);
}
