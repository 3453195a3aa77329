using System.Net;
using System.Net.NetworkInformation;

namespace Conference.Sip.Tests;

public sealed class OwnNetworksTests
{
    [Theory]
    [InlineData("192.168.7.130", 25, "192.168.7.128/25")]
    [InlineData("10.1.2.3", 32, "10.1.2.3/32")]
    [InlineData("10.1.2.3", 7, "10.0.0.0/7")]
    [InlineData("2001:db8::1:2", 64, "2001:db8::/64")]
    [InlineData("10.1.2.3", 0, null)]
    [InlineData("10.1.2.3", 33, null)]
    public void The_subnet_of_an_interface_is_its_address_without_the_host(string address, int length, string? network) =>
        Assert.Equal(network, OwnNetworks.Subnet(IPAddress.Parse(address), length)?.ToString());

    [Fact]
    public void Near_is_who_is_in_a_subnet_of_ours_or_on_this_machine()
    {
        var own = new OwnNetworks([IPNetwork.Parse("192.168.7.0/24"), IPNetwork.Parse("2001:db8:7::/64")]);
        foreach (var near in new[] { "192.168.7.9", "::ffff:192.168.7.9", "2001:db8:7::9", "127.0.0.3", "::1" }) Assert.True(own.Has(IPAddress.Parse(near)), near);
        foreach (var far in new[] { "192.168.8.9", "8.8.8.8", "2001:db8:8::9" }) Assert.False(own.Has(IPAddress.Parse(far)), far);
    }

    [Fact]
    public void The_addresses_of_this_machine_are_near() =>
        Assert.All(
            NetworkInterface.GetAllNetworkInterfaces().Where(i => i.OperationalStatus == OperationalStatus.Up).SelectMany(i => i.GetIPProperties().UnicastAddresses),
            a => Assert.True(OwnNetworks.OfThisMachine.Has(a.Address)));
}
