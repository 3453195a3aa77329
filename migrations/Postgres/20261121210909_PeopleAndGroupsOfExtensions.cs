using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Conference.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class PeopleAndGroupsOfExtensions : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AlterColumn<string>(
                name: "number",
                table: "extensions",
                type: "character varying(16)",
                maxLength: 16,
                nullable: false,
                oldClrType: typeof(string),
                oldType: "character varying(15)",
                oldMaxLength: 15);

            migrationBuilder.AddColumn<string>(
                name: "first_name",
                table: "extensions",
                type: "character varying(100)",
                maxLength: 100,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "lamp_group",
                table: "extensions",
                type: "character varying(40)",
                maxLength: 40,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "organisation",
                table: "extensions",
                type: "character varying(100)",
                maxLength: 100,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "person_id",
                table: "extensions",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "lamp_group",
                table: "extension_templates",
                type: "character varying(40)",
                maxLength: 40,
                nullable: false,
                defaultValue: "");

            migrationBuilder.CreateIndex(
                name: "ix_extensions_person_id",
                table: "extensions",
                column: "person_id",
                unique: true);

            migrationBuilder.AddForeignKey(
                name: "fk_extensions_people_person_id",
                table: "extensions",
                column: "person_id",
                principalTable: "people",
                principalColumn: "id",
                onDelete: ReferentialAction.SetNull);
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

            migrationBuilder.AlterColumn<string>(
                name: "number",
                table: "extensions",
                type: "character varying(15)",
                maxLength: 15,
                nullable: false,
                oldClrType: typeof(string),
                oldType: "character varying(16)",
                oldMaxLength: 16);
        }
    }
}
