using Conference.Core.Accounts;

namespace Conference.Core.Tests.Accounts;

public sealed class NetworksTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData(null, "")]
    [InlineData("192.168.1.0/24", "192.168.1.0/24")]
    [InlineData("192.168.1.77/24", "192.168.1.0/24")]
    [InlineData("10.0.0.7", "10.0.0.7/32")]
    [InlineData("10.0.0.7;  2001:db8::1/32\n0.0.0.0/0", "10.0.0.7/32, 2001:db8::/32, 0.0.0.0/0")]
    public void What_people_write_is_read(string? text, string meant)
    {
        var (networks, wrong) = Networks.Read(text);

        Assert.Null(wrong);
        Assert.Equal(meant, Networks.Write(networks));
    }

    [Theory]
    [InlineData("office", "office")]
    [InlineData("10.0.0.0/8, 10", "10")]
    [InlineData("10.0.0.0/33", "10.0.0.0/33")]
    [InlineData("10.0.0.0/-1", "10.0.0.0/-1")]
    [InlineData("10.0.0.0/", "10.0.0.0/")]
    [InlineData("fe80::1%3", "fe80::1%3")]
    [InlineData("10.0.0.0/8/8", "10.0.0.0/8/8")]
    public void What_is_no_network_is_named(string text, string wrong) => Assert.Equal(wrong, Networks.Read(text).Wrong);
}
