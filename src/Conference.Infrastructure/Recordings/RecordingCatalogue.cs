using Conference.Core;
using Conference.Core.Recordings;
using Conference.Infrastructure.Data;
using Microsoft.EntityFrameworkCore;

namespace Conference.Infrastructure.Recordings;

/// <summary>A recording with the meeting it belongs to, whose owner decides who may hear it.</summary>
public sealed record CataloguedRecording(Recording Recording, Meeting Meeting);

/// <summary>Finds recordings and takes them away. Nothing is deleted at once, and the row stays as the record of who did it.</summary>
public sealed class RecordingCatalogue(IDbContextFactory<ConferenceDb> dbs, RecordingPlaces places, TimeProvider time)
{
    /// <summary>Where the file lies, by id alone.</summary>
    public string FileOf(RecordingId id) => places.MixOf(id);

    public async Task<CataloguedRecording?> FindAsync(RecordingId id, CancellationToken cancel)
    {
        await using var db = await dbs.CreateDbContextAsync(cancel);
        return await (from recording in db.Recordings.AsNoTracking()
                      join meeting in db.Meetings.AsNoTracking() on recording.Meeting equals meeting.Id
                      where recording.Id == id
                      select new CataloguedRecording(recording, meeting)).SingleOrDefaultAsync(cancel);
    }

    /// <summary>Puts a finished recording into the bin, where it can be taken out again for <see cref="Recording.BinTime"/>.</summary>
    /// <returns><see langword="false"/> when there is no such recording, or it is still running or gone already.</returns>
    public async Task<bool> BinAsync(RecordingId id, Actor by, CancellationToken cancel)
    {
        await using var db = await dbs.CreateDbContextAsync(cancel);
        DateTimeOffset? now = time.GetUtcNow();
        return await db.Recordings.Where(r => r.Id == id && r.State == RecordingState.Kept).ExecuteUpdateAsync(
            set => set.SetProperty(r => r.State, RecordingState.Binned).SetProperty(r => r.DeletedAt, now).SetProperty(r => r.DeletedById, by.Id).SetProperty(r => r.DeletedByName, by.Name),
            cancel) > 0;
    }

    /// <summary>Takes it out of the bin.</summary>
    public async Task<bool> RestoreAsync(RecordingId id, CancellationToken cancel)
    {
        await using var db = await dbs.CreateDbContextAsync(cancel);
        return await db.Recordings.Where(r => r.Id == id && r.State == RecordingState.Binned).ExecuteUpdateAsync(
            set => set.SetProperty(r => r.State, RecordingState.Kept).SetProperty(r => r.DeletedAt, (DateTimeOffset?)null).SetProperty(r => r.DeletedById, (string?)null).SetProperty(r => r.DeletedByName, (string?)null),
            cancel) > 0;
    }

    /// <summary>Removes the files of everything that has lain in the bin long enough.</summary>
    /// <returns>How many.</returns>
    public async Task<int> EmptyBinAsync(CancellationToken cancel)
    {
        await using var db = await dbs.CreateDbContextAsync(cancel);
        var before = time.GetUtcNow() - Recording.BinTime;
        var old = await db.Recordings.Where(r => r.State == RecordingState.Binned && r.DeletedAt < before).ToListAsync(cancel);
        foreach (var recording in old)
        {
            Remove(recording.Id); // first the file: a row never claims to be gone while its sound is there
            recording.State = RecordingState.Deleted;
        }

        await db.SaveChangesAsync(cancel);
        return old.Count;
    }

    private void Remove(RecordingId id)
    {
        var folder = Path.GetDirectoryName(places.MixOf(id))!;
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }
}
