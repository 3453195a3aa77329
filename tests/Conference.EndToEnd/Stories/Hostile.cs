using Conference.EndToEnd.Tools;
using Xunit.Abstractions;

namespace Conference.EndToEnd.Stories;

/// <summary>The server among those who mean it no good. Its attackers work beside each other: most of their time is waiting for silence.</summary>
public sealed class Hostile(Hostile.Siege siege, ITestOutputHelper output) : IClassFixture<Hostile.Siege>
{
    /// <summary>Where a sample's expectation does not hold for this transport, or the tool cannot see the answer.</summary>
    private static readonly Dictionary<string, string[]> Excused = new()
    {
        ["udp"] = ["sip-rfc5118/ipv4-mapped-ipv6.dat"], // the tool takes a group of the address in Via for the port, and listens there
        ["tcp"] =
        [
            "sip-original/x-two-in-udp.sip", "sip-rfc4475/dblreq.dat", // two messages on a stream are two messages
            "sip-rfc4475/inv2543.dat", // no Content-Length: refused on a stream
            "sip-rfc4475/baddn.dat", // ends before the empty line: the stream waits for more
        ],
        ["ws"] = ["sip-original/x-overlong-utf8.sip", "sip-rfc4475/mpart01.dat"], // no UTF-8: a text frame of it ends the socket (RFC 6455 section 8.1)
    };

    [Theory]
    [InlineData("udp")]
    [InlineData("tcp")]
    [InlineData("ws")]
    public async Task Every_message_of_the_torture_corpora_is_answered_as_the_RFCs_say(string transport)
    {
        var wrong = await siege.Tortures[transport];

        Assert.Equal([], wrong.Where(line => !Excused[transport].Contains(line.Split('\t')[0])).ToList());
    }

    [Fact]
    public async Task Streams_cut_anywhere_joined_lying_or_left_unfinished_are_read_right_or_closed()
    {
        var (code, said) = await siege.StreamFraming;

        Assert.True(code == 0, said);
    }

    [Fact]
    public async Task Web_socket_handshakes_and_frames_that_are_wrong_in_every_way_are_refused_or_closed()
    {
        var (code, said) = await siege.WebSocketFraming;

        Assert.True(code == 0, said);
    }

    [Theory]
    [InlineData("/hubs/live")]
    [InlineData("/hubs/exchange")]
    public async Task The_same_frames_at_a_hub_of_the_pages_are_refused_or_closed(string hub)
    {
        var wrong = await siege.HubFraming[hub];

        Assert.Equal([], wrong.Where(line => line.Split('\t')[0] is not ("ws-handshake-original/bad-proto.http" or "ws-handshake-original/no-proto.http")).ToList()); // a hub asks for no subprotocol
    }

    [Theory]
    [InlineData("udp")]
    [InlineData("tcp")]
    [InlineData("ws")]
    public async Task Every_session_description_of_the_corpora_is_answered_as_it_should(string transport)
    {
        var answers = await siege.Descriptions[transport];

        Assert.True(answers.Count >= 99, $"Only {answers.Count} descriptions.");
        Assert.Equal("", string.Join('\n', answers.Where(a => !a.IsRight)));
    }

    public static TheoryData<string> Modes() => [.. Abuses.Select(a => a.Mode)];

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Connections_that_do_nothing_too_little_or_too_much_disturb_nobody_and_are_closed(string mode) => Assert.Equal("", await siege.Abused[mode]);

    [Fact]
    public async Task A_browser_gets_everything_its_libraries_ask_of_a_server()
    {
        var (code, said) = await siege.Browsers;

        Assert.True(code == 0, said);
    }

    [Theory]
    [InlineData("udp")]
    [InlineData("tcp")]
    [InlineData("ws")]
    public async Task Mutated_messages_never_keep_an_OPTIONS_from_its_answer(string transport)
    {
        var (sent, wrong) = await siege.Mutations[transport];

        output.WriteLine($"{sent} mutated messages over {transport} in {KitTool.SearchTime.TotalSeconds} s; after each hundred an OPTIONS");
        Assert.Equal("", wrong);
        Assert.True(sent > 0);
    }

    [Fact]
    public async Task And_afterwards_it_is_well_and_said_nothing_of_its_own_faults()
    {
        await Task.WhenAll(siege.Mutations.Values);

        using var http = new HttpClient();
        using var health = await http.GetAsync(new Uri($"{siege.Server.Url}/health/ready"));
        Assert.True(health.IsSuccessStatusCode);
        Assert.DoesNotContain("Exception", siege.Server.Log, StringComparison.Ordinal);
    }

    /// <summary>Ways to hold connections, and by when the server has let go of them; who keeps talking sense may stay.</summary>
    private static readonly (string Mode, int? EndsWithin)[] Abuses =
    [
        ("idle", 25), ("dribble", 30), ("bigcl", 10), ("halfclose", 25), ("tlsstall", 20), ("wsbig", 10), ("wsfrag", 40), ("unread", null), ("wsping", null), ("churn", null),
    ];

    /// <summary>One server, and everything that is thrown at it, begun at once.</summary>
    public sealed class Siege : IAsyncLifetime
    {
        private string _room = "";
        private string _cookies = "";

        public Server Server { get; private set; } = null!;

        public Dictionary<string, Task<IReadOnlyList<string>>> Tortures { get; private set; } = [];

        public Dictionary<string, Task<(int Sent, string Wrong)>> Mutations { get; private set; } = [];

        public Dictionary<string, Task<IReadOnlyList<DescriptionAnswer>>> Descriptions { get; private set; } = [];

        public Dictionary<string, Task<string>> Abused { get; private set; } = [];

        public Dictionary<string, Task<IReadOnlyList<string>>> HubFraming { get; private set; } = [];

        public Task<(int Code, string Said)> StreamFraming { get; private set; } = null!;

        public Task<(int Code, string Said)> WebSocketFraming { get; private set; } = null!;

        public Task<(int Code, string Said)> Browsers { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Server = await Server.Start(new Dictionary<string, string> { ["Conference:FirstRun:AdminPassword"] = Server.AdminPassword });
            var hostility = new Hostility(Server);
            string[] transports = ["udp", "tcp", "ws"];
            var accounts = await Accounts(transports.Length);
            Tortures = transports.ToDictionary(t => t, hostility.Torture);
            HubFraming = new[] { "/hubs/live", "/hubs/exchange" }.ToDictionary(h => h, h => hostility.HubFraming(h, _cookies));
            Descriptions = transports.Zip(accounts).ToDictionary(t => t.First, t => Tools.Descriptions.Play(t.First, Server, new PhoneAccount(t.Second.User, t.Second.Secret, Server.Sip), _room));
            StreamFraming = hostility.StreamFraming();
            WebSocketFraming = hostility.WebSocketFraming();
            Browsers = hostility.Browsers(accounts[0].User, accounts[0].Secret);
            await Task.WhenAll([.. Tortures.Values, .. HubFraming.Values, .. Descriptions.Values, StreamFraming, WebSocketFraming, Browsers]);
            Abused = Abuses.Select((a, at) => (a, at)).ToDictionary(
                a => a.a.Mode, a => hostility.Abuse(a.a.Mode, $"127.0.7.{a.at + 1}", a.a.EndsWithin is { } seconds ? TimeSpan.FromSeconds(seconds) : null));
            await Task.WhenAll(Abused.Values);
            Mutations = transports.Zip(accounts).ToDictionary(t => t.First, t => hostility.Mutate(t.First, KitTool.SearchTime, $"127.0.8.{t.Second.User}", t.Second));
        }

        public async Task DisposeAsync()
        {
            await Task.WhenAll(Mutations.Values);
            await Server.DisposeAsync();
        }

        /// <summary>An insider for each transport, whose number is the last part of his address.</summary>
        private async Task<IReadOnlyList<(string User, string Secret)>> Accounts(int count)
        {
            await using var browser = await Browser.Open();
            var admin = new Portal(await browser.Person(Server.Url));
            await admin.SignIn("admin", Server.AdminPassword);
            var accounts = new List<(string User, string Secret)>();
            (_room, _cookies) = ((await admin.Book("Among attackers", 60, recorded: false)).Number, await admin.Cookies());
            for (var number = 201; number < 201 + count; number++) accounts.Add(await admin.AddPhone($"{number}", "Mallory"));
            return accounts;
        }
    }
}
