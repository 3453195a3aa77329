using System.Globalization;

namespace Conference.Web.Features.Shared;

/// <summary>Time zones to choose from, as IANA names with the offset of this moment.</summary>
public static class Zones
{
    public static IReadOnlyList<(string Id, string Label)> All(DateTimeOffset now) =>
        [.. TimeZoneInfo.GetSystemTimeZones().Where(IsIana).Select(z => (z.Id, Label(z, now))).Prepend(("UTC", "UTC")).DistinctBy(z => z.Item1)];

    public static string Label(TimeZoneInfo zone, DateTimeOffset at)
    {
        var offset = zone.GetUtcOffset(at);
        return string.Create(CultureInfo.InvariantCulture, $"{zone.Id.Replace('_', ' ')} (UTC{(offset < TimeSpan.Zero ? '−' : '+')}{offset:hh\\:mm})");
    }

    private static bool IsIana(TimeZoneInfo zone) => zone.Id.Contains('/', StringComparison.Ordinal) && !zone.Id.StartsWith("Etc/", StringComparison.Ordinal);
}
