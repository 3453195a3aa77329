using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Conference.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class ExtensionsAndTrunks : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "allowed_networks",
                table: "extensions",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<bool>(
                name: "decline_ends_call",
                table: "extensions",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<bool>(
                name: "is_enabled",
                table: "extensions",
                type: "boolean",
                nullable: false,
                defaultValue: true);

            migrationBuilder.AddColumn<bool>(
                name: "is_private",
                table: "extensions",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "lamp",
                table: "extensions",
                type: "character varying(20)",
                maxLength: 20,
                nullable: false,
                defaultValue: "Everybody");

            migrationBuilder.AddColumn<string>(
                name: "language",
                table: "extensions",
                type: "character varying(2)",
                maxLength: 2,
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "max_calls",
                table: "extensions",
                type: "integer",
                nullable: false,
                defaultValue: 4);

            migrationBuilder.AddColumn<string>(
                name: "on_busy",
                table: "extensions",
                type: "character varying(32)",
                maxLength: 32,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "on_no_answer",
                table: "extensions",
                type: "character varying(32)",
                maxLength: 32,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "on_unreachable",
                table: "extensions",
                type: "character varying(32)",
                maxLength: 32,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "outside_number",
                table: "extensions",
                type: "character varying(32)",
                maxLength: 32,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "permissions",
                table: "extensions",
                type: "character varying(100)",
                maxLength: 100,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<long>(
                name: "ring_timeout",
                table: "extensions",
                type: "bigint",
                nullable: false,
                defaultValue: 300000000L);

            migrationBuilder.AddColumn<string>(
                name: "allowed_networks",
                table: "devices",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<bool>(
                name: "forces_rport",
                table: "devices",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "label",
                table: "devices",
                type: "character varying(100)",
                maxLength: 100,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "transports",
                table: "devices",
                type: "character varying(40)",
                maxLength: 40,
                nullable: false,
                defaultValue: "");

            migrationBuilder.CreateTable(
                name: "dial_rules",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    position = table.Column<int>(type: "integer", nullable: false),
                    name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    pattern = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    @class = table.Column<string>(name: "class", type: "character varying(20)", maxLength: 20, nullable: false),
                    trunks = table.Column<string>(type: "text", nullable: false),
                    drop = table.Column<int>(type: "integer", nullable: false),
                    prepend = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    enum_suffix = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_dial_rules", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "extension_templates",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    is_enabled = table.Column<bool>(type: "boolean", nullable: false),
                    language = table.Column<string>(type: "character varying(2)", maxLength: 2, nullable: true),
                    allowed_networks = table.Column<string>(type: "text", nullable: false),
                    permissions = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    outside_number = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: true),
                    is_private = table.Column<bool>(type: "boolean", nullable: false),
                    ring_timeout = table.Column<long>(type: "bigint", nullable: false),
                    max_calls = table.Column<int>(type: "integer", nullable: false),
                    on_busy = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: true),
                    on_no_answer = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: true),
                    on_unreachable = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: true),
                    decline_ends_call = table.Column<bool>(type: "boolean", nullable: false),
                    lamp = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_extension_templates", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "inbound_routes",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    position = table.Column<int>(type: "integer", nullable: false),
                    trunk = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    pattern = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    kind = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    target = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_inbound_routes", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "trunks",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    plan = table.Column<string>(type: "text", nullable: false),
                    secret = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_trunks", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_extension_templates_name",
                table: "extension_templates",
                column: "name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_trunks_name",
                table: "trunks",
                column: "name",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "dial_rules");

            migrationBuilder.DropTable(
                name: "extension_templates");

            migrationBuilder.DropTable(
                name: "inbound_routes");

            migrationBuilder.DropTable(
                name: "trunks");

            migrationBuilder.DropColumn(
                name: "allowed_networks",
                table: "extensions");

            migrationBuilder.DropColumn(
                name: "decline_ends_call",
                table: "extensions");

            migrationBuilder.DropColumn(
                name: "is_enabled",
                table: "extensions");

            migrationBuilder.DropColumn(
                name: "is_private",
                table: "extensions");

            migrationBuilder.DropColumn(
                name: "lamp",
                table: "extensions");

            migrationBuilder.DropColumn(
                name: "language",
                table: "extensions");

            migrationBuilder.DropColumn(
                name: "max_calls",
                table: "extensions");

            migrationBuilder.DropColumn(
                name: "on_busy",
                table: "extensions");

            migrationBuilder.DropColumn(
                name: "on_no_answer",
                table: "extensions");

            migrationBuilder.DropColumn(
                name: "on_unreachable",
                table: "extensions");

            migrationBuilder.DropColumn(
                name: "outside_number",
                table: "extensions");

            migrationBuilder.DropColumn(
                name: "permissions",
                table: "extensions");

            migrationBuilder.DropColumn(
                name: "ring_timeout",
                table: "extensions");

            migrationBuilder.DropColumn(
                name: "allowed_networks",
                table: "devices");

            migrationBuilder.DropColumn(
                name: "forces_rport",
                table: "devices");

            migrationBuilder.DropColumn(
                name: "label",
                table: "devices");

            migrationBuilder.DropColumn(
                name: "transports",
                table: "devices");
        }
    }
}
