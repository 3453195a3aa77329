using System.Globalization;
using Microsoft.EntityFrameworkCore;

namespace Conference.Infrastructure.Data;

/// <summary>The last moment the house is known to have been alive, so that a crash in a quiet meeting does not shorten it.</summary>
internal static class Heartbeat
{
    /// <summary>How often it is noted while somebody is in a room.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private const string Key = "AliveAt";

    public static async Task NoteAsync(ConferenceDb db, DateTimeOffset now, CancellationToken cancel)
    {
        var ticks = now.UtcTicks.ToString(CultureInfo.InvariantCulture);
        if (await db.SiteSettings.Where(s => s.Key == Key).ExecuteUpdateAsync(set => set.SetProperty(s => s.Value, ticks), cancel) > 0) return;
        db.SiteSettings.Add(new Setting { Key = Key, Value = ticks });
        await db.SaveChangesAsync(cancel);
    }

    /// <summary>The later of the last beat and the last fact; <see langword="null"/> when there was neither.</summary>
    public static async Task<DateTimeOffset?> LastSignAsync(ConferenceDb db, CancellationToken cancel)
    {
        var fact = await db.Journal.MaxAsync(r => (DateTimeOffset?)r.At, cancel);
        var beat = await db.SiteSettings.Where(s => s.Key == Key).Select(s => s.Value).SingleOrDefaultAsync(cancel);
        var alive = long.TryParse(beat, CultureInfo.InvariantCulture, out var ticks) ? new DateTimeOffset(ticks, TimeSpan.Zero) : fact;
        return fact > alive ? fact : alive;
    }
}
