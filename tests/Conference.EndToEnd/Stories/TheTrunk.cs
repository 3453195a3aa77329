using Conference.EndToEnd.Tools;

namespace Conference.EndToEnd.Stories;

/// <summary>Calls outside and from outside, over providers with good manners and bad.</summary>
[Collection(Office.Name)]
public sealed class TheTrunk(Office office)
{
    /// <summary>From the INVITE of a phone to the INVITE at the provider that takes it.</summary>
    private static readonly TimeSpan FailOver = TimeSpan.FromSeconds(4);

    private House House => office.House;

    [Fact]
    public async Task We_register_with_a_provider_call_its_subscribers_and_are_called_by_them()
    {
        var (name, number) = office.Another();
        await using var provider = await Kamailio.AsProvider("s3cret", new Dictionary<string, string> { ["0401234"] = "sub", [number] = "t1" });
        await using var subscriber = await Phone.SwitchOn("sub", 1950, new PhoneAccount("sub", "s3cret", provider.Address));
        await subscriber.Registered();
        await using var anna = await office.AnnasPhone();
        await House.Admin.AddTrunk(name, "t1", "s3cret", registers: true, provider.Address);
        await House.Admin.AddRouteOut("040.", "National", 0, name);
        await House.Admin.AddRouteIn(number, "201");
        await Eventually.True(() => provider.Passed.Count(p => p.Method == "REGISTER" && p.From == House.Server.Sip) >= 2, TimeSpan.FromSeconds(20), () => $"the trunk to register; the provider saw\n{string.Join('\n', provider.Passed)}");

        await anna.Dial("0401234", subscriber.PickUp);
        await subscriber.WaitUntilHears(anna);
        await anna.WaitUntilHears(subscriber);
        await subscriber.HangUp();
        await anna.IsHungUp();

        await subscriber.Dial(number, anna.PickUp);
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
        await using var anna = await office.AnnasPhone();
        var number = await office.Trunk(provider.Address);

        await anna.Dial(number);
        await anna.HangUp();

        await provider.Sees("BYE");
        Assert.Equal(manner == ProviderManner.IsSlow ? 1 : 2, Invites(provider));
    }

    [Theory]
    [InlineData(ProviderManner.IsOutOfService)]
    [InlineData(ProviderManner.IsSilent)]
    public async Task A_server_of_a_provider_that_is_out_of_service_or_silent_is_passed_over_within_four_seconds(ProviderManner manner)
    {
        await using var bad = await Provider.Open(manner);
        await using var good = await Provider.Open(ProviderManner.Answers);
        var number = await office.Trunk(bad.Address, good.Address);

        await ReachesInTime(number, bad, good);
    }

    [Theory]
    [InlineData(ProviderManner.IsOutOfService)]
    [InlineData(ProviderManner.IsSilent)]
    public async Task When_the_first_trunk_is_dead_or_says_503_the_second_has_the_call_within_four_seconds(ProviderManner manner)
    {
        await using var bad = await Provider.Open(manner);
        await using var good = await Provider.Open(ProviderManner.Answers);
        var ((first, number), (second, _)) = (office.Another(), office.Another());
        await House.Admin.AddTrunk(first, "t1", "ts1", registers: false, bad.Address);
        await House.Admin.AddTrunk(second, "t1", "ts1", registers: false, good.Address);
        await House.Admin.AddRouteOut($"{number[..4]}.", "National", 0, first, second);

        await ReachesInTime(number, bad, good);
    }

    [Fact]
    public async Task Servers_are_found_by_name_and_the_dead_one_of_two_is_not_asked_again_for_a_while()
    {
        await using var dead = await Provider.Open(ProviderManner.IsSilent);
        await using var alive = await Provider.Open(ProviderManner.Answers);
        office.Names.Knows("one.servers.test", System.Net.IPAddress.Loopback);
        office.Names.Knows("two.servers.test", System.Net.IPAddress.Loopback);
        office.Names.KnowsServers("servers.test", ("one.servers.test", PortOf(dead)), ("two.servers.test", PortOf(alive)));
        var (name, number) = office.Another();
        await House.Admin.AddTrunkByDomain(name, "servers.test", "t1", "ts1");
        await House.Admin.AddRouteOut($"{number[..4]}.", "National", 0, name);

        await ReachesInTime(number, dead, alive);
        var askedInVain = Invites(dead);

        await using var anna = await office.AnnasPhone();
        await anna.Dial(number);
        await anna.HangUp();
        await Eventually.True(() => alive.Saw.Count(note => note == "BYE") == 2, TimeSpan.FromSeconds(15), () => $"two calls to end; there were {string.Join(' ', alive.Saw)}");
        Assert.Equal((1, 1, 2), (askedInVain, Invites(dead), Invites(alive)));
    }

    [Fact]
    public async Task A_provider_that_asks_for_ever_is_left_with_a_clear_status_and_the_server_is_well()
    {
        await using var provider = await Provider.Open(ProviderManner.AsksForEver);
        await using var anna = await office.AnnasPhone();
        var number = await office.Trunk(provider.Address);

        Assert.Matches("^(403|480|488|50[0-9])", await anna.DialInVain(number));

        Assert.InRange(Invites(provider), 2, 3); // the first, and at most two that answer a challenge
        Assert.True(await SipProbe.Answers(House.Server.Sip));
        Assert.StartsWith("404", await anna.DialInVain("299"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_administrator_says_of_trunks_and_rules_counts_at_the_next_call()
    {
        await using var busy = await Provider.Open(ProviderManner.IsBusy);
        await using var spare = await Provider.Open(ProviderManner.Answers);
        await using var anna = await office.AnnasPhone();
        var ((first, number), (second, _)) = (office.Another(), office.Another());
        await House.Admin.AddTrunk(first, "t1", "ts1", registers: false, busy.Address);
        await House.Admin.AddTrunk(second, "t1", "ts1", registers: false, spare.Address);
        var pattern = $"{number[..4]}.";
        await House.Admin.AddRouteOut(pattern, "National", 0, first, second);

        // busy is busy, until the trunk says that there it means "no line free"
        Assert.StartsWith("486", await anna.DialInVain(number), StringComparison.Ordinal);
        Assert.Empty(spare.Saw);
        await House.Admin.ChangeTrunk(first, ("FailoverCodes", "486, 503"));
        await anna.Dial(number);
        await anna.HangUp();
        await spare.Sees("BYE");

        // a PIN before it is dialled
        await House.Admin.ChangeRule(pattern, pin: "4711");
        var before = Invites(spare);
        await anna.Dial(number);
        await anna.Press("1234");
        await anna.Press("4711");
        await Eventually.True(() => Invites(spare) == before + 1, TimeSpan.FromSeconds(30), () => $"the call behind the PIN; the provider saw {string.Join(' ', spare.Saw)}");
        await anna.HangUp();

        // not today
        await House.Admin.ChangeRule(pattern, onlyOn: (DayOfWeek)(((int)DateTime.UtcNow.DayOfWeek + 3) % 7));
        Assert.StartsWith("404", await anna.DialInVain(number), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_calls_at_once_a_trunk_that_takes_one_a_second_leaves_one_to_the_next()
    {
        await using var paced = await Provider.Open(ProviderManner.Answers);
        await using var next = await Provider.Open(ProviderManner.Answers);
        await using var anna = await office.AnnasPhone();
        await using var another = await Phone.SwitchOn("another", 1150, await House.Account("209", "Another"));
        await another.Registered();
        await House.Admin.AllowCalls("209", "National");
        var ((first, number), (second, _)) = (office.Another(), office.Another());
        await House.Admin.AddTrunk(first, "t1", "ts1", registers: false, paced.Address);
        await House.Admin.AddTrunk(second, "t1", "ts1", registers: false, next.Address);
        await House.Admin.ChangeTrunk(first, ("MaxCallsPerSecond", "1"));
        await House.Admin.AddRouteOut($"{number[..4]}.", "National", 0, first, second);

        for (var round = 0; round < 5 && Invites(next) == 0; round++) // a machine that stands still for a second may keep the two apart
        {
            await Task.WhenAll(anna.Dial(number), another.Dial(number));
            await Task.WhenAll(anna.HangUp(), another.HangUp());
        }

        Assert.Equal((true, 1), (Invites(paced) > 0, Invites(next)));
    }

    [Fact]
    public async Task A_number_that_a_directory_knows_is_called_there_and_every_other_by_the_trunk()
    {
        await using var friend = await Phone.SwitchOn("friend", 1950, answers: true);
        office.Names.Knows("390509999", Office.Tree, friend.Address.Replace("127.0.0.1", "phones.test", StringComparison.Ordinal));
        office.Names.Knows("phones.test", System.Net.IPAddress.Loopback);
        await using var provider = await Provider.Open(ProviderManner.Answers);
        await using var anna = await office.AnnasPhone();
        var (name, _) = office.Another();
        await House.Admin.AddTrunk(name, "t1", "ts1", registers: false, provider.Address);
        await House.Admin.AddRouteOutByEnum("+39.", "National", Office.Tree, name);

        await anna.Dial("+390509999");
        await anna.WaitUntilHears(friend);
        await anna.HangUp();
        Assert.Empty(provider.Saw);

        await anna.Dial("+390501111");
        await anna.HangUp();
        await provider.Sees("BYE");
        Assert.Contains($"1.1.1.1.0.5.0.9.3.{Office.Tree}", office.Names.Asked);
    }

    [Fact]
    public async Task An_announcement_before_the_answer_is_let_through_and_no_stranger_gets_the_trunks_credentials()
    {
        await using var announcing = await Sipp.Answer(Scenario("56_uas_early_media_dtmf.xml"), new SippLine("t1", "t1", "ts1"));
        await using var anna = await office.AnnasPhone();
        var number = await office.Trunk(announcing.Address);
        var account = await House.Account("204", "Mallory");
        var desk = new SippLine("0", account.User, account.Secret, House.Server.Sip) { More = ["-key", "realm", Provider.Realm] };
        await Sipp.SignOn(House.Server.Sip, desk);

        // he takes a call of ours and answers our BYE with a challenge in the trunk's realm
        await using var mallory = await Sipp.Answer(Path.Combine(Repository.Kit("tools/sipp"), "digest_leak_uas.xml"), desk);
        await anna.Dial("204");
        await anna.HangUp();

        await anna.Dial(number, async () => await anna.Happens("CALL_PROGRESS"));
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
        await using var bob = await Phone.SwitchOn("Bob", 1150, await House.Account("202", "Bob"));
        await bob.Registered();
        var number = await office.Trunk(provider.Address);
        await using var stranger = await Phone.SwitchOn("stranger", 1950, new PhoneAccount("stranger", "none", House.Server.Sip), registers: false);

        Assert.StartsWith("403", await bob.DialInVain(number), StringComparison.Ordinal);
        Assert.Matches("^40[134]", await stranger.DialInVain(number));
        Assert.Matches("^40[134]", await stranger.DialInVain("202"));
        Assert.Empty(provider.Saw);

        await House.Admin.AllowCalls("202", "Local"); // another kind
        Assert.StartsWith("403", await bob.DialInVain(number), StringComparison.Ordinal);
        Assert.Empty(provider.Saw);
    }

    /// <summary>A call that the first does not take is at the second in time, by the clocks of the phone and of the providers.</summary>
    private async Task ReachesInTime(string number, Provider first, Provider second)
    {
        await using var anna = await BarePhone.Open("udp", House.Server, office.Anna);
        await anna.Register();
        await using var voice = new Voice(500);

        var (answer, call) = await anna.Call(number, voice.Port);

        Assert.True(call is not null, answer.First);
        Assert.Equal(200, (await anna.Ask("BYE", call)).Status);
        await second.Sees("BYE");
        Assert.Equal(1, Invites(first));
        Assert.InRange(second.FirstSeen - anna.Invited, TimeSpan.Zero, FailOver);
    }

    private static int PortOf(Provider provider) => System.Net.IPEndPoint.Parse(provider.Address).Port;

    private static string Scenario(string file) => Path.Combine(Repository.Kit("sipp"), file);

    private static int Invites(Provider provider) => provider.Saw.Count(note => note.StartsWith("INVITE", StringComparison.Ordinal));
}
