using System.Net;
using Conference.Sip.Loop;
using Conference.Sip.Requests;
using Conference.Sip.Tests.House;
using Conference.Sip.Transport;

namespace Conference.Sip.Tests.Requests;

/// <summary>One server, two families of addresses (RFC 8305).</summary>
public class HeadStartTests
{
    private static readonly Hop Six = new("TCP", IPEndPoint.Parse("[2001:db8::1]:5060"), "a.example") { Host = "sip.a.example" };
    private static readonly Hop Four = new("TCP", IPEndPoint.Parse("192.0.2.1:5060"), "a.example") { Host = "sip.a.example" };

    private readonly FakeTime _time = new();
    private readonly SipLoop _loop;
    private readonly SlowNet _net = new();
    private readonly List<string> _told = [];

    public HeadStartTests()
    {
        _loop = new SipLoop(_time, (sentence, error) => Assert.Fail(sentence + error));
        HeadStart.Open(new Sending(_loop, null!, new Roads(new FakeNet(), _net, new DeadServers())), Six, Four, (hop, flow, why) => _told.Add(flow is null ? why : hop.Remote.AddressFamily.ToString()));
    }

    [Fact]
    public void A_quick_first_is_all_that_is_asked()
    {
        _net.Answer(Six, isThere: true);
        Pass(1_000);

        Assert.Equal(["InterNetworkV6"], _told);
        Assert.Equal([Six], _net.Asked);
    }

    [Fact]
    public void After_a_quarter_of_a_second_the_other_may_be_faster_and_the_slower_one_is_no_second_answer()
    {
        Pass(240);
        Assert.Equal([Six], _net.Asked);
        Pass(20);
        Assert.Equal([Six, Four], _net.Asked);

        _net.Answer(Four, isThere: true);
        _net.Answer(Six, isThere: true);
        Assert.Equal(["InterNetwork"], _told);
    }

    [Fact]
    public void A_first_that_fails_gives_way_at_once()
    {
        _net.Answer(Six, isThere: false);
        Assert.Equal([Six, Four], _net.Asked);

        Pass(500);
        _net.Answer(Four, isThere: true);
        Assert.Equal([Six, Four], _net.Asked);
        Assert.Equal(["InterNetwork"], _told);
    }

    [Fact]
    public void When_both_fail_that_is_told_once()
    {
        Pass(300);
        _net.Answer(Four, isThere: false);
        Assert.Empty(_told);
        _net.Answer(Six, isThere: false);

        Assert.Equal(["refused"], _told);
    }

    [Theory]
    [InlineData("TCP", "192.0.2.1:5060", "sip.a.example", true)]
    [InlineData("TLS", "192.0.2.1:5060", "sip.a.example", false)]
    [InlineData("TCP", "192.0.2.1:5070", "sip.a.example", false)]
    [InlineData("TCP", "192.0.2.1:5060", "backup.a.example", false)]
    [InlineData("TCP", "[2001:db8::2]:5060", "sip.a.example", false)]
    public void Only_addresses_of_one_server_race(string transport, string at, string host, bool isSame) =>
        Assert.Equal(isSame, new Hop(transport, IPEndPoint.Parse(at), "a.example") { Host = host }.IsOtherFamilyOf(Six));

    private void Pass(int milliseconds)
    {
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        while (_loop.Turn())
        {
        }
    }

    private sealed class SlowNet : IFlowSource
    {
        private readonly Dictionary<Hop, Action<Flow?, string>> _waiting = [];

        public List<Hop> Asked { get; } = [];

        public void Open(Hop hop, Action<Flow?, string> opened)
        {
            Asked.Add(hop);
            _waiting[hop] = opened;
        }

        public void Answer(Hop hop, bool isThere) => _waiting[hop](isThere ? new WireFlow(hop.Remote.Address.ToString(), hop.Remote.Port, isReliable: true) : null, isThere ? "" : "refused");
    }
}
