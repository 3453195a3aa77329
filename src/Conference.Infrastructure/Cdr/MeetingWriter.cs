using Conference.Core.Events;
using Conference.Infrastructure.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Conference.Infrastructure.Cdr;

/// <summary>Reads the journal and writes what reports show: meetings, who attended, what was recorded.</summary>
/// <remarks>Its cursor commits together with what it wrote, so it can be killed at any moment: it goes on after the last row whose effect is stored.</remarks>
public sealed class MeetingWriter(IDbContextFactory<ConferenceDb> dbs, JournalBell bell, TimeProvider time, ILogger<MeetingWriter> log) : BackgroundService
{
    private const string Name = "meetings";
    private const int MostAtOnce = 500;
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(5);

    /// <summary>Reads to the end of the journal as it is now.</summary>
    public async Task CatchUpAsync(CancellationToken cancel)
    {
        while (await StepAsync(cancel))
        {
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await TryCatchUpAsync(stoppingToken);
                await bell.WaitAsync(s_look, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task TryCatchUpAsync(CancellationToken cancel)
    {
        try
        {
            await CatchUpAsync(cancel);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            Log.MeetingsWait(log, e);
        }
    }

    /// <summary>One batch, one transaction.</summary>
    /// <returns>Whether there may be more.</returns>
    private async Task<bool> StepAsync(CancellationToken cancel)
    {
        await using var db = await dbs.CreateDbContextAsync(cancel);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var cursor = await db.Cursors.FindAsync([Name], cancel) ?? db.Cursors.Add(new Cursor { Reader = Name }).Entity;
        var rows = await db.Journal.AsNoTracking().Where(r => r.Id > cursor.After).OrderBy(r => r.Id).Take(MostAtOnce).ToListAsync(cancel);
        if (rows.Count == 0) return false;

        var fold = new MeetingFold(db);
        foreach (var row in rows) await ApplyAsync(fold, row, cancel);
        cursor.After = rows[^1].Id;
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return rows.Count == MostAtOnce;
    }

    private async Task ApplyAsync(MeetingFold fold, JournalRow row, CancellationToken cancel)
    {
        if (row.Meeting is null) return;
        if (EventJson.Read(row.Json) is RoomEvent what) await fold.ApplyAsync(row, what, cancel);
        else Log.UnknownFact(log, row.Id, row.Type); // written by a newer version; nothing this one could make of it
    }
}

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Error, Message = "Meetings could not be written; trying again in a few seconds.")]
    public static partial void MeetingsWait(ILogger log, Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Journal row {Row} holds a fact of an unknown kind, {Type}.")]
    public static partial void UnknownFact(ILogger log, long row, string type);
}
