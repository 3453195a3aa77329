using Conference.Core;
using Conference.Core.Recordings;
using Conference.Infrastructure.Data;
using Microsoft.EntityFrameworkCore;

namespace Conference.Infrastructure.Recordings;

/// <summary>Takes recordings away. Nothing is deleted at once, and the row stays as the record of who did it.</summary>
public sealed class RecordingCatalogue(IDbContextFactory<ConferenceDb> dbs, RecordingPlaces places, TimeProvider time)
{
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
