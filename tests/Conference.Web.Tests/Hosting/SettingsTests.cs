using Conference.Core;
using Conference.Core.Bookings;
using Conference.Infrastructure.Import;
using Conference.Web.Hosting;
using Conference.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Conference.Web.Tests.Hosting;

public sealed class SettingsTests
{
    [Theory]
    [InlineData(60, 3600, true)]
    [InlineData(9, 3600, false)]
    [InlineData(600, 300, false)]
    [InlineData(60, 90_000, false)]
    public void Registrations_last_as_long_as_makes_sense(int least, int most, bool isUsable) =>
        Assert.Equal(isUsable, new SipOptions { MinExpires = least, MaxExpires = most }.ExpiresAreUsable);

    [Theory]
    [InlineData("udp://127.0.0.1:5070", 1)]
    [InlineData("udp://127.0.0.1:5070,tcp://127.0.0.1:5070", 2)]
    [InlineData(" udp://127.0.0.1:5070 ;\ttcp://127.0.0.1:5070 ", 2)]
    public async Task Listeners_may_be_one_value(string value, int count)
    {
        using var site = await new TestSite(false, ("Conference:Sip:Listen", value)).StartedAsync();

        var listen = site.Get<IOptions<SipOptions>>().Value.Listen;

        Assert.Equal("udp://127.0.0.1:5070", listen[0]);
        Assert.Equal(count, listen.Length);
    }

    [Theory]
    [InlineData("Conference:TrustedProxies")]
    [InlineData("Conference:TrustedProxies:0")]
    public async Task Proxies_may_be_one_value_or_a_list(string key)
    {
        using var site = await new TestSite(false, (key, "10.0.0.5, 10.0.0.6")).StartedAsync();

        var proxies = site.Get<IOptions<ForwardedHeadersOptions>>().Value.KnownProxies;

        Assert.Equal(["10.0.0.5", "10.0.0.6"], proxies.Select(p => p.ToString()));
    }

    [Fact]
    public async Task Our_domains_the_proxies_before_us_and_the_name_servers_are_read_from_the_settings()
    {
        using var site = await new TestSite(
            false, ("Conference:Sip:Domains", "example.org, sip.example.org"), ("Conference:Sip:ServiceRoute", "<sip:edge.example.org;lr>, sips:10.0.0.9:5061;transport=tcp;lr"),
            ("Conference:Sip:DnsServers", "192.0.2.53 [2001:db8::53] 192.0.2.54:5353")).StartedAsync();

        var names = SipNames.Read(site.Get<IOptions<SipOptions>>().Value);

        Assert.Equal(["example.org", "sip.example.org"], names.Domains.AsEnumerable());
        Assert.Equal(["sip:edge.example.org;lr", "sips:10.0.0.9:5061;transport=tcp;lr"], names.ServiceRoute.AsEnumerable());
        Assert.Equal(["192.0.2.53:53", "[2001:db8::53]:53", "192.0.2.54:5353"], names.DnsServers.Select(s => s.ToString()));
    }

    [Theory]
    [InlineData("Domains", "sip:example.org", "Conference:Sip:Domains: 'sip:example.org' is not a name. Write only what stands behind the @, for instance example.org.")]
    [InlineData("Domains", "anna@example.org", "Conference:Sip:Domains: 'anna@example.org' is not a name. Write only what stands behind the @, for instance example.org.")]
    [InlineData("ServiceRoute", "proxy.example.org", "Conference:Sip:ServiceRoute: 'proxy.example.org' is not the address of a proxy. Write for instance sip:proxy.example.org;lr.")]
    [InlineData("ServiceRoute", "sip:proxy.example.org", "Conference:Sip:ServiceRoute: 'sip:proxy.example.org' is not the address of a proxy. Write for instance sip:proxy.example.org;lr.")]
    [InlineData("ServiceRoute", "sip:p.example.org;lr>\r\nVia: x", "is not the address of a proxy")]
    [InlineData("DnsServers", "10", "Conference:Sip:DnsServers: '10' is not the address of a name server. Write an IP address, for instance 192.0.2.53, [2001:db8::53] or 192.0.2.53:5353.")]
    [InlineData("DnsServers", "dns.example.org", "Conference:Sip:DnsServers: 'dns.example.org' is not the address of a name server.")]
    [InlineData("DnsServers", "192.0.2.53:99999", "Conference:Sip:DnsServers: '192.0.2.53:99999' is not the address of a name server.")]
    public void A_name_that_is_none_is_told_with_what_to_write(string key, string value, string sentence)
    {
        var options = key switch
        {
            "Domains" => new SipOptions { Domains = [value] },
            "ServiceRoute" => new SipOptions { ServiceRoute = [value] },
            _ => new SipOptions { DnsServers = [value] },
        };

        Assert.Contains(sentence, Assert.Single(new SipNamesCheck().Validate(null, options).Failures!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invitations_name_the_port_of_listeners_written_as_one_value()
    {
        using var site = await new TestSite(true, ("Conference:Sip:Listen", "udp://0.0.0.0:5070,tcp://0.0.0.0:5070"), ("Conference:Sip:AdvertisedAddress", "sip.example.org")).StartedAsync();

        var request = new BookingRequest
        {
            Title = "Budget",
            OwnerId = await site.IdOfAsync(TestSite.Anna),
            HostName = "Anna",
            HostEmail = "anna@example.org",
            StartsAt = DateTimeOffset.UtcNow,
            Duration = TimeSpan.FromHours(1),
            TimeZone = "Europe/Rome",
        };
        await site.Get<BookingDesk>().BookAsync(request, Actor.System, CancellationToken.None);

        var mail = await site.InDbAsync(db => db.Outbox.FirstOrDefaultAsync());
        Assert.Contains("sip.example.org:5070", mail?.Text ?? "no mail", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_relative_folder_of_Asterisk_files_counts_from_where_the_data_directory_counts()
    {
        using var site = await new TestSite(false, ("Conference:Asterisk:Directory", "asterisk")).StartedAsync();

        Assert.Equal(Path.Combine(site.Get<Microsoft.Extensions.Hosting.IHostEnvironment>().ContentRootPath, "asterisk"), site.Get<IOptions<AsteriskOptions>>().Value.Directory);
    }

    [Fact]
    public async Task The_settings_page_shows_the_port_that_mail_really_uses()
    {
        using var site = await new TestSite(true, ("Conference:Mail:Host", "mail.invalid"), ("Conference:Mail:From", "conference@example.org")).StartedAsync();
        var admin = await site.SignInAsync(TestSite.Admin);

        Assert.Contains("mail.invalid:587", (await admin.PageAsync("/settings")).Body!.TextContent, StringComparison.Ordinal);
    }
}
