using System.Globalization;
using System.Text;
using Conference.Infrastructure.Data;
using Microsoft.Extensions.Localization;

namespace Conference.Web.Features.Reports;

/// <summary>Attendance as a table for spreadsheet programs: UTF-8 with its mark, RFC 4180, and no cell that a spreadsheet would run.</summary>
public static class AttendanceCsv
{
    public static byte[] Write(Meeting meeting, TimeZoneInfo zone, IStringLocalizer T)
    {
        var csv = new StringBuilder();
        Line(csv, T["Name"], T["Number"], T["Role"], T["Joined by"], T["Joined"], T["Left"], T["Minutes"], T["Reason"],
            T["Quality (1 to 4.5)"], T["Worst quality"], T["Loss %"], T["Jitter ms"], T["Delay ms"]);
        foreach (var a in meeting.Attendances)
        {
            var left = a.LeftAt ?? meeting.ClosedAt;
            Line(csv, a.Name, a.Number, ReportSentences.Of(a.Role, T), ReportSentences.Of(a.Via, T), Moment(a.JoinedAt, zone),
                left is { } at ? Moment(at, zone) : "", left is { } end ? (end - a.JoinedAt).TotalMinutes.ToString("0.0", CultureInfo.InvariantCulture) : "", ReportSentences.Of(a.Reason, T),
                Figure(a.Score), Figure(a.WorstScore), Figure(a.LossPercent), Figure(a.JitterMs), Figure(a.DelayMs));
        }

        return [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(csv.ToString())];
    }

    /// <summary>One cell. What begins like a formula gets a quote in front (CWE-1236), also in its full-width forms and after blanks.</summary>
    public static string Cell(string text)
    {
        var clean = string.Concat(text.Select(c => char.IsControl(c) && c is not '\t' and not '\r' ? ' ' : c));
        if (clean.TrimStart(' ', '\u00A0', '\u3000', '\uFEFF', '\u200B') is [var first, ..] && IsFormula(first)) clean = "'" + clean;
        return $"\"{clean.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    private static bool IsFormula(char c) => c is '=' or '+' or '-' or '@' or '\t' or '\r' or '|' or '%' or '＝' or '＋' or '－' or '＠' or '−';

    private static void Line(StringBuilder csv, params ReadOnlySpan<string> cells)
    {
        for (var i = 0; i < cells.Length; i++) csv.Append(i == 0 ? "" : ",").Append(Cell(cells[i]));
        csv.Append("\r\n");
    }

    private static string Figure(double? value) => value?.ToString("0.##", CultureInfo.InvariantCulture) ?? "";

    private static string Moment(DateTimeOffset at, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(at, zone).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
