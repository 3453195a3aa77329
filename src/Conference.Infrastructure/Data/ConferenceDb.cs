using Conference.Core.Accounts;
using Conference.Core.Bookings;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace Conference.Infrastructure.Data;

/// <summary>Everything that is kept, one context per unit of work. Maps lie beside this file, one per entity.</summary>
public sealed class ConferenceDb(DbContextOptions<ConferenceDb> options) : IdentityDbContext<Person>(options)
{
    public DbSet<Booking> Bookings => Set<Booking>();

    public DbSet<Extension> Extensions => Set<Extension>();

    public DbSet<Device> Devices => Set<Device>();

    public DbSet<ExtensionTemplate> ExtensionTemplates => Set<ExtensionTemplate>();

    public DbSet<StoredTrunk> Trunks => Set<StoredTrunk>();

    public DbSet<StoredDialRule> DialRules => Set<StoredDialRule>();

    public DbSet<StoredInboundRoute> InboundRoutes => Set<StoredInboundRoute>();

    public DbSet<StoredBinding> Bindings => Set<StoredBinding>();

    public DbSet<Meeting> Meetings => Set<Meeting>();

    public DbSet<Attendance> Attendances => Set<Attendance>();

    public DbSet<Recording> Recordings => Set<Recording>();

    public DbSet<JournalRow> Journal => Set<JournalRow>();

    public DbSet<Cursor> Cursors => Set<Cursor>();

    public DbSet<OutboxMail> Outbox => Set<OutboxMail>();

    public DbSet<Setting> SiteSettings => Set<Setting>();

    /// <summary>Fixed here, so that the tables do not depend on how a host happens to configure Identity.</summary>
    protected override Version SchemaVersion => IdentitySchemaVersions.Version2;

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) => Conversions.Use(configurationBuilder);

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.ApplyConfigurationsFromAssembly(typeof(ConferenceDb).Assembly);
        SnakeCase.Use(builder);
    }
}
