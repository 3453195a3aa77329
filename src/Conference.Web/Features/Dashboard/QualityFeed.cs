using Conference.Core;
using Conference.Core.Rooms;
using Microsoft.AspNetCore.SignalR;

namespace Conference.Web.Features.Dashboard;

/// <summary>How everybody sounds, every two seconds, to pages that are open; what stays the same is not repeated.</summary>
public sealed partial class QualityFeed(RoomDesk rooms, LiveViewers viewers, IHubContext<LiveHub> hub, TimeProvider time, ILogger<QualityFeed> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private readonly Dictionary<RoomNumber, Dictionary<Guid, QualityView>> _told = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SendAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log.NotTold(log, e);
            }
        }
    }

    private async Task SendAsync(CancellationToken stopping)
    {
        var watched = viewers.Watched;
        foreach (var gone in _told.Keys.Where(r => !watched.Contains(r)).ToList()) _told.Remove(gone);
        foreach (var room in watched)
        {
            var now = rooms.QualityOf(room).ToDictionary(q => q.Who.Value, q => QualityView.Of(q.Quality));
            var before = _told.GetValueOrDefault(room) ?? [];
            var changed = now.Where(q => before.GetValueOrDefault(q.Key) != q.Value).ToDictionary();
            _told[room] = now;
            if (changed.Count > 0) await hub.Clients.Clients(viewers.Of(room, rooms.Find(room)?.OwnerId)).SendAsync("quality", changed, stopping);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Open pages could not be told how people sound.")]
        public static partial void NotTold(ILogger log, Exception e);
    }
}
