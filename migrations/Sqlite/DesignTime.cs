using Conference.Infrastructure.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Conference.Migrations.Sqlite;

/// <summary>Lets <c>dotnet ef migrations add Name --project migrations/Sqlite</c> see the model; no database is needed for that.</summary>
public sealed class DesignTime : IDesignTimeDbContextFactory<ConferenceDb>
{
    private const string Anywhere = "Data Source=design.db";

    public ConferenceDb CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<ConferenceDb>();
        options.UseConference("Sqlite", Anywhere);
        return new ConferenceDb(options.Options);
    }
}
