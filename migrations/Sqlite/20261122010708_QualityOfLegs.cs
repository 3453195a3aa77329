using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Conference.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class QualityOfLegs : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<double>(
                name: "delay_ms",
                table: "attendances",
                type: "REAL",
                nullable: true);

            migrationBuilder.AddColumn<double>(
                name: "jitter_ms",
                table: "attendances",
                type: "REAL",
                nullable: true);

            migrationBuilder.AddColumn<double>(
                name: "loss_percent",
                table: "attendances",
                type: "REAL",
                nullable: true);

            migrationBuilder.AddColumn<double>(
                name: "score",
                table: "attendances",
                type: "REAL",
                nullable: true);

            migrationBuilder.AddColumn<double>(
                name: "worst_score",
                table: "attendances",
                type: "REAL",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "delay_ms",
                table: "attendances");

            migrationBuilder.DropColumn(
                name: "jitter_ms",
                table: "attendances");

            migrationBuilder.DropColumn(
                name: "loss_percent",
                table: "attendances");

            migrationBuilder.DropColumn(
                name: "score",
                table: "attendances");

            migrationBuilder.DropColumn(
                name: "worst_score",
                table: "attendances");
        }
    }
}
