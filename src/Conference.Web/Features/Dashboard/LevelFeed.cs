using Conference.Core;
using Conference.Core.Rooms;
using Microsoft.AspNetCore.SignalR;

namespace Conference.Web.Features.Dashboard;

/// <summary>How loud everybody is, and whether the disk takes the recording, five times a second, to pages that are open; silence is not repeated.</summary>
public sealed partial class LevelFeed(RoomDesk rooms, LiveViewers viewers, IHubContext<LiveHub> hub, TimeProvider time, ILogger<LevelFeed> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private readonly Dictionary<RoomNumber, Dictionary<Guid, int>> _told = [];
    private readonly HashSet<RoomNumber> _inTrouble = []; // or without tracks

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
            await SendTroubleAsync(room, stopping);
            var now = rooms.LevelsOf(room).ToDictionary(l => l.Who.Value, l => Bar(l.Dbov));
            var before = _told.GetValueOrDefault(room) ?? [];
            var changed = now.Where(l => before.GetValueOrDefault(l.Key) != l.Value).ToDictionary();
            _told[room] = now;
            if (changed.Count > 0) await hub.Clients.Clients(viewers.Of(room, rooms.Find(room)?.OwnerId)).SendAsync("levels", changed, stopping);
        }
    }

    /// <summary>Repeated while it lasts, so that a page opened later hears of it, and taken back once.</summary>
    private async Task SendTroubleAsync(RoomNumber room, CancellationToken stopping)
    {
        var trouble = rooms.IsRecordingInTrouble(room);
        var tracks = rooms.IsRecordingWithoutTracks(room);
        if (!trouble && !tracks && !_inTrouble.Remove(room)) return;
        if (trouble || tracks) _inTrouble.Add(room);
        await hub.Clients.Clients(viewers.Of(room, rooms.Find(room)?.OwnerId)).SendAsync("trouble", trouble, tracks, stopping);
    }

    /// <summary>0 to 10: -60 dBov and below is silence, -10 dBov is as loud as a voice gets.</summary>
    public static int Bar(float dbov) => float.IsFinite(dbov) ? (int)Math.Round(Math.Clamp((dbov + 60) / 5, 0, 10)) : 0;

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Levels could not be sent.")]
        public static partial void NotTold(ILogger log, Exception e);
    }
}
