using System.Globalization;
using Microsoft.AspNetCore.Html;

namespace Conference.Web.Features.Shared;

/// <summary>Times as the reader of this page lives them: in their zone and language.</summary>
public sealed class PageClock(IHttpContextAccessor http, TimeProvider time)
{
    public TimeZoneInfo Zone { get; } = Find(http.HttpContext?.User.FindFirst(PersonClaims.TimeZone)?.Value);

    public DateTimeOffset Now => time.GetUtcNow();

    public DateTimeOffset LocalNow => Local(Now);

    public DateTimeOffset Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Zone);

    public DateTimeOffset LocalIn(DateTimeOffset at, string zone) => TimeZoneInfo.ConvertTime(at, Find(zone));

    /// <summary>"Saturday 21 November 2026".</summary>
    public static string Day(DateTimeOffset local) => local.ToString("D", CultureInfo.CurrentCulture);

    public static string Minute(DateTimeOffset local) => local.ToString("t", CultureInfo.CurrentCulture);

    /// <summary>"21 Nov, 14:30" with the year when it is another one; machine-readable besides.</summary>
    public IHtmlContent When(DateTimeOffset at)
    {
        var local = Local(at);
        var day = local.Year == LocalNow.Year ? local.ToString("m", CultureInfo.CurrentCulture) : local.ToString("d", CultureInfo.CurrentCulture);
        return Element(at, $"{day}, {Minute(local)}");
    }

    public IHtmlContent Clock(DateTimeOffset at) => Element(at, Local(at).ToString("T", CultureInfo.CurrentCulture));

    /// <summary>1:05:09 or 5:09.</summary>
    public static string Span(TimeSpan length) => length.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)length.TotalHours}:{length.Minutes:00}:{length.Seconds:00}")
        : string.Create(CultureInfo.InvariantCulture, $"{length.Minutes}:{length.Seconds:00}");

    public static TimeZoneInfo Find(string? zone) =>
        zone is { Length: > 0 } && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) ? found : TimeZoneInfo.Utc;

    private static HtmlString Element(DateTimeOffset at, string text) =>
        new($"<time datetime=\"{at.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}\">{System.Net.WebUtility.HtmlEncode(text)}</time>");
}
