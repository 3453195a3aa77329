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
    public async Task A_phone_whose_connection_broke_signs_on_again_by_itself_and_rings()
    {
        await using var line = await Relay.Open(Server.Sip);
        var account = await office.House.Account("221", "Bruno", "tcp");
        await using var bruno = await Phone.SwitchOn("Bruno", 1150, account with { Proxy = line.Address, KeepsAlive = true });
        await bruno.Registered();
        await using var anna = await office.AnnasPhone();

        await line.Break();
        await bruno.RegisteredAgain();

        await anna.Dial("221", bruno.PickUp);
        await anna.WaitUntilHears(bruno);
        await anna.HangUp();
        await bruno.IsHungUp();
    }

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
    [InlineData("OPTIONS as fast as they go", "-F", "-e", "30000")]
    [InlineData("fewer and fewer hops", "-T")]
    [InlineData("characters changed at random", "-R", "-t", "200")]
    public async Task A_tool_that_floods_traces_and_scrambles_disturbs_nobody(string what, params string[] mode)
    {
        await using (var sipsak = Child.Start("sipsak", [.. mode, "-s", $"sip:6001@{Server.Sip}"]))
        {
            var end = DateTime.UtcNow + TimeSpan.FromSeconds(4);
            while (sipsak.IsRunning && DateTime.UtcNow < end) Assert.True(await Answers(), what);
        }

        await Eventually.True(Answers, TimeSpan.FromSeconds(2), () => "the server to answer");
        await IsIdleAgain(what);
    }

    /// <summary>RFC 3261 promises calls on lines that lose messages; 5 of 100 are lost here each way, and all are late and some too late.</summary>
    [Fact]
    public async Task Two_hundred_calls_on_a_line_that_loses_delays_and_swaps_messages_all_come_about()
    {
        var account = await office.House.Account("223", "Far");
        await office.House.Admin.WhenCalled("223", calls: 40);
        await using var line = await LossyLine.Open(Server.Sip);
        var phone = new SippLine("0", account.User, account.Secret, Server.Sip);
        await Sipp.SignOn(line.Address, phone);
        await using var far = await Sipp.Answer(Scenario("50_uas_phone.xml"), phone with { IsCrowd = true }, calls: null);

        await Task.WhenAll(
            Calls(line, "10_invite_basic_rtp.xml", "6001", 80),
            Calls(line, "18_reinvite_hold.xml", "6001", 60),
            Calls(line, "30_pin_rfc4733.xml", "6002", 30),
            Calls(line, "10_invite_basic_rtp.xml", "223", 30));

        output.WriteLine(await line.Close());
    }

    private Task Calls(LossyLine line, string scenario, string number, int count) =>
        Sipp.Play(Scenario(scenario), line.Address, new SippLine(number, office.Anna.User, office.Anna.Secret, Server.Sip) { Calls = count });

    /// <summary>Within a few seconds it takes less than a hundredth of a core for the signalling of nobody.</summary>
    private async Task IsIdleAgain(string what)
    {
        var spent = TimeSpan.MaxValue;
        await Eventually.True(
            async () =>
            {
                var before = Server.Process.ProcessorTime;
                await Task.Delay(TimeSpan.FromSeconds(1));
                spent = Server.Process.ProcessorTime - before;
                return spent < TimeSpan.FromMilliseconds(100);
            },
            TimeSpan.FromSeconds(15),
            () => string.Create(CultureInfo.InvariantCulture, $"the server to be idle after {what}; it takes {spent.TotalMilliseconds} ms a second"));
    }

    private Task<bool> Answers() => SipProbe.Answers(Server.Sip);

    private static string Scenario(string file) => Path.Combine(Repository.Kit("sipp"), file);
}
