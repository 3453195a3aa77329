namespace Conference.Infrastructure.Data;

/// <summary>What administrators set on the settings page; everything else is in appsettings.json.</summary>
public sealed record SiteSettings
{
    /// <summary>Whether callers without an account reach access numbers and rooms. Closed until somebody opens it.</summary>
    public bool GuestsMayDial { get; init; }

    /// <summary>The number that asks which conference one wants, as phones of the house dial it; empty when there is none.</summary>
    public string AccessNumber { get; init; } = "";

    /// <summary>The access number as people outside dial it, printed in invitations; empty when there is none.</summary>
    public string PublicAccessNumber { get; init; } = "";

    /// <summary>What callers are spoken to in, unless their extension says otherwise: en, it, ru or zh.</summary>
    public string Language { get; init; } = "en";

    /// <summary>IANA name of the zone by whose clock hours of routes are meant; empty for that of the machine.</summary>
    public string TimeZone { get; init; } = "";

    /// <summary>Whether who is signed in on the pages may register their own phone in the browser without its secret.</summary>
    public bool TrustsPortalSession { get; init; }

    /// <summary>The zone of the site.</summary>
    public TimeZoneInfo Zone => TimeZone.Length > 0 && TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out var zone) ? zone : TimeZoneInfo.Local;

    internal static SiteSettings From(IReadOnlyDictionary<string, string> values) => new()
    {
        GuestsMayDial = values.GetValueOrDefault(nameof(GuestsMayDial)) == bool.TrueString,
        AccessNumber = values.GetValueOrDefault(nameof(AccessNumber)) ?? "",
        PublicAccessNumber = values.GetValueOrDefault(nameof(PublicAccessNumber)) ?? "",
        Language = values.GetValueOrDefault(nameof(Language)) ?? "en",
        TimeZone = values.GetValueOrDefault(nameof(TimeZone)) ?? "",
        TrustsPortalSession = values.GetValueOrDefault(nameof(TrustsPortalSession)) == bool.TrueString,
    };

    internal IEnumerable<(string Key, string Value)> Values() =>
    [
        (nameof(GuestsMayDial), GuestsMayDial.ToString()),
        (nameof(AccessNumber), AccessNumber),
        (nameof(PublicAccessNumber), PublicAccessNumber),
        (nameof(Language), Language),
        (nameof(TimeZone), TimeZone),
        (nameof(TrustsPortalSession), TrustsPortalSession.ToString()),
    ];
}
