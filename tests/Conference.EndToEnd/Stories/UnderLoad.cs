using System.Globalization;
using Conference.EndToEnd.Tools;
using Xunit.Abstractions;

namespace Conference.EndToEnd.Stories;

/// <summary>
/// Many callers at once, and callers who mean it ill, by the kit's load scenarios. LOAD_SECONDS and LOAD_RATE make the crowd's story a
/// measurement: <c>LOAD_SECONDS=60 dotnet test tests/Conference.EndToEnd -c Release --filter FullyQualifiedName~UnderLoad --logger "console;verbosity=detailed"</c>.
/// </summary>
[Collection(Alone.Name)]
public sealed class UnderLoad(UnderLoad.Works works, ITestOutputHelper output) : IClassFixture<UnderLoad.Works>
{
    private const string Open = "7005"; // a room whose PIN is 7
    private const string Peer = "127.0.0.3";
    private const string Stranger = "127.0.0.66";

    private static readonly TimeSpan Goal = TimeSpan.FromMilliseconds(200);

    [Fact]
    public async Task Every_call_of_a_crowd_reaches_its_room_where_people_hear_each_other()
    {
        var (rate, seconds) = (Setting("LOAD_RATE", 200), Setting("LOAD_SECONDS", 5));
        await using var anna = await Talks("anna", 500);
        await Enters(anna);
        var before = works.Server.Process.ProcessorTime;
        var line = Line(Open) with { Calls = null, IsCrowd = true, More = ["-r", Text(rate), "-m", Text(rate * seconds), "-l", Text(rate * 10), "-d", "1000"] };

        await using var crowd = Sipp.Call(await works.TypesPin("7"), works.Server.Sip, line);
        var sampled = await Samples(anna, until: crowd.IsContent(TimeSpan.FromSeconds(seconds * 3 + 60)));
        var spent = works.Server.Process.ProcessorTime - before;
        await anna.HangUp();

        var figures = crowd.Statistics();
        output.WriteLine($"{figures["SuccessfulCall(C)"]} calls at {rate} a second, {figures["FailedCall(C)"]} failed; {figures["Retransmissions(C)"]} repeated; answered after {figures["ResponseTimesetup(C)"]} on average; "
            + $"{spent.TotalMilliseconds / (rate * seconds):F2} ms of one core for each; {sampled} times somebody else came in and was heard");
        output.WriteLine(string.Join(' ', figures.Where(f => f.Key.StartsWith("ResponseTimeRepartition", StringComparison.Ordinal)).Select(f => $"{f.Key[^6..]}: {f.Value}")));
        Assert.Equal(Text(rate * seconds), figures["SuccessfulCall(C)"]);
        Assert.Equal(rate * seconds + sampled + 1, await works.AttendedLast(Open));
    }

    /// <summary>Somebody comes into the crowded room again and again; they and Anna hear each other.</summary>
    private async Task<int> Samples(Phone anna, Task until)
    {
        await using var bruno = await Talks("bruno", 1150);
        var samples = 0;
        do
        {
            await Enters(bruno);
            await anna.WaitUntilHears(bruno);
            await bruno.WaitUntilHears(anna);
            await bruno.HangUp();
            await anna.WaitUntilDeafTo(bruno);
            samples++;
        }
        while (!until.IsCompleted);
        await until;
        return samples;
    }

    private static async Task Enters(Phone phone)
    {
        await phone.Dial(Open);
        await phone.Press("7");
    }

    private async Task<Phone> Talks(string name, int tone)
    {
        var phone = await Phone.SwitchOn(name, tone, new PhoneAccount(name, $"secret-{name}", works.Server.Sip));
        await phone.Registered();
        return phone;
    }

    [Fact]
    public async Task A_call_that_is_changed_a_thousand_times_stays_a_call()
    {
        // in a loop SIPp would give every request of a step the same branch, which makes them one and the same
        using var folder = new TempFolder("storm");
        var script = await File.ReadAllTextAsync(Scenario("reinvite_storm.xml"));
        await File.WriteAllTextAsync(folder.File("storm.xml"), script.Replace("branch=[branch]", "branch=[branch]x[cseq]", StringComparison.Ordinal));

        await using var storm = Sipp.Call(folder.File("storm.xml"), works.Server.Sip, Line("7004") with { IsCrowd = true, More = ["-m", "1"] });
        await storm.IsContent();

        Assert.True(await SipProbe.Answers(works.Server.Sip));
    }

    [Fact]
    public async Task PINs_are_not_guessed_by_INFO()
    {
        await using var guess = Sipp.Call(Scenario("pin_brute_info.xml"), works.Server.Sip, Line("7900") with { Calls = 4, More = ["-r", "4", "-inf", works.Guesses] });
        await guess.IsContent();
    }

    [Theory]
    [InlineData("register_flood.xml", 10_000)]
    [InlineData("options_flood.xml", 5_000)]
    [InlineData("invite_flood.xml", 2_000)]
    public async Task Calls_of_the_house_are_through_at_once_while_strangers_send_thousands_a_second(string flood, int rate)
    {
        await using var anna = await BarePhone.Open("udp", works.Server, works.Anna);
        await anna.Register();
        await using var voice = new Voice(500);
        await Calls(anna, voice, 1);
        var line = new SippLine("7004") { Host = Stranger, Calls = null, IsCrowd = true, More = ["-r", Text(rate), "-m", "10000000", "-l", "10000000"] };
        await using var strangers = Sipp.Call(Scenario(flood), works.Server.Sip, line);
        await Task.Delay(TimeSpan.FromSeconds(1));

        var waits = await Calls(anna, voice, 60); // one after the other: a machine that stands still for a second costs one of them
        var sent = strangers.Statistics()["CallRate(C)"];

        var most = waits[waits.Count * 95 / 100];
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{flood}, {sent} a second: 95 of 100 calls set up within {most.TotalMilliseconds:F1} ms, half of them within {waits[waits.Count / 2].TotalMilliseconds:F1} ms, the slowest after {waits[^1].TotalMilliseconds:F1} ms"));
        Assert.InRange(most, TimeSpan.Zero, Goal);
        Assert.InRange(double.Parse(sent, CultureInfo.InvariantCulture), rate * 0.8, rate * 1.2);
        Assert.True(await SipProbe.Answers(works.Server.Sip));
    }

    /// <summary>One call after the other.</summary>
    /// <returns>From INVITE to answer, the shortest first.</returns>
    private static async Task<IReadOnlyList<TimeSpan>> Calls(BarePhone phone, Voice voice, int count)
    {
        var waits = new List<TimeSpan>();
        for (var i = 0; i < count; i++)
        {
            var begun = System.Diagnostics.Stopwatch.GetTimestamp();
            var (answer, call) = await phone.Call("7004", voice.Port);
            waits.Add(System.Diagnostics.Stopwatch.GetElapsedTime(begun));
            Assert.True(call is not null, answer.First);
            Assert.Equal(200, (await phone.Ask("BYE", call)).Status);
        }

        return [.. waits.Order()];
    }

    private static SippLine Line(string number) => new(number, "peer", "none") { Host = Peer };

    private static string Scenario(string file) => new[] { "sipp", "tools/sipp" }.Select(f => Path.Combine(Repository.Kit(f), file)).First(File.Exists);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static int Setting(string name, int normal) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : normal;

    /// <summary>Three rooms, whose PINs are asked after the call was answered, two phones, and an exchange at 127.0.0.3 that calls in without a secret.</summary>
    public sealed class Works : IAsyncLifetime
    {
        private readonly TempFolder _files = new("asterisk");
        private Browser _browser = null!;
        private Portal _admin = null!;

        public Server Server { get; private set; } = null!;

        public PhoneAccount Anna => new("anna", "secret-anna", Server.Sip);

        /// <summary>Three wrong PINs a line, in SIPp's own form.</summary>
        public string Guesses => _files.File("guesses.csv");

        public async Task InitializeAsync()
        {
            await File.WriteAllTextAsync(_files.File("meetme.conf"), "[rooms]\nconf => 7004,135790\nconf => 7005,7\nconf => 7900,864213\n");
            await File.WriteAllTextAsync(_files.File("sip.conf"), "[anna]\ntype=friend\nsecret=secret-anna\nhost=dynamic\ncallerid=\"Anna\" <201>\n[bruno]\ntype=friend\nsecret=secret-bruno\nhost=dynamic\ncallerid=\"Bruno\" <202>\n");
            await File.WriteAllTextAsync(Guesses, "SEQUENTIAL\n" + string.Join('\n', Enumerable.Range(1, 9).Select(i => $"11111{i};22222{i};33333{i}")));
            Server = await Server.Start(new Dictionary<string, string>
            {
                ["Conference:Asterisk:Directory"] = _files.Path,
                ["Conference:FirstRun:AdminPassword"] = Server.AdminPassword,
            }, audioPorts: 3000);
            _browser = await Browser.Open();
            _admin = new Portal(await _browser.Person(Server.Url));
            await _admin.SignIn("admin", Server.AdminPassword);
            await _admin.AddPeer("neighbour", $"{Peer}/32");
            foreach (var room in new[] { "7004", "7005", "7900" }) await _admin.AddRouteIn(room, room, "Room");
        }

        /// <summary>The calls of a crowd, that press one key once they are answered (RFC 6086).</summary>
        public async Task<string> TypesPin(string key)
        {
            var script = await File.ReadAllTextAsync(Scenario("43_load_calls.xml"));
            var bye = script[script.IndexOf("<send", script.IndexOf("<pause/>", StringComparison.Ordinal), StringComparison.Ordinal)..(script.IndexOf("]]>", script.IndexOf("BYE [next_url]", StringComparison.Ordinal), StringComparison.Ordinal) + 3)];
            var info = bye.Replace("BYE", "INFO", StringComparison.Ordinal).Replace("-bye", "-key", StringComparison.Ordinal).Replace(" start_rtd=\"bye\"", "", StringComparison.Ordinal)
                .Replace("Content-Length: 0\n\n", $"Content-Type: application/dtmf-relay\nContent-Length: [len]\n\nSignal={key}\nDuration=160\n\n", StringComparison.Ordinal);
            var typing = $"<pause milliseconds=\"200\"/>\n{info}\n</send>\n<recv response=\"200\" timeout=\"10000\"/>\n<pause/>";
            await File.WriteAllTextAsync(_files.File("crowd.xml"), script.Replace("CSeq: 2 BYE", "CSeq: 3 BYE", StringComparison.Ordinal).Replace("<pause/>", typing, StringComparison.Ordinal));
            return _files.File("crowd.xml");
        }

        /// <summary>How many attended the last conference of a room, by its report.</summary>
        public async Task<int> AttendedLast(string room)
        {
            await _admin.SeesNoCalls();
            return (await _admin.DownloadAttendance($"Room {room}")).Count;
        }

        public async Task DisposeAsync()
        {
            await _browser.DisposeAsync();
            await Server.DisposeAsync();
            _files.Dispose();
        }
    }
}
