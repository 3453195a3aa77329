using Conference.Core;
using Conference.Core.Events;
using Conference.Media.Recording;
using Conference.Media.Sessions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Conference.Infrastructure.Recordings;

/// <summary>Tells when the space for recordings becomes short, and when it is back: one fact for each change.</summary>
public sealed class DiskReporter(IMediaEngine media, EventFeed feed, TimeProvider time, ILogger<DiskReporter> log) : BackgroundService
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(2);
    private DiskLevel _told = DiskLevel.Fine;

    /// <summary>Looks once.</summary>
    public void Look()
    {
        var disk = media.Health.Disk;
        if (disk.Level == _told) return;
        _told = disk.Level;
        var free = disk.Space.Free;
        feed.Publish(Actor.System, disk.Level switch
        {
            DiskLevel.Fine => new DiskEvent.Recovered(free),
            DiskLevel.Low => new DiskEvent.Low(free),
            DiskLevel.Scarce => new DiskEvent.Scarce(free),
            _ => new DiskEvent.Full(free),
        });
        if (disk.Level == DiskLevel.Fine) Log.DiskRecovered(log, free);
        else Log.DiskFills(log, free, disk.Level.ToString());
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Between, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                Look();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }
}
