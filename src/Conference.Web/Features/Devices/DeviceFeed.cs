using Conference.Core.Events;
using Microsoft.AspNetCore.SignalR;

namespace Conference.Web.Features.Devices;

/// <summary>Passes on that phones came and went.</summary>
public sealed partial class DeviceFeed(EventFeed feed, IHubContext<DeviceHub> hub, ILogger<DeviceFeed> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var reader = feed.Subscribe();
        await foreach (var envelope in reader.ReadAllAsync(stoppingToken))
            if (envelope is null or { What: DeviceEvent.Registered or DeviceEvent.Unregistered }) await TellAsync(stoppingToken);
    }

    private async Task TellAsync(CancellationToken stopping)
    {
        try
        {
            await hub.Clients.All.SendAsync("devices", stopping);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.NotTold(log, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Open device pages could not be told of a change.")]
        public static partial void NotTold(ILogger log, Exception e);
    }
}
