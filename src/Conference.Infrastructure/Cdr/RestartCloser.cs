using Conference.Core;
using Conference.Core.Events;
using Conference.Core.Recordings;
using Conference.Infrastructure.Data;
using Conference.Media.Recording;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Conference.Infrastructure.Cdr;

/// <summary>Ends the stories that a crash cut off: whoever joined has left, what was opened is closed, what was recorded has its true length.</summary>
/// <remarks>Runs at start, after the tables are there and before anybody publishes. The facts bear the last moment the house was known to be alive.</remarks>
public sealed class RestartCloser(IDbContextFactory<ConferenceDb> dbs, MeetingWriter meetings, RecordingPlaces places, ILogger<RestartCloser> log) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => CloseAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task CloseAsync(CancellationToken cancel)
    {
        await meetings.CatchUpAsync(cancel); // the tables now say what the journal says
        await using var db = await dbs.CreateDbContextAsync(cancel);
        var open = await db.Meetings.AsNoTracking().Include(m => m.Attendances).Include(m => m.Recordings).Where(m => m.ClosedAt == null).ToListAsync(cancel);
        if (open.Count == 0) return;

        await AppendAsync(db, open, cancel);
        await meetings.CatchUpAsync(cancel);
        Log.Closed(log, open.Count);
    }

    private async Task AppendAsync(ConferenceDb db, List<Meeting> open, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await Journal.TakeTurnAsync(db, cancel);
        var position = await db.Journal.MaxAsync(r => r.Position, cancel) ?? 0;
        var at = await Heartbeat.LastSignAsync(db, cancel) ?? DateTimeOffset.UnixEpoch;
        foreach (var meeting in open)
        {
            var version = await db.Journal.Where(r => r.Meeting == meeting.Id).MaxAsync(r => (long?)r.Version, cancel) ?? 0;
            foreach (var what in Ending(meeting))
                db.Journal.Add(Journal.RowOf(new Envelope(++position, at, Actor.System, meeting.Room, ++version, what)));
        }

        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
    }

    /// <summary>The same facts in the same order as when a host ends a conference.</summary>
    private IEnumerable<RoomEvent> Ending(Meeting meeting)
    {
        var people = meeting.Attendances.Where(a => a.LeftAt is null).OrderBy(a => a.JoinedAt).ToList();
        var left = people.Count;
        foreach (var leg in people)
        {
            if (leg.TalkingSince is not null) yield return new RoomEvent.TalkingStopped(meeting.Id, leg.Id);
            yield return new RoomEvent.Left(meeting.Id, leg.Id, LeaveReason.ServerRestarted, --left);
        }

        foreach (var recording in meeting.Recordings.Where(r => r.State == RecordingState.Running))
            yield return new RoomEvent.RecordingStopped(meeting.Id, recording.Id, Repaired(recording.Id));
        yield return new RoomEvent.Closed(meeting.Id, CloseReason.ServerRestarted);
    }

    /// <summary>A file cut off in the middle is made whole; its own length counts.</summary>
    private TimeSpan Repaired(RecordingId id)
    {
        try
        {
            if (RecordingRepair.Fix(places.MixOf(id)) is { } length) return length;
            Log.NotARecording(log, id);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.NotRepaired(log, id, e);
        }

        return TimeSpan.Zero;
    }
}

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "The last run ended without closing {Count} meetings; they are closed now, as of the last moment it was alive.")]
    public static partial void Closed(ILogger log, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Recording {Recording} was cut off before it held any sound.")]
    public static partial void NotARecording(ILogger log, RecordingId recording);

    [LoggerMessage(Level = LogLevel.Error, Message = "Recording {Recording} was cut off by a crash and could not be repaired.")]
    public static partial void NotRepaired(ILogger log, RecordingId recording, Exception error);
}
