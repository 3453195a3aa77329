using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Conference.Infrastructure.Data.Sqlite;

/// <summary>What every SQLite connection of ours starts with.</summary>
/// <remarks>
/// A writer that meets another waits inside SQLite instead of failing. Commits reach the disk before they return (<c>synchronous</c> stays FULL):
/// what a page has answered survives a power cut. WAL lets readers go on while somebody writes; it is a property of the file and set by <see cref="Migrator"/>.
/// </remarks>
internal sealed class SqliteHabits : DbConnectionInterceptor
{
    private const string Habits = "PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON;";

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Habits;
        command.ExecuteNonQuery();
    }

    public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = Habits;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
