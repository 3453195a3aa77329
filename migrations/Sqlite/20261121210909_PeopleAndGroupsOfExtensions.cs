using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Conference.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class PeopleAndGroupsOfExtensions : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "first_name",
                table: "extensions",
                type: "TEXT",
                maxLength: 100,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "lamp_group",
                table: "extensions",
                type: "TEXT",
                maxLength: 40,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "organisation",
                table: "extensions",
                type: "TEXT",
                maxLength: 100,
                nullable: false,
                defaultValue: "");

            // the column brings its key along: adding the key afterwards would rebuild the table, outside the transaction
            migrationBuilder.Sql("ALTER TABLE extensions ADD COLUMN person_id TEXT NULL CONSTRAINT fk_extensions_people_person_id REFERENCES people (id) ON DELETE SET NULL");

            migrationBuilder.AddColumn<string>(
                name: "lamp_group",
                table: "extension_templates",
                type: "TEXT",
                maxLength: 40,
                nullable: false,
                defaultValue: "");

            migrationBuilder.CreateIndex(
                name: "ix_extensions_person_id",
                table: "extensions",
                column: "person_id",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "fk_extensions_people_person_id",
                table: "extensions");

            migrationBuilder.DropIndex(
                name: "ix_extensions_person_id",
                table: "extensions");

            migrationBuilder.DropColumn(
                name: "first_name",
                table: "extensions");

            migrationBuilder.DropColumn(
                name: "lamp_group",
                table: "extensions");

            migrationBuilder.DropColumn(
                name: "organisation",
                table: "extensions");

            migrationBuilder.DropColumn(
                name: "person_id",
                table: "extensions");

            migrationBuilder.DropColumn(
                name: "lamp_group",
                table: "extension_templates");
        }
    }
}
