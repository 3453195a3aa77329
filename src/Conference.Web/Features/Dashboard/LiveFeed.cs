using System.Collections.Immutable;
using Conference.Core;
using Conference.Core.Events;
using Conference.Core.Rooms;
using Microsoft.AspNetCore.SignalR;

namespace Conference.Web.Features.Dashboard;

/// <summary>Tells open dashboards what happened: a whole numbered picture per room, at once, then at most every <see cref="Pause"/>.</summary>
/// <remarks>The only producer of room pictures. Pictures, not differences: a page that missed one is right again with the next.</remarks>
public sealed partial class LiveFeed(EventFeed feed, RoomDesk rooms, LiveViewers viewers, DialBoard dials, IHubContext<LiveHub> hub, TimeProvider time, ILogger<LiveFeed> log) : BackgroundService
{
    /// <summary>Talking must show within 300 ms; a burst of events must not become a burst of pictures.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(60);

    private readonly SemaphoreSlim _news = new(0);
    private ImmutableHashSet<RoomNumber> _changed = [];
    private ImmutableHashSet<RoomNumber> _dialled = [];
    private bool _listChanged;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        dials.Changed += MarkDials;
        try
        {
            await Task.WhenAll(ReadAsync(stoppingToken), TellAsync(stoppingToken));
        }
        finally
        {
            dials.Changed -= MarkDials;
        }
    }

    private void MarkDials(RoomNumber room)
    {
        ImmutableInterlocked.Update(ref _dialled, all => all.Add(room));
        Mark([], false);
    }

    private async Task ReadAsync(CancellationToken stopping)
    {
        using var reader = feed.Subscribe();
        await foreach (var envelope in reader.ReadAllAsync(stopping))
        {
            if (envelope is null) Mark([.. viewers.Watched, .. rooms.Live.Select(r => r.Number)], true); // we fell behind: start from the truth
            else if (envelope.What is RoomEvent what) Mark([envelope.Room], what is RoomEvent.Opened or RoomEvent.Closed or RoomEvent.Joined or RoomEvent.Left);
        }
    }

    private void Mark(ImmutableHashSet<RoomNumber> which, bool list)
    {
        ImmutableInterlocked.Update(ref _changed, changed => changed.Union(which));
        if (list) Volatile.Write(ref _listChanged, true);
        if (_news.CurrentCount == 0) _news.Release();
    }

    private async Task TellAsync(CancellationToken stopping)
    {
        while (true)
        {
            await _news.WaitAsync(stopping);
            try
            {
                await SendAsync(stopping);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log.NotTold(log, e); // one page that cannot be told must not silence the others
            }

            await Task.Delay(Pause, time, stopping);
        }
    }

    private async Task SendAsync(CancellationToken stopping)
    {
        var changed = Interlocked.Exchange(ref _changed, []);
        foreach (var room in changed.Intersect(viewers.Watched)) await SendAsync(room, rooms.Find(room), stopping);
        foreach (var room in Interlocked.Exchange(ref _dialled, []).Intersect(viewers.Watched))
            await hub.Clients.Clients(viewers.Of(room)).SendAsync("dials", stopping); // the page asks for them, and is asked whether it may
        if (Interlocked.Exchange(ref _listChanged, false)) await hub.Clients.Group(LiveHub.ListGroup).SendAsync("list", stopping);
    }

    private Task SendAsync(RoomNumber number, RoomSnapshot? room, CancellationToken stopping) =>
        hub.Clients.Clients(room is null ? viewers.Of(number) : viewers.Of(number, room.OwnerId)).SendAsync("room", RoomView.Of(number, room, time.GetUtcNow()), stopping);

    public override void Dispose()
    {
        _news.Dispose();
        base.Dispose();
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Open dashboards could not be told of a change.")]
        public static partial void NotTold(ILogger log, Exception e);
    }
}
