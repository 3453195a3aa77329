using Conference.Infrastructure.Data;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Conference.Migrations.Postgres;

/// <summary>What the tables refuse by themselves, whoever writes to them.</summary>
/// <remarks>btree_gist comes with PostgreSQL; since version 13 the owner of the database may create it.</remarks>
[DbContext(typeof(ConferenceDb))]
[Migration("20261121000001_TableRules")]
public sealed class TableRules : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql("CREATE EXTENSION IF NOT EXISTS btree_gist;");
        migrationBuilder.Sql("""
            ALTER TABLE bookings ADD CONSTRAINT bookings_no_overlap
            EXCLUDE USING gist (number WITH =, int8range(starts_at, ends_at) WITH &&) WHERE (state = 'Planned');
            """);
        migrationBuilder.Sql("CREATE UNIQUE INDEX ix_devices_username ON devices (lower(username));");
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql("DROP INDEX ix_devices_username;");
        migrationBuilder.Sql("ALTER TABLE bookings DROP CONSTRAINT bookings_no_overlap;");
    }
}
