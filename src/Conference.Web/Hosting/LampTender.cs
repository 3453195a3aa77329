using Conference.Core.Events;
using Conference.Core.Exchange;

namespace Conference.Web.Hosting;

/// <summary>Tells those who watch a room that something happened in it; calls tell their lamps themselves.</summary>
internal sealed class LampTender(EventFeed feed, HouseState state) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var reader = feed.Subscribe();
        await foreach (var envelope in reader.ReadAllAsync(stoppingToken))
            if (envelope is { Room.Value.Length: > 0, What: not (RoomEvent.TalkingStarted or RoomEvent.TalkingStopped or RoomEvent.Led) }) state.Tell(envelope.Room);
    }
}
