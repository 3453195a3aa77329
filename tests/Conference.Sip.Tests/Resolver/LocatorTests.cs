using System.Net;
using Conference.Sip.Resolver;
using Conference.Sip.Tests.House;
using Conference.Sip.Transport;

namespace Conference.Sip.Tests.Resolver;

/// <summary>The table of RFC 3263 §4, row by row.</summary>
public class LocatorTests
{
    private readonly FakeDns _dns = new();

    private string Find(string uri)
    {
        var hosts = new HostAddresses(_dns, _ => [], _ => Task.FromResult<System.Collections.Immutable.ImmutableArray<IPAddress>>([]), _ => true);
        var hops = new Locator(_dns, hosts, new Random(1).Next, work => work()).FindAsync(uri).Now();
        return string.Join(' ', hops.Select(h => $"{h.Transport}/{h.Remote}/{h.Name}"));
    }

    [Theory]
    [InlineData("sip:192.0.2.7", "UDP/192.0.2.7:5060/192.0.2.7")]
    [InlineData("sip:a@192.0.2.7:5070;transport=tcp", "TCP/192.0.2.7:5070/192.0.2.7")]
    [InlineData("sip:[2001:db8::7]", "UDP/[2001:db8::7]:5060/2001:db8::7")]
    [InlineData("sips:192.0.2.7", "TLS/192.0.2.7:5061/192.0.2.7")]
    [InlineData("sips:192.0.2.7;transport=tcp", "TLS/192.0.2.7:5061/192.0.2.7")]
    [InlineData("sip:192.0.2.7;transport=tls", "TLS/192.0.2.7:5061/192.0.2.7")]
    [InlineData("sip:elsewhere.example;maddr=192.0.2.9", "UDP/192.0.2.9:5060/192.0.2.9")]
    [InlineData("sips:192.0.2.7;transport=udp", "")]
    [InlineData("tel:+391234", "")]
    [InlineData("nonsense", "")]
    public void An_address_needs_no_name_server(string uri, string hops)
    {
        Assert.Equal(hops, Find(uri));
        Assert.Empty(_dns.Asked);
    }

    [Fact]
    public void A_port_settles_everything_but_the_address()
    {
        _dns.Address("sip.example", "192.0.2.1").Address("sip.example", "2001:db8::1").Srv("_sip._udp.sip.example", 1, 1, 9, "wrong.example");

        Assert.Equal("UDP/[2001:db8::1]:5070/sip.example UDP/192.0.2.1:5070/sip.example", Find("sip:sip.example:5070"));
    }

    [Fact]
    public void A_transport_without_a_port_asks_for_the_servers_of_that_transport()
    {
        _dns.Srv("_sip._tcp.example.org", 2, 0, 5070, "b.example").Srv("_sip._tcp.example.org", 1, 0, 5080, "a.example");
        _dns.Address("a.example", "192.0.2.1").Address("b.example", "192.0.2.2").Address("example.org", "192.0.2.9");

        Assert.Equal("TCP/192.0.2.1:5080/example.org TCP/192.0.2.2:5070/example.org", Find("sip:example.org;transport=tcp"));
        Assert.Equal("TLS/192.0.2.9:5061/example.org", Find("sip:example.org;transport=tls"));
        Assert.Contains("Srv _sips._tcp.example.org", _dns.Asked);
    }

    [Fact]
    public void A_bare_name_asks_what_the_domain_prefers_of_what_we_speak()
    {
        _dns.Naptr("example.org", 20, 10, "s", "SIP+D2U", "", "_sip._udp.example.org");
        _dns.Naptr("example.org", 10, 20, "s", "SIP+D2T", "", "_sip._tcp.example.org");
        _dns.Naptr("example.org", 10, 10, "s", "SIP+D2S", "", "_sip._sctp.example.org");
        _dns.Srv("_sip._udp.example.org", 1, 0, 5060, "a.example").Srv("_sip._tcp.example.org", 1, 0, 5060, "a.example").Address("a.example", "192.0.2.1");

        Assert.Equal("TCP/192.0.2.1:5060/example.org UDP/192.0.2.1:5060/example.org", Find("sip:example.org"));
    }

    [Fact]
    public void Without_preferences_the_first_of_our_transports_that_is_offered_is_taken()
    {
        _dns.Srv("_sip._tcp.example.org", 1, 0, 5060, "a.example").Srv("_sips._tcp.example.org", 1, 0, 5061, "a.example").Address("a.example", "192.0.2.1");

        Assert.Equal("TCP/192.0.2.1:5060/example.org", Find("sip:example.org"));
        Assert.Equal("TLS/192.0.2.1:5061/example.org", Find("sips:example.org"));
    }

    [Fact]
    public void Without_any_of_it_UDP_on_the_usual_port_is_tried()
    {
        _dns.Address("example.org", "192.0.2.1");

        Assert.Equal("UDP/192.0.2.1:5060/example.org", Find("sip:example.org"));
    }

    [Fact]
    public void A_domain_that_says_no_is_believed()
    {
        _dns.Srv("_sip._tcp.example.org", 0, 0, 0, "").Address("example.org", "192.0.2.1");

        Assert.Equal("", Find("sip:example.org;transport=tcp"));
    }

    [Fact]
    public void A_domain_that_names_a_thousand_servers_gets_a_dozen_tries()
    {
        for (var i = 0; i < 1_000; i++) _dns.Srv("_sip._udp.example.org", i, 0, 5060, $"h{i}.example").Address($"h{i}.example", $"192.0.2.{i % 250}");

        Assert.Equal(12, Find("sip:example.org;transport=udp").Split(' ').Length);
        Assert.True(_dns.Asked.Count < 100);
    }

    [Fact]
    public void Servers_silent_a_moment_ago_come_last_and_are_back_after_their_time()
    {
        var dead = new DeadServers();
        var (a, b) = (new Hop("UDP", new IPEndPoint(1, 5060), "x"), new Hop("UDP", new IPEndPoint(2, 5060), "x"));
        dead.Bury(a, now: 0);
        Assert.Equal<Hop>([b, a], dead.LivingFirst([a, b], 29_999));
        Assert.Equal<Hop>([a, b], dead.LivingFirst([a, b], 30_000));

        dead.Bury(b, 0, retryAfter: TimeSpan.FromMinutes(2));
        Assert.True(dead.IsDead(b, 119_999));
        dead.Revive(b);
        Assert.False(dead.IsDead(b, 1));

        dead.Bury(b, 0, retryAfter: TimeSpan.FromDays(1_000));
        Assert.False(dead.IsDead(b, 3_600_000));
    }
}
