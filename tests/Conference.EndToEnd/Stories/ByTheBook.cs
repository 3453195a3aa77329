using Conference.EndToEnd.Tools;

namespace Conference.EndToEnd.Stories;

/// <summary>The kit's SIPp scenarios that need rooms, extensions, keys or transports of the whole product.</summary>
public sealed class ByTheBook : IClassFixture<ByTheBook.Office>
{
    private readonly Office _office;

    public ByTheBook(Office office) => _office = office;

    [Theory]
    [InlineData("10_invite_basic_rtp.xml", "6001")]
    [InlineData("18_reinvite_hold.xml", "6001")]
    [InlineData("30_pin_rfc4733.xml", "6002")]
    [InlineData("31_pin_info.xml", "6002")]
    [InlineData("33_options.xml", "0")]
    [InlineData("35_subscribe_dialog.xml", "2002")]
    [InlineData("36_subscribe_conference.xml", "6001")]
    public Task A_phone_gets_over_UDP_what_it_expects(string scenario, string number) => _office.Play(scenario, number);

    [Theory]
    [InlineData("udp")]
    [InlineData("tcp")]
    public Task Three_wrong_PINs_end_the_call(string transport) => _office.Play("32_pin_wrong_three_times.xml", "6002", transport == "tcp" ? ["-t", "t1"] : []);

    [Fact]
    public Task A_caller_is_referred_to_another_room_and_told_how_it_went() => _office.Play("34_refer_to_room.xml", "6001", "-key", "target", "6003");

    [Fact]
    public Task A_large_INVITE_comes_over_TCP() => _office.Play("40_tcp_large_invite.xml", "6001", "-t", "t1");

    [Fact]
    public Task A_call_comes_over_IPv6_and_its_voice_goes_over_IPv6() => _office.PlayOverIpv6("41_ipv6_call.xml", "6001");

    [Fact]
    public async Task A_phone_registers_through_TLS()
    {
        var port = Ports.Free();
        await using var wrap = Child.Start("socat", [$"TCP-LISTEN:{port},bind=127.0.0.1,reuseaddr,fork", $"OPENSSL:{_office.Server.SipTls},verify=0"]);
        await Eventually.True(() => Ports.IsTaken(port, stream: true), TimeSpan.FromSeconds(10), () => "socat to listen");

        await _office.PlayAt($"127.0.0.1:{port}", "42_tls_register.xml", "0", "-t", "t1");
    }

    /// <summary>A server with the numbers and accounts that the scenarios were written for.</summary>
    public sealed class Office : IAsyncLifetime
    {
        private readonly TempFolder _files = new("asterisk");

        public Server Server { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            await File.WriteAllTextAsync(_files.File("meetme.conf"), "[rooms]\nconf => 6001\nconf => 6002,1234\nconf => 6003\n");
            await File.WriteAllTextAsync(_files.File("sip.conf"), Account("2001a", "2001") + Account("2002a", "2002"));
            await File.WriteAllTextAsync(_files.File("extensions.conf"), "[users]\nexten => 6001,1,MeetMe(6001)\nexten => 6002,1,MeetMe(6002)\nexten => 6003,1,MeetMe(6003)\n");
            Server = await Server.Start(new Dictionary<string, string>
            {
                ["Conference:Asterisk:Directory"] = _files.Path,
                ["Conference:FirstRun:AdminPassword"] = Server.AdminPassword,
                ["Conference:Sip:Listen:3"] = "udp://[::1]:{sip}",
            });
        }

        public async Task DisposeAsync()
        {
            await Server.DisposeAsync();
            _files.Dispose();
        }

        public Task Play(string scenario, string number, params string[] more) => PlayAt(Server.Sip, scenario, number, more);

        public Task PlayAt(string server, string scenario, string number, params string[] more) =>
            Sipp.Play(Scenario(scenario), server, new SippLine(number, "2001a", "secret-2001a", Server.Sip) { More = more });

        public Task PlayOverIpv6(string scenario, string number) =>
            Sipp.Play(Scenario(scenario), $"[::1]:{Server.SipPort}", new SippLine(number, "2001a", "secret-2001a", $"[::1]:{Server.SipPort}") { Host = "[::1]", More = ["-auth_uri", $"[::1]:{Server.SipPort}"] }); // its own digest would leave the brackets out

        private static string Scenario(string file) => Path.Combine(Repository.Kit("sipp"), file);

        private static string Account(string user, string number) => $"[{user}]\ntype=friend\nsecret=secret-{user}\nhost=dynamic\ncontext=users\ncallerid=\"Test {user}\" <{number}>\n\n";
    }
}
