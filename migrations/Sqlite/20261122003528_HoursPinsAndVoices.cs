using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Conference.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class HoursPinsAndVoices : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "hours",
                table: "inbound_routes",
                type: "TEXT",
                maxLength: 120,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "hours",
                table: "dial_rules",
                type: "TEXT",
                maxLength: 120,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "pin",
                table: "dial_rules",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "algorithms",
                table: "devices",
                type: "TEXT",
                maxLength: 40,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "codecs",
                table: "devices",
                type: "TEXT",
                maxLength: 200,
                nullable: false,
                defaultValue: "[]");

            migrationBuilder.AddColumn<string>(
                name: "ha1_sha512_of256",
                table: "devices",
                type: "TEXT",
                maxLength: 64,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "keys",
                table: "devices",
                type: "TEXT",
                maxLength: 20,
                nullable: false,
                defaultValue: "Events");

            migrationBuilder.AddColumn<bool>(
                name: "places_unregistered",
                table: "devices",
                type: "INTEGER",
                nullable: false,
                defaultValue: true);

            migrationBuilder.AddColumn<string>(
                name: "protection",
                table: "devices",
                type: "TEXT",
                maxLength: 20,
                nullable: false,
                defaultValue: "Site");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "hours",
                table: "inbound_routes");

            migrationBuilder.DropColumn(
                name: "hours",
                table: "dial_rules");

            migrationBuilder.DropColumn(
                name: "pin",
                table: "dial_rules");

            migrationBuilder.DropColumn(
                name: "algorithms",
                table: "devices");

            migrationBuilder.DropColumn(
                name: "codecs",
                table: "devices");

            migrationBuilder.DropColumn(
                name: "ha1_sha512_of256",
                table: "devices");

            migrationBuilder.DropColumn(
                name: "keys",
                table: "devices");

            migrationBuilder.DropColumn(
                name: "places_unregistered",
                table: "devices");

            migrationBuilder.DropColumn(
                name: "protection",
                table: "devices");
        }
    }
}
