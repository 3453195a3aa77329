using System.Data.Common;
using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Conference.Infrastructure.Data;

/// <summary>Brings the database up to date before anything else starts. Registered first, so everybody after it finds its tables.</summary>
public sealed class Migrator(IDbContextFactory<ConferenceDb> dbs, SettingsStore settings, ILogger<Migrator> log) : IHostedService
{
    private Task? _done;

    /// <summary>Makes the folder, applies what is missing, loads the settings; once, however often it is asked.</summary>
    /// <exception cref="InvalidOperationException">The database cannot be used; the message is a sentence for the operator.</exception>
    public Task MigrateAsync(CancellationToken cancel) => _done ??= RunAsync(cancel);

    public Task StartAsync(CancellationToken cancellationToken) => MigrateAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task RunAsync(CancellationToken cancel)
    {
        await using var db = await dbs.CreateDbContextAsync(cancel);
        try
        {
            if (db.Database.IsSqlite()) await PrepareSqliteAsync(db, cancel);
            await UpgradeAsync(db, cancel);
            await settings.LoadAsync(cancel);
        }
        catch (Exception e) when (Causes(e).Any(IsOutside))
        {
            throw new InvalidOperationException($"The database cannot be used ({Why(e)}): check Conference:DataDirectory, Conference:Database:Provider and ConnectionStrings:Conference.", e);
        }
    }

    /// <summary>Not a mistake of ours. Looked for all the way down, because providers wrap it in exceptions of every kind.</summary>
    private static bool IsOutside(Exception e) => e is DbException or IOException or SocketException or TimeoutException or UnauthorizedAccessException;

    /// <summary>What the database said and what lies under it: "Failed to connect to 10.0.0.5:5432, Connection refused".</summary>
    private static string Why(Exception e) =>
        Plain.Line(string.Join(", ", Causes(e).SkipWhile(c => !IsOutside(c)).Select(c => c.Message.TrimEnd('.')).Distinct()), 300);

    private static IEnumerable<Exception> Causes(Exception e)
    {
        for (var cause = e; cause is not null; cause = cause.InnerException) yield return cause;
    }

    private async Task UpgradeAsync(ConferenceDb db, CancellationToken cancel)
    {
        var missing = (await db.Database.GetPendingMigrationsAsync(cancel)).ToList();
        if (missing.Count == 0) return;
        Log.Migrating(log, missing.Count);
        await db.Database.MigrateAsync(cancel);
    }

    private static async Task PrepareSqliteAsync(ConferenceDb db, CancellationToken cancel)
    {
        var file = new SqliteConnectionStringBuilder(db.Database.GetConnectionString()).DataSource;
        if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder) Directory.CreateDirectory(folder);
        await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancel);

        // The file belongs to one process. A lock that stands at its start was left by one that died while migrating, and would be waited for without end.
        await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancel);
    }
}

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Bringing the database up to date: {Count} migrations.")]
    public static partial void Migrating(ILogger log, int count);
}
