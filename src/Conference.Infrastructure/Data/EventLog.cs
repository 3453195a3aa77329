using Conference.Core;
using Conference.Core.Events;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Conference.Infrastructure.Data;

/// <summary>Writes the feed into the journal, within about 100 ms and in batches: a voice waits for no disk.</summary>
/// <remarks>
/// The only memory reader whose loss matters, so its queue is deep, a database that is away is waited for,
/// and stopping means writing down what was said until then. Booking facts pass by: their own transaction has written them (see <see cref="JournalRow"/>).
/// </remarks>
public sealed class EventLog(IDbContextFactory<ConferenceDb> dbs, EventFeed feed, JournalBell bell, TimeProvider time, ILogger<EventLog> log) : BackgroundService
{
    private const int Depth = 100_000;
    private const int MostAtOnce = 500;
    private static readonly TimeSpan s_together = TimeSpan.FromMilliseconds(50);
    private readonly HashSet<MeetingId> _live = [];
    private EventReader? _reader;

    /// <summary>Takes up the numbering where the last run stopped, before anybody publishes.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await using (var db = await dbs.CreateDbContextAsync(cancellationToken))
            feed.ContinueAfter(await db.Journal.MaxAsync(r => r.Position, cancellationToken) ?? 0);
        _reader = feed.Subscribe(Depth);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Lets the last facts reach the table; whoever publishes must have been stopped before.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _reader?.Dispose();
        await Task.WhenAny(ExecuteTask ?? Task.CompletedTask, Task.Delay(Timeout.Infinite, cancellationToken));
        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var facts = _reader!.ReadAllAsync(CancellationToken.None).GetAsyncEnumerator(CancellationToken.None);
        var next = facts.MoveNextAsync().AsTask();
        while (await BeatUntilAsync(next, stoppingToken))
        {
            var batch = new List<Envelope>();
            var late = Task.Delay(s_together, time, CancellationToken.None);
            do
            {
                Note(batch, facts.Current);
                next = facts.MoveNextAsync().AsTask();
                await Task.WhenAny(next, late);
            }
            while (next.IsCompleted && batch.Count < MostAtOnce && await next);
            await StoreAsync(batch, stoppingToken);
        }
    }

    /// <summary>Waits for the next fact and shows signs of life meanwhile, as long as somebody is in a room.</summary>
    private async Task<bool> BeatUntilAsync(Task<bool> next, CancellationToken stopping)
    {
        while (!next.IsCompleted)
        {
            using var enough = new CancellationTokenSource();
            if (await Task.WhenAny(next, Task.Delay(Heartbeat.Every, time, enough.Token)) != next && _live.Count > 0) await BeatAsync(stopping);
            await enough.CancelAsync();
        }

        return await next;
    }

    private void Note(List<Envelope> batch, Envelope? envelope)
    {
        if (envelope is null) Log.FactsLost(log, Depth);
        else if (envelope.What is not BookingEvent) batch.Add(envelope);
        if (envelope?.What is RoomEvent.Opened opened) _live.Add(opened.Meeting);
        if (envelope?.What is RoomEvent.Closed closed) _live.Remove(closed.Meeting);
    }

    private async Task BeatAsync(CancellationToken stopping)
    {
        try
        {
            await using var db = await dbs.CreateDbContextAsync(stopping);
            await Heartbeat.NoteAsync(db, time.GetUtcNow(), stopping);
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            Log.JournalWaits(log, 0, e);
        }
    }

    /// <summary>Tries until it is written; the queue holds what happens meanwhile.</summary>
    private async Task StoreAsync(List<Envelope> batch, CancellationToken stopping)
    {
        for (var tries = 1; batch.Count > 0; tries++)
        {
            try
            {
                await WriteAsync(batch, stopping);
                bell.Ring();
                return;
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                Log.JournalWaits(log, batch.Count, e);
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(100 * tries, 5000)), time, stopping);
            }
        }
    }

    /// <summary>Writes what is not there yet: an earlier try may have succeeded without our hearing of it.</summary>
    private async Task WriteAsync(List<Envelope> batch, CancellationToken cancel)
    {
        await using var db = await dbs.CreateDbContextAsync(cancel);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await Journal.TakeTurnAsync(db, cancel);
        var last = await db.Journal.MaxAsync(r => r.Position, cancel) ?? 0;
        db.Journal.AddRange(batch.Where(e => e.Position > last).Select(Journal.RowOf));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
    }
}

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Critical, Message = "The journal fell behind by more than {Depth} facts and has a hole now; is the database reachable?")]
    public static partial void FactsLost(ILogger log, int depth);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Count} facts wait to be written to the journal.")]
    public static partial void JournalWaits(ILogger log, int count, Exception error);
}
