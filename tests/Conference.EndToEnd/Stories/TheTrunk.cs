using Conference.EndToEnd.Tools;

namespace Conference.EndToEnd.Stories;

/// <summary>Calls outside and from outside, over providers with good manners and bad.</summary>
public class TheTrunk
{
    private const string Number = "0391234567";

    /// <summary>Four seconds are promised; the rest is for a machine that stands still.</summary>
    private static readonly TimeSpan FailOver = TimeSpan.FromSeconds(4 + 2);

    [Fact]
    public async Task We_register_with_a_provider_call_its_subscribers_and_are_called_by_them()
    {
        await using var provider = await Kamailio.AsProvider("s3cret", new Dictionary<string, string> { ["0501234"] = "sub", ["0391234567"] = "t1" });
        await using var subscriber = await Phone.SwitchOn("sub", 1950, new PhoneAccount("sub", "s3cret", provider.Address));
        await subscriber.Registered();
        await using var house = await House.Open();
        var anna = await Caller(house);
        await house.Admin.AddTrunk("company", "t1", "s3cret", registers: true, provider.Address);
        await house.Admin.AddRouteOut("0.", "National", 0, "company");
        await house.Admin.AddRouteIn(Number, "201");
        await Eventually.True(() => provider.Passed.Count(p => p.Method == "REGISTER" && p.From == house.Server.Sip) >= 2, TimeSpan.FromSeconds(20), () => $"the trunk to register; the provider saw\n{string.Join('\n', provider.Passed)}");

        await anna.Dial("0501234", subscriber.PickUp);
        await subscriber.WaitUntilHears(anna);
        await anna.WaitUntilHears(subscriber);
        await subscriber.HangUp();
        await anna.IsHungUp();

        await subscriber.Dial(Number, anna.PickUp);
        await anna.WaitUntilHears(subscriber);
        await subscriber.WaitUntilHears(anna);
        await anna.HangUp();
        await subscriber.IsHungUp();
    }

    [Theory]
    [InlineData(ProviderManner.Asks401)]
    [InlineData(ProviderManner.Asks407)]
    [InlineData(ProviderManner.IsSlow)]
    public async Task A_provider_that_asks_who_we_are_or_takes_its_time_is_talked_to(ProviderManner manner)
    {
        await using var provider = await Provider.Open(manner, "t1", "ts1");
        await using var house = await House.Open();
        var anna = await Caller(house);
        await house.Admin.AddTrunk("company", "t1", "ts1", registers: false, provider.Address);
        await house.Admin.AddRouteOut("0.", "National", 0, "company");

        await anna.Dial(Number);
        await anna.HangUp();

        await provider.Sees("BYE");
        Assert.Equal(manner == ProviderManner.IsSlow ? 1 : 2, Invites(provider));
    }

    [Theory]
    [InlineData(ProviderManner.IsOutOfService)]
    [InlineData(ProviderManner.IsSilent)]
    public async Task A_provider_that_is_out_of_service_or_silent_is_passed_over_within_four_seconds(ProviderManner manner)
    {
        await using var bad = await Provider.Open(manner);
        await using var good = await Provider.Open(ProviderManner.Answers);
        await using var house = await House.Open();
        var anna = await Caller(house);
        await house.Admin.AddTrunk("company", "t1", "ts1", registers: false, bad.Address, good.Address);
        await house.Admin.AddRouteOut("0.", "National", 0, "company");

        await anna.Dial(Number, () => bad.Sees("INVITE"));
        await anna.HangUp();

        await good.Sees("BYE");
        Assert.InRange(good.FirstSeen - bad.FirstSeen, TimeSpan.Zero, FailOver);
    }

    [Fact]
    public async Task A_provider_that_asks_for_ever_is_left_with_a_clear_status_and_the_server_is_well()
    {
        await using var provider = await Provider.Open(ProviderManner.AsksForEver);
        await using var house = await House.Open();
        var anna = await Caller(house);
        await house.Admin.AddTrunk("company", "t1", "ts1", registers: false, provider.Address);
        await house.Admin.AddRouteOut("0.", "National", 0, "company");

        Assert.Matches("^(403|480|488|50[0-9])", await anna.DialInVain(Number));

        Assert.InRange(Invites(provider), 2, 3); // the first, and at most two that answer a challenge
        Assert.True(await SipProbe.Answers(house.Server.Sip));
        Assert.StartsWith("404", await anna.DialInVain("299"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_the_first_trunk_is_dead_or_says_503_the_second_has_the_call_within_four_seconds()
    {
        await using var dead = await Provider.Open(ProviderManner.IsSilent);
        await using var refusing = await Provider.Open(ProviderManner.IsOutOfService);
        await using var spare = await Provider.Open(ProviderManner.Answers);
        await using var other = await Provider.Open(ProviderManner.Answers);
        await using var house = await House.Open();
        var anna = await Caller(house);
        foreach (var (name, provider) in new[] { ("dead", dead), ("refusing", refusing), ("spare", spare), ("other", other) })
            await house.Admin.AddTrunk(name, "t1", "ts1", registers: false, provider.Address);
        await house.Admin.AddRouteOut("039.", "National", 0, "dead", "spare");
        await house.Admin.AddRouteOut("050.", "National", 0, "refusing", "other");

        await anna.Dial("0391234567", () => dead.Sees("INVITE"));
        await anna.HangUp();
        await spare.Sees("BYE");
        Assert.InRange(spare.FirstSeen - dead.FirstSeen, TimeSpan.Zero, FailOver);

        await anna.Dial("0501234567", () => refusing.Sees("INVITE"));
        await anna.HangUp();
        await other.Sees("BYE");
        Assert.InRange(other.FirstSeen - refusing.FirstSeen, TimeSpan.Zero, FailOver);
    }

    [Fact]
    public async Task What_the_administrator_says_of_trunks_and_rules_counts_at_the_next_call()
    {
        await using var busy = await Provider.Open(ProviderManner.IsBusy);
        await using var spare = await Provider.Open(ProviderManner.Answers);
        await using var paced = await Provider.Open(ProviderManner.Answers);
        await using var house = await House.Open();
        var anna = await Caller(house);
        var bob = await house.Gives("202", "Bob", 1150);
        await house.Admin.AllowCalls("202", "National");
        foreach (var (name, provider) in new[] { ("busy", busy), ("spare", spare), ("paced", paced) })
            await house.Admin.AddTrunk(name, "t1", "ts1", registers: false, provider.Address);
        await house.Admin.AddRouteOut("039.", "National", 0, "busy", "spare");
        await house.Admin.AddRouteOut("050.", "National", 0, "paced");

        // busy is busy, until the trunk says that there it means "no line free"
        Assert.StartsWith("486", await anna.DialInVain(Number), StringComparison.Ordinal);
        Assert.Empty(spare.Saw);
        await house.Admin.ChangeTrunk("busy", ("FailoverCodes", "486, 503"));
        await anna.Dial(Number);
        await anna.HangUp();
        await spare.Sees("BYE");

        // two calls at once, and one a second
        await house.Admin.ChangeTrunk("paced", ("MaxCallsPerSecond", "1"));
        await Task.WhenAll(anna.Dial("0501111111"), bob.Dial("0502222222"));
        await Task.WhenAll(anna.HangUp(), bob.HangUp());
        var began = paced.Began;
        Assert.Equal(2, began.Count);
        Assert.InRange(began[1] - began[0], TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(60)); // the two clocks tick apart a little

        // not today
        var today = DateTime.UtcNow.DayOfWeek;
        await house.Admin.ChangeRule("050.", onlyOn: (DayOfWeek)(((int)today + 3) % 7));
        Assert.StartsWith("404", await anna.DialInVain("0503333333"), StringComparison.Ordinal);

        // a PIN before it is dialled
        await house.Admin.ChangeRule("039.", pin: "4711");
        var before = Invites(spare);
        await anna.Dial(Number);
        await anna.Press("1234");
        await Task.Delay(Phone.APersonsPace);
        Assert.Equal(before, Invites(spare));
        await anna.Press("4711");
        await Eventually.True(() => Invites(spare) == before + 1, TimeSpan.FromSeconds(30), () => $"the call behind the PIN; the provider saw {string.Join(' ', spare.Saw)}");
        await anna.HangUp();
        Assert.DoesNotContain("4711", house.Server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_number_that_a_directory_knows_is_called_there_and_every_other_by_the_trunk()
    {
        const string tree = "e164.test";
        await using var names = new DnsServer();
        await using var friend = await Phone.SwitchOn("friend", 1950, answers: true);
        names.Knows("390509999", tree, friend.Address.Replace("127.0.0.1", "phones.test", StringComparison.Ordinal));
        names.Knows("phones.test", System.Net.IPAddress.Loopback);
        await using var provider = await Provider.Open(ProviderManner.Answers);
        await using var house = await House.Open(new Dictionary<string, string> { ["Conference:Sip:DnsServers:0"] = names.Address, ["Conference:Sip:PrivateDirectories"] = tree });
        var anna = await Caller(house);
        await house.Admin.AddTrunk("company", "t1", "ts1", registers: false, provider.Address);
        await house.Admin.AddRouteOutByEnum("+39.", "National", tree, "company");

        await anna.Dial("+390509999");
        await anna.WaitUntilHears(friend);
        await anna.HangUp();
        Assert.Empty(provider.Saw);

        await anna.Dial("+390501111");
        await anna.HangUp();
        await provider.Sees("BYE");
        Assert.Contains($"1.1.1.1.0.5.0.9.3.{tree}", names.Asked);
    }

    [Fact]
    public async Task An_announcement_before_the_answer_is_let_through_and_no_stranger_gets_the_trunks_credentials()
    {
        await using var announcing = await Sipp.Answer(Scenario("56_uas_early_media_dtmf.xml"), new SippLine("t1", "t1", "ts1"));
        await using var house = await House.Open();
        var anna = await Caller(house);
        await house.Admin.AddTrunk("company", "t1", "ts1", registers: false, announcing.Address);
        await house.Admin.AddRouteOut("0.", "National", 0, "company");
        var account = await house.Account("204", "Mallory");
        var desk = new SippLine("0", account.User, account.Secret, house.Server.Sip) { More = ["-key", "realm", Provider.Realm] };
        await Sipp.SignOn(house.Server.Sip, desk);

        // he takes a call of ours and answers our BYE with a challenge in the trunk's realm
        await using var mallory = await Sipp.Answer(Path.Combine(Repository.Kit("tools/sipp"), "digest_leak_uas.xml"), desk);
        await anna.Dial("204");
        await anna.HangUp();

        await anna.Dial(Number, async () => await anna.Happens("CALL_PROGRESS"));
        await anna.HangUp();
        await announcing.IsContent();
        var heard = await mallory.HeardInAll();
        Assert.Contains("Proxy-Authenticate: Digest realm=\"trunk.test\"", heard, StringComparison.Ordinal);
        Assert.DoesNotContain("Proxy-Authorization", heard, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_calls_outside_who_was_not_allowed_to_and_no_stranger_calls_anywhere()
    {
        await using var provider = await Provider.Open(ProviderManner.Answers);
        await using var house = await House.Open();
        var bob = await house.Gives("202", "Bob", 1150);
        await house.Admin.AddTrunk("company", "t1", "ts1", registers: false, provider.Address);
        await house.Admin.AddRouteOut("0.", "National", 0, "company");
        await using var stranger = await Phone.SwitchOn("stranger", 1950, new PhoneAccount("stranger", "none", house.Server.Sip), registers: false);

        Assert.StartsWith("403", await bob.DialInVain(Number), StringComparison.Ordinal);
        Assert.Matches("^40[134]", await stranger.DialInVain(Number));
        Assert.Matches("^40[134]", await stranger.DialInVain("202"));
        Assert.Empty(provider.Saw);

        await house.Admin.AllowCalls("202", "Local"); // another kind
        Assert.StartsWith("403", await bob.DialInVain(Number), StringComparison.Ordinal);
        Assert.Empty(provider.Saw);
    }

    private static async Task<Phone> Caller(House house)
    {
        var anna = await house.Gives("201", "Anna", 500);
        await house.Admin.AllowCalls("201", "National");
        return anna;
    }

    private static string Scenario(string file) => Path.Combine(Repository.Kit("sipp"), file);

    private static int Invites(Provider provider) => provider.Saw.Count(note => note.StartsWith("INVITE", StringComparison.Ordinal));
}
