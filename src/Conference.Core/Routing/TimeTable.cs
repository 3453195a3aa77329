using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Conference.Core.Routing;

/// <summary>When something counts: hours of the week, by the clock of the site. Written and stored as text: <c>12345 0800-1800;6 0900-1200</c>, Monday being 1.</summary>
/// <param name="Hours">At least one.</param>
public sealed record TimeTable(ImmutableArray<OpenHours> Hours)
{
    /// <summary>More than anybody overlooks.</summary>
    public const int Most = 6;

    /// <summary>Whether it counts at that moment of the site's clock.</summary>
    public bool IsOpen(DateTime local) => Hours.Any(h => h.Covers(local));

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <returns>The table, or <see langword="null"/> for an empty text: it counts always.</returns>
    public static TimeTable? Read(string text)
    {
        ImmutableArray<OpenHours> hours = [.. text.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(OpenHours.Read).OfType<OpenHours>()];
        return hours.IsEmpty ? null : new TimeTable(hours);
    }

    public bool Equals(TimeTable? other) => other is not null && Hours.SequenceEqual(other.Hours);

    public override int GetHashCode() => Hours.Aggregate(0, HashCode.Combine);

    public override string ToString() => string.Join(';', Hours);
}

/// <summary>Hours of some days of the week.</summary>
/// <param name="Days">Days they begin on.</param>
/// <param name="From">The first minute.</param>
/// <param name="To">The first minute after; not later than <paramref name="From"/> for an end on the next day.</param>
public sealed record OpenHours(WeekDays Days, TimeOnly From, TimeOnly To)
{
    private const string Clock = "HHmm";

    private bool IsOverMidnight => To <= From;

    public bool Covers(DateTime local)
    {
        var time = TimeOnly.FromDateTime(local);
        if (!IsOverMidnight) return Has(local.DayOfWeek) && time >= From && time < To;
        return (Has(local.DayOfWeek) && time >= From) || (Has(local.AddDays(-1).DayOfWeek) && time < To);
    }

    internal static OpenHours? Read(string text)
    {
        if (text.Split(' ', '-') is not [var digits, var from, var to]) return null;
        var days = WeekDays.None;
        foreach (var digit in digits)
        {
            if (digit is < '1' or > '7') return null;
            days |= (WeekDays)(1 << (digit - '1'));
        }

        return days != WeekDays.None
            && TimeOnly.TryParseExact(from, Clock, CultureInfo.InvariantCulture, DateTimeStyles.None, out var first)
            && TimeOnly.TryParseExact(to, Clock, CultureInfo.InvariantCulture, DateTimeStyles.None, out var last)
            ? new OpenHours(days, first, last)
            : null;
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        for (var day = 0; day < 7; day++)
            if (Days.HasFlag((WeekDays)(1 << day))) text.Append((char)('1' + day));
        return text.Append(CultureInfo.InvariantCulture, $" {From:HHmm}-{To:HHmm}").ToString();
    }

    private bool Has(DayOfWeek day) => Days.HasFlag((WeekDays)(1 << (((int)day + 6) % 7)));
}

/// <summary>Days of the week, Monday first.</summary>
[Flags]
public enum WeekDays
{
    None = 0,
    Monday = 1,
    Tuesday = 2,
    Wednesday = 4,
    Thursday = 8,
    Friday = 16,
    Saturday = 32,
    Sunday = 64,
    All = 127,
}
