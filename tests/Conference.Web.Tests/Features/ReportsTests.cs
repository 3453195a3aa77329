using System.Text;
using Conference.Web.Features.Reports;
using Conference.Web.Tests.Testing;

namespace Conference.Web.Tests.Features;

public sealed class ReportsTests
{
    [Fact]
    public async Task A_past_conference_tells_who_came_when_they_left_and_why()
    {
        using var site = await TestSite.OpenAsync();
        var (meeting, _) = await site.PastAsync(await site.IdOfAsync(TestSite.Anna), name: "Bob");
        var anna = await site.SignInAsync(TestSite.Anna);

        var row = (await anna.PageAsync($"/reports/{meeting}")).QuerySelector("[data-attendance=Bob]")!;

        Assert.Contains("1:00:00", row.TextContent, StringComparison.Ordinal);
        Assert.Contains("hung up", row.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_table_for_spreadsheets_carries_its_encoding_and_no_formula()
    {
        using var site = await TestSite.OpenAsync();
        var (meeting, _) = await site.PastAsync(await site.IdOfAsync(TestSite.Anna), name: "=cmd|' /C calc'!A0");
        var anna = await site.SignInAsync(TestSite.Anna);

        using var answer = await anna.GetAsync($"/reports/{meeting}/attendance.csv");
        var bytes = await answer.Content.ReadAsByteArrayAsync();

        Assert.Equal(Encoding.UTF8.Preamble, bytes.AsSpan(0, 3));
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Contains("\"'=cmd|' /C calc'!A0\"", Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Bob", "\"Bob\"")]
    [InlineData("say \"hi\"", "\"say \"\"hi\"\"\"")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("two\nlines", "\"two lines\"")]
    [InlineData("=1+1", "\"'=1+1\"")]
    [InlineData("+39 02", "\"'+39 02\"")]
    [InlineData("-1", "\"'-1\"")]
    [InlineData("@SUM(A1)", "\"'@SUM(A1)\"")]
    [InlineData("\t=1", "\"'\t=1\"")]
    [InlineData("  =1", "\"'  =1\"")]
    [InlineData("＝1", "\"'＝1\"")]
    [InlineData("\u200B=1", "\"'\u200B=1\"")]
    [InlineData("", "\"\"")]
    public void No_cell_is_run_by_a_spreadsheet(string text, string cell) => Assert.Equal(cell, AttendanceCsv.Cell(text));
}
