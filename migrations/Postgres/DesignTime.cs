using Conference.Infrastructure.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Conference.Migrations.Postgres;

/// <summary>Lets <c>dotnet ef migrations add Name --project migrations/Postgres</c> see the model; no database is needed for that.</summary>
public sealed class DesignTime : IDesignTimeDbContextFactory<ConferenceDb>
{
    private const string Anywhere = "Host=127.0.0.1";

    public ConferenceDb CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<ConferenceDb>();
        options.UseConference("Postgres", Anywhere);
        return new ConferenceDb(options.Options);
    }
}
