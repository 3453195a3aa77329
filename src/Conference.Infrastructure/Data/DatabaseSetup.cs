using System.Data.Common;
using Conference.Core.Bookings;
using Conference.Infrastructure.Data.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;

namespace Conference.Infrastructure.Data;

/// <summary>Chooses the database.</summary>
public static class DatabaseSetup
{
    /// <summary>The database of the settings: SQLite in the data directory unless they say otherwise. It is migrated when the host starts.</summary>
    /// <exception cref="InvalidOperationException">The settings cannot work; the message is a sentence for the operator.</exception>
    public static IServiceCollection AddConferenceDb(this IServiceCollection services, IConfiguration configuration)
    {
        var provider = configuration.GetSection(DatabaseOptions.Section)[nameof(DatabaseOptions.Provider)] ?? DatabaseOptions.Sqlite;
        var connection = configuration.GetConnectionString("Conference");
        if (string.IsNullOrWhiteSpace(connection))
        {
            connection = !Is(provider, DatabaseOptions.Postgres)
                ? $"Data Source={Path.Combine(configuration["Conference:DataDirectory"] ?? "data", "conference.db")}"
                : throw new InvalidOperationException($"ConnectionStrings:Conference is missing: Conference:Database:Provider is Postgres, so it must say where PostgreSQL is, for instance '{Example(provider)}'.");
        }

        return services.AddConferenceDb(provider, connection);
    }

    /// <summary>A database by name and connection string, with a factory (one context per unit of work) and a scoped context for pages.</summary>
    /// <exception cref="InvalidOperationException">The provider is unknown or its library is missing.</exception>
    public static IServiceCollection AddConferenceDb(this IServiceCollection services, string provider, string connectionString)
    {
        if (!Is(provider, DatabaseOptions.Sqlite) && !Is(provider, DatabaseOptions.Postgres)) throw UnknownProvider(provider);
        if (Is(provider, DatabaseOptions.Sqlite) && SqliteBridge.Problem is { } problem) throw new InvalidOperationException(problem);
        if (!IsReadable(provider, connectionString))
            throw new InvalidOperationException($"ConnectionStrings:Conference is no connection string of {provider}. Write for instance '{Example(provider)}', or set Conference:Database:Provider to the other database.");
        services.TryAddSingleton(TimeProvider.System);
        services.AddDbContextFactory<ConferenceDb>(options => options.UseConference(provider, connectionString));
        services.AddSingleton<SettingsStore>();
        services.AddSingleton<IBookingStore, BookingStore>();
        services.AddSingleton<Migrator>();
        services.AddHostedService(all => all.GetRequiredService<Migrator>());
        return services;
    }

    public static DbContextOptionsBuilder UseConference(this DbContextOptionsBuilder options, string provider, string connectionString)
    {
        // a booking is read with its invitees in one go; the warning about several collections does not concern one
        options.ConfigureWarnings(w => w.Ignore(RelationalEventId.MultipleCollectionIncludeWarning));
        if (Is(provider, DatabaseOptions.Postgres))
            return options.UseNpgsql(connectionString, npgsql => npgsql.MigrationsAssembly("Conference.Migrations.Postgres"));
        if (Is(provider, DatabaseOptions.Sqlite))
            return options.UseSqlite(connectionString, sqlite => sqlite.MigrationsAssembly("Conference.Migrations.Sqlite")).AddInterceptors(new SqliteHabits());
        throw UnknownProvider(provider);
    }

    private static InvalidOperationException UnknownProvider(string provider) => new($"Conference:Database:Provider is '{provider}'; it must be Sqlite or Postgres.");

    /// <summary>What is wrong with it is not passed on: a stray semicolon makes half a password look like a keyword.</summary>
    private static bool IsReadable(string provider, string connectionString)
    {
        try
        {
            _ = Is(provider, DatabaseOptions.Postgres) ? (DbConnectionStringBuilder)new NpgsqlConnectionStringBuilder(connectionString) : new SqliteConnectionStringBuilder(connectionString);
            return true;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException or InvalidCastException or NotSupportedException)
        {
            return false;
        }
    }

    private static string Example(string provider) =>
        Is(provider, DatabaseOptions.Postgres) ? "Host=127.0.0.1;Username=conference;Password=...;Database=conference" : "Data Source=data/conference.db";

    private static bool Is(string provider, string name) => provider.Equals(name, StringComparison.OrdinalIgnoreCase);
}
