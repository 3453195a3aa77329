using Conference.EndToEnd.Tools;

namespace Conference.EndToEnd.Stories;

/// <summary>The kit's SIPp scenarios that need rooms, extensions, keys or transports of the whole product.</summary>
[Collection(Office.Name)]
public sealed class ByTheBook(Office office)
{
    [Theory]
    [InlineData("10_invite_basic_rtp.xml", "6001")]
    [InlineData("18_reinvite_hold.xml", "6001")]
    [InlineData("30_pin_rfc4733.xml", "6002")]
    [InlineData("31_pin_info.xml", "6002")]
    [InlineData("33_options.xml", "0")]
    [InlineData("35_subscribe_dialog.xml", "2002")]
    [InlineData("36_subscribe_conference.xml", "6001")]
    public Task A_phone_gets_over_UDP_what_it_expects(string scenario, string number) => Play(scenario, number);

    [Theory]
    [InlineData("udp")]
    [InlineData("tcp")]
    public Task Three_wrong_PINs_end_the_call(string transport) => Play("32_pin_wrong_three_times.xml", "6002", transport == "tcp" ? ["-t", "t1"] : []);

    [Fact]
    public Task A_caller_is_referred_to_another_room_and_told_how_it_went() => Play("34_refer_to_room.xml", "6001", "-key", "target", "6003");

    [Fact]
    public Task A_large_INVITE_comes_over_TCP() => Play("40_tcp_large_invite.xml", "6001", "-t", "t1");

    [Fact]
    public Task A_call_comes_over_IPv6_and_its_voice_goes_over_IPv6() => Sipp.Play(
        Scenario("41_ipv6_call.xml"),
        $"[::1]:{office.Server.SipPort}",
        new SippLine("6001", "2001a", "secret-2001a", $"[::1]:{office.Server.SipPort}") { Host = "[::1]", More = ["-auth_uri", $"[::1]:{office.Server.SipPort}"] }); // its own digest would leave the brackets out

    [Fact]
    public async Task A_phone_registers_through_TLS()
    {
        var port = Ports.Free();
        await using var wrap = Child.Start("socat", [$"TCP-LISTEN:{port},bind=127.0.0.1,reuseaddr,fork", $"OPENSSL:{office.Server.SipTls},verify=0"]);
        await Eventually.True(() => Ports.IsTaken(port, stream: true), TimeSpan.FromSeconds(10), () => "socat to listen");

        await PlayAt($"127.0.0.1:{port}", "42_tls_register.xml", "0", "-t", "t1");
    }

    private Task Play(string scenario, string number, params string[] more) => PlayAt(office.Server.Sip, scenario, number, more);

    private Task PlayAt(string server, string scenario, string number, params string[] more) =>
        Sipp.Play(Scenario(scenario), server, new SippLine(number, "2001a", "secret-2001a", office.Server.Sip) { More = more });

    private static string Scenario(string file) => Path.Combine(Repository.Kit("sipp"), file);
}
