using System.Net;
using Conference.Sip.Transport;

namespace Conference.Sip.Tests.Transport;

public class LocalAddressesTests
{
    private static readonly IPEndPoint Peer = IPEndPoint.Parse("198.51.100.9:5060");

    [Fact]
    public void The_system_is_asked_once_until_an_address_of_this_machine_changes()
    {
        var (asked, changes, answer) = (0, 0, IPAddress.Parse("192.0.2.1"));
        var addresses = new LocalAddresses(IPEndPoint.Parse("0.0.0.0:5060"), _ => { asked++; return answer; }, () => changes);

        Assert.Equal("192.0.2.1:5060", addresses.Towards(Peer).ToString());
        Assert.Equal("192.0.2.1:5060", addresses.Towards(Peer).ToString());
        Assert.Equal(1, asked);

        (changes, answer) = (1, IPAddress.Parse("192.0.2.2"));
        Assert.Equal("192.0.2.2:5060", addresses.Towards(Peer).ToString());
    }

    [Fact]
    public void A_peer_that_no_route_leads_to_is_told_what_the_socket_is_bound_to() =>
        Assert.Equal("0.0.0.0:5060", new LocalAddresses(IPEndPoint.Parse("0.0.0.0:5060"), _ => null).Towards(Peer).ToString());
}
