using System.Net;
using Conference.Sip.Transport;

namespace Conference.Sip.Tests.Transport;

/// <summary>The 1300 octets of RFC 3261 §18.1.1.</summary>
public class LargeRequestsTests
{
    private readonly Hop _peer = new("UDP", new IPEndPoint(IPAddress.Parse("192.0.2.9"), 5060), "provider.example");
    private readonly LargeRequests _rule = new();

    [Fact]
    public void Only_what_does_not_fit_a_datagram_goes_by_a_connection()
    {
        Assert.Null(_rule.Instead(_peer, 1_300, 0));
        Assert.Equal(_peer with { Transport = "TCP" }, _rule.Instead(_peer, 1_301, 0));
        Assert.Null(_rule.Instead(_peer with { IsFixed = true }, 9_000, 0));
        Assert.Null(_rule.Instead(_peer with { Transport = "TLS" }, 9_000, 0));
    }

    [Fact]
    public void A_peer_that_takes_no_connections_is_not_asked_again_for_ten_minutes()
    {
        _rule.Refused(_peer, 0);

        Assert.Null(_rule.Instead(_peer, 2_000, 599_999));
        Assert.NotNull(_rule.Instead(_peer, 2_000, 600_000));
        Assert.NotNull(_rule.Instead(_peer with { Remote = new IPEndPoint(IPAddress.Parse("192.0.2.10"), 5060) }, 2_000, 0));
    }
}
