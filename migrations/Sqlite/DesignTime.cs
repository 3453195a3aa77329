using Conference.Infrastructure.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Conference.Migrations.Sqlite;

/// <summary>Lets <c>dotnet ef migrations add Name --project migrations/Sqlite</c> see the model; the database itself is not needed for that.</summary>
public sealed class DesignTime : IDesignTimeDbContextFactory<ConferenceDb>
{
    public ConferenceDb CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<ConferenceDb>().UseConference("Sqlite", Environment.GetEnvironmentVariable("ConnectionStrings__Conference") ?? Anywhere).Options);

    private const string Anywhere = "Data Source=design.db";
}
