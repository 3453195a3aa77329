using System.Collections.Immutable;
using System.Globalization;
using Conference.Core.Routing;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.Extensions.Localization;

namespace Conference.Web.Features.Shared;

/// <summary>One row of hours, as typed: days, from, to.</summary>
public sealed class HoursRow
{
    private const string Clock = "HH:mm";

    public List<WeekDays> Days { get; set; } = [];

    public string? From { get; set; }

    public string? To { get; set; }

    private bool IsEmpty => Days.Count == 0 && string.IsNullOrWhiteSpace(From) && string.IsNullOrWhiteSpace(To);

    internal static List<HoursRow> Of(TimeTable? table) => [.. (table?.Hours ?? []).Select(h => new HoursRow
    {
        Days = [.. HoursSentences.Days.Where(d => h.Days.HasFlag(d))],
        From = h.From.ToString(Clock, CultureInfo.InvariantCulture),
        To = h.To.ToString(Clock, CultureInfo.InvariantCulture),
    })];

    /// <summary>The table the rows make, or <see langword="null"/> for always; complaints go beside their rows.</summary>
    /// <param name="field">Name of the list, with its prefix.</param>
    internal static TimeTable? Read(List<HoursRow> rows, string field, ModelStateDictionary problems, IStringLocalizer<SharedWords> T)
    {
        var hours = ImmutableArray.CreateBuilder<OpenHours>();
        for (var i = 0; i < Math.Min(rows.Count, TimeTable.Most); i++)
        {
            var row = rows[i];
            if (row.IsEmpty) continue;
            var (from, to) = (Time(row.From), Time(row.To));
            var days = row.Days.Where(HoursSentences.Days.Contains).Aggregate(WeekDays.None, (all, day) => all | day);
            if (days == WeekDays.None) problems.AddModelError($"{field}[{i}].Days", T["Choose at least one day."]);
            else if (from is null || to is null) problems.AddModelError($"{field}[{i}].From", T["Write times as 08:30, or leave both empty for the whole day."]);
            else hours.Add(new OpenHours(days, from.Value, to.Value));
        }

        return hours.Count == 0 ? null : new TimeTable(hours.ToImmutable());
    }

    private static TimeOnly? Time(string? text) => string.IsNullOrWhiteSpace(text)
        ? TimeOnly.MinValue
        : TimeOnly.TryParseExact(text.Trim(), ["HH:mm", "H:mm", "HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;
}

/// <summary>Hours of the week in words: "Mon–Fri 08:00–18:00, Sat 09:00–12:00".</summary>
public static class HoursSentences
{
    /// <summary>Monday first.</summary>
    public static ImmutableArray<WeekDays> Days { get; } =
        [WeekDays.Monday, WeekDays.Tuesday, WeekDays.Wednesday, WeekDays.Thursday, WeekDays.Friday, WeekDays.Saturday, WeekDays.Sunday];

    /// <summary>A day in the language of the page, cut short.</summary>
    public static string Short(WeekDays day) => CultureInfo.CurrentCulture.DateTimeFormat.AbbreviatedDayNames[(Days.IndexOf(day) + 1) % 7];

    public static string Long(WeekDays day) => CultureInfo.CurrentCulture.DateTimeFormat.DayNames[(Days.IndexOf(day) + 1) % 7];

    public static string Of(TimeTable table, IStringLocalizer<SharedWords> T) => string.Join(", ", table.Hours.Select(h => $"{DaysOf(h, T)} {TimesOf(h, T)}"));

    private static string TimesOf(OpenHours hours, IStringLocalizer<SharedWords> T) => hours.From == hours.To && hours.From == TimeOnly.MinValue
        ? T["all day"]
        : string.Create(CultureInfo.InvariantCulture, $"{hours.From:HH:mm}–{(hours.To == TimeOnly.MinValue ? "24:00" : hours.To.ToString("HH:mm", CultureInfo.InvariantCulture))}");

    /// <summary>Days that follow each other are written as a span.</summary>
    private static string DaysOf(OpenHours hours, IStringLocalizer<SharedWords> T)
    {
        if (hours.Days == WeekDays.All) return T["every day"];
        var spans = new List<string>();
        for (var first = 0; first < Days.Length; first++)
        {
            if (!hours.Days.HasFlag(Days[first])) continue;
            var last = first;
            while (last + 1 < Days.Length && hours.Days.HasFlag(Days[last + 1])) last++;
            spans.Add(last - first < 2 ? string.Join(", ", Days[first..(last + 1)].Select(Short)) : $"{Short(Days[first])}–{Short(Days[last])}");
            first = last;
        }

        return string.Join(", ", spans);
    }
}
