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
