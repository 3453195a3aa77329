using Conference.Web.Hosting;

namespace Conference.Web.Tests.Hosting;

public class SipEndpointTests
{
    [Fact]
    public void A_browsers_socket_is_pinged_before_a_proxy_finds_it_idle_case_57()
    {
        var terms = SipEndpoint.Terms();

        Assert.Equal(("sip", 20.0, 20.0), (terms.SubProtocol, terms.KeepAliveInterval!.Value.TotalSeconds, terms.KeepAliveTimeout!.Value.TotalSeconds));
        Assert.False(terms.DangerousEnableCompression);
    }
}
