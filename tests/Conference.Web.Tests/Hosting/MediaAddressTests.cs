using System.Net;
using System.Net.Sockets;
using Conference.Sip;
using Conference.Web.Hosting;

namespace Conference.Web.Tests.Hosting;

public sealed class MediaAddressTests
{
    private static readonly OwnNetworks Near = new([IPNetwork.Parse("192.0.2.0/24")]);

    [Fact]
    public void Each_family_is_answered_in_its_own()
    {
        var four = new MediaAddress("203.0.113.5", Near);
        Assert.Equal(IPAddress.Parse("203.0.113.5"), four.To(IPAddress.Parse("198.51.100.9")));
        Assert.Equal(IPAddress.Parse("203.0.113.5"), four.To(IPAddress.Parse("::ffff:198.51.100.9")));
        Assert.Equal(AddressFamily.InterNetworkV6, four.To(IPAddress.Parse("2001:db8::9")).AddressFamily);

        var six = new MediaAddress("2001:db8::5", Near);
        Assert.Equal(IPAddress.Parse("2001:db8::5"), six.To(IPAddress.Parse("2001:db8:1::9")));
        Assert.Equal(AddressFamily.InterNetwork, six.To(IPAddress.Parse("198.51.100.9")).AddressFamily);
    }

    [Fact]
    public void A_phone_on_this_machine_is_told_this_machine()
    {
        var address = new MediaAddress("203.0.113.5", Near);
        Assert.Equal(IPAddress.Loopback, address.To(IPAddress.Loopback));
        if (Socket.OSSupportsIPv6) Assert.Equal(IPAddress.IPv6Loopback, address.To(IPAddress.IPv6Loopback));
    }

    [Fact]
    public void A_neighbour_is_not_sent_around_the_router()
    {
        var address = new MediaAddress("203.0.113.5", Near);
        Assert.NotEqual(IPAddress.Parse("203.0.113.5"), address.To(IPAddress.Parse("192.0.2.7")));
        Assert.NotEqual(IPAddress.Parse("203.0.113.5"), address.To(IPAddress.Parse("::ffff:192.0.2.7")));
        Assert.Equal(IPAddress.Parse("203.0.113.5"), address.To(IPAddress.Parse("192.0.3.7")));
    }

    [Theory]
    [InlineData("udp://0.0.0.0:5060", "0.0.0.0")]
    [InlineData("udp://0.0.0.0:5060 tcp://[::]:5060", "::")]
    [InlineData("udp://[2001:db8::5]:5060", "::")]
    public void Voices_are_received_in_every_family_that_signals(string listen, string bind)
    {
        if (!Socket.OSSupportsIPv6) return;
        var listeners = listen.Split(' ').Select(l => SipListen.Parse(l, out _)!);
        Assert.Equal(IPAddress.Parse(bind), MediaAddress.ToBind(listeners));
    }
}
