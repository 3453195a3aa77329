using Conference.Infrastructure.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Conference.Infrastructure.Tests.Testing;

/// <summary>A migrated database of a test's own, on either engine.</summary>
public sealed class TestDb : IDbContextFactory<ConferenceDb>, IAsyncDisposable
{
    private static readonly Lazy<Task<string>> s_template = new(MakeTemplateAsync);
    private readonly DbContextOptions<ConferenceDb> _options;
    private readonly string? _folder;

    private TestDb(string provider, string connection, string? folder)
    {
        (Provider, Connection, _folder) = (provider, connection, folder);
        var options = new DbContextOptionsBuilder<ConferenceDb>();
        options.UseConference(provider, connection);
        _options = options.Options;
    }

    public static TheoryData<string> Both => new("Sqlite", "Postgres");

    public string Provider { get; }

    public string Connection { get; }

    public static async Task<TestDb> NewAsync(string provider)
    {
        if (provider == "Postgres") return await NewPostgresAsync(await s_template.Value);
        var db = await NewEmptyAsync(provider);
        await db.MigrateAsync();
        return db;
    }

    /// <summary>Without a single table yet.</summary>
    public static async Task<TestDb> NewEmptyAsync(string provider)
    {
        if (provider == "Postgres") return await NewPostgresAsync("template0");
        var folder = Directory.CreateTempSubdirectory("conference-db-").FullName;
        return new TestDb(provider, $"Data Source={Path.Combine(folder, "conference.db")}", folder);
    }

    public ConferenceDb CreateDbContext() => new(_options);

    /// <summary>The same database, seen through an interceptor.</summary>
    public IDbContextFactory<ConferenceDb> Through(IInterceptor interceptor) => new Seen(new DbContextOptionsBuilder<ConferenceDb>(_options).AddInterceptors(interceptor).Options);

    public Task MigrateAsync() => new Migrator(this, new SettingsStore(this), NullLogger<Migrator>.Instance).MigrateAsync(default);

    public async ValueTask DisposeAsync()
    {
        if (_folder is null)
        {
            NpgsqlConnection.ClearPool(new NpgsqlConnection(Connection));
            return;
        }

        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        await Task.Run(() => Directory.Delete(_folder, true));
    }

    private static async Task<TestDb> NewPostgresAsync(string template)
    {
        var name = "t" + Guid.NewGuid().ToString("N")[..12];
        await ExecuteAsync($"CREATE DATABASE {name} TEMPLATE {template}");
        return new TestDb("Postgres", PostgresCluster.To(name), null);
    }

    private static async Task<string> MakeTemplateAsync()
    {
        await ExecuteAsync("CREATE DATABASE template_conference");
        await using var db = new TestDb("Postgres", PostgresCluster.To("template_conference"), null);
        await db.MigrateAsync();
        return "template_conference";
    }

    private static async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(PostgresCluster.To("postgres"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private sealed class Seen(DbContextOptions<ConferenceDb> options) : IDbContextFactory<ConferenceDb>
    {
        public ConferenceDb CreateDbContext() => new(options);
    }
}
