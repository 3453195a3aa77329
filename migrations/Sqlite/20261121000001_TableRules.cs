using Conference.Infrastructure.Data;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Conference.Migrations.Sqlite;

/// <summary>What the tables refuse by themselves, whoever writes to them.</summary>
/// <remarks>
/// SQLite has one writer at a time, so what a trigger sees is still true when its transaction commits.
/// A later migration that rebuilds <c>bookings</c> (SQLite cannot alter most things) loses these triggers and must create them again.
/// </remarks>
[DbContext(typeof(ConferenceDb))]
[Migration("20261121000001_TableRules")]
public sealed class TableRules : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(Refuse("bookings_no_overlap_insert", "INSERT"));
        migrationBuilder.Sql(Refuse("bookings_no_overlap_update", "UPDATE OF number, starts_at, ends_at, state"));
        migrationBuilder.Sql("CREATE UNIQUE INDEX ix_devices_username ON devices (lower(username));");
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql("DROP INDEX ix_devices_username;");
        migrationBuilder.Sql("DROP TRIGGER bookings_no_overlap_update;");
        migrationBuilder.Sql("DROP TRIGGER bookings_no_overlap_insert;");
    }

    private static string Refuse(string name, string what) => $"""
        CREATE TRIGGER {name} BEFORE {what} ON bookings WHEN NEW.state = 'Planned'
        BEGIN
            SELECT RAISE(ABORT, 'booking overlap') WHERE EXISTS (
                SELECT 1 FROM bookings other
                WHERE other.number = NEW.number AND other.state = 'Planned' AND other.id <> NEW.id
                  AND other.starts_at < NEW.ends_at AND NEW.starts_at < other.ends_at);
        END;
        """;
}
