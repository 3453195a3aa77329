using Conference.Core.Accounts;
using Conference.Core.Bookings;
using Conference.Core.Calls;
using Conference.Core.Exchange;
using Conference.Core.Routing;
using Conference.Infrastructure.Accounts;
using Conference.Infrastructure.Data;
using Conference.Infrastructure.Routing;
using Conference.Media.Sessions;
using Conference.Sip;

namespace Conference.Web.Hosting;

/// <summary>Starts and stops the exchange with the site: what can be dialled is known before the first call, and every room hears that it is over before the last word.</summary>
internal sealed partial class TelephonyHost(
    ISipStack sip, IMediaEngine media, Switchboard exchange, HouseState state, RouteBook ways, BookingDesk bookings, DialBook numbers, DeviceBook devices,
    DeviceDirectory directory, RouteDirectory routes, BindingStore bindings, SettingsStore settings, TimeProvider time, ILogger<TelephonyHost> log) : BackgroundService
{
    private static readonly TimeSpan Refresh = TimeSpan.FromHours(1);
    private static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(5); // the sentence is four seconds long
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        settings.Changed += Use;
        Use(settings.Current);
        await directory.LoadAsync(cancellationToken);
        await routes.LoadAsync(cancellationToken);
        await bookings.LoadAsync(cancellationToken);
        var begun = time.GetTimestamp();
        var known = (await bindings.LoadAsync(cancellationToken)).Where(b => devices.Find(b.Account) is not null).ToList();
        sip.Start(exchange, known);
        state.Lamps = sip.Lamps;
        ways.Changed += Use;
        Use(ways.Plan);
        var here = sip.Bindings;
        foreach (var binding in here) devices.Reached(SignallingWatcher.Seen(binding));
        if (here.Length > 0) KnownAgain(log, here.Length, (long)time.GetElapsedTime(begun).TotalMilliseconds);
        foreach (var listener in sip.Listening) Listening(log, listener.Transport, listener.Address.ToString());
        foreach (var missing in media.Health.Missing) NotOffered(log, missing.Name, missing.Library);
        Tell(media.Health.Web);
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        settings.Changed -= Use;
        ways.Changed -= Use;
        await exchange.CloseAsync(Goodbye);
        await sip.StopAsync(Grace);
        await base.StopAsync(cancellationToken);
    }

    /// <summary>The directory forgets what is over and takes up what somebody else stored.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Refresh, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await bookings.LoadAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested) // providers wrap a lost connection in exceptions of every kind
            {
                NotRefreshed(log, e); // what is known stays known
            }
        }
    }

    private void Tell(WebHealth web)
    {
        if (web is { Port: null, Wished: not null }) NoBrowsers(log);
        else if (web.IsElsewhere) SharedElsewhere(log, web.Wished, web.Port);
        else if (web.Port is not null) Shared(log, web.Port);
    }

    private void Use(RoutePlan plan) => sip.Trunks.Use([.. plan.Trunks.Where(t => t.IsEnabled).Select(t => t.Line)]);

    private void Use(SiteSettings site)
    {
        ways.Zone = site.Zone;
        devices.TrustsPeople = site.TrustsPortalSession;
        numbers.GuestsMayDial = site.GuestsMayDial;
        numbers.AccessNumbers = site.AccessNumber.Length > 0 ? [site.AccessNumber] : [];
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Answering SIP on {Transport} {Address}")]
    private static partial void Listening(ILogger log, string transport, string address);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} phones that were registered before the restart are known again, read in {Milliseconds} ms.")]
    private static partial void KnownAgain(ILogger log, int count, long milliseconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Codec} is not offered to phones: {Library} is not installed.")]
    private static partial void NotOffered(ILogger log, string codec, string library);

    [LoggerMessage(Level = LogLevel.Information, Message = "Phones in web pages are heard on UDP port {Port}.")]
    private static partial void Shared(ILogger log, int? port);

    [LoggerMessage(Level = LogLevel.Warning, Message = "UDP port {Wished} is taken: phones in web pages are heard on port {Port} until the next start, and a firewall that knows only the former shuts them out. See Conference:Media:SharedPort.")]
    private static partial void SharedElsewhere(ILogger log, int? wished, int? port);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Phones in web pages are not heard: DTLS needs OpenSSL 1.1.1 or newer, or Conference:Media:Security is None.")]
    private static partial void NoBrowsers(ILogger log);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Bookings could not be read again from the database; callers go on with what is known.")]
    private static partial void NotRefreshed(ILogger log, Exception e);
}
