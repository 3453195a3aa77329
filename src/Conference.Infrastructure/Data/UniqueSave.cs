using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Conference.Infrastructure.Data;

internal static class UniqueSave
{
    /// <summary>Two people may add the same at once: the database lets one of them.</summary>
    /// <returns>Whether it was stored; otherwise a unique index refused it.</returns>
    public static async Task<bool> SaveUniqueAsync(this ConferenceDb db, CancellationToken cancel)
    {
        try
        {
            await db.SaveChangesAsync(cancel);
            return true;
        }
        catch (DbUpdateException e) when (e.InnerException is SqliteException { SqliteErrorCode: 19 } or PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return false;
        }
    }
}
