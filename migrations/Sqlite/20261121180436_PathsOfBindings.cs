using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Conference.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class PathsOfBindings : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "instance",
                table: "bindings",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "path",
                table: "bindings",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "reg_id",
                table: "bindings",
                type: "TEXT",
                nullable: false,
                defaultValue: "");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "instance",
                table: "bindings");

            migrationBuilder.DropColumn(
                name: "path",
                table: "bindings");

            migrationBuilder.DropColumn(
                name: "reg_id",
                table: "bindings");
        }
    }
}
