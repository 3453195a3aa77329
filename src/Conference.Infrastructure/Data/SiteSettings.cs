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

    internal static SiteSettings From(IReadOnlyDictionary<string, string> values) => new()
    {
        GuestsMayDial = values.GetValueOrDefault(nameof(GuestsMayDial)) == bool.TrueString,
        AccessNumber = values.GetValueOrDefault(nameof(AccessNumber)) ?? "",
        PublicAccessNumber = values.GetValueOrDefault(nameof(PublicAccessNumber)) ?? "",
        Language = values.GetValueOrDefault(nameof(Language)) ?? "en",
    };

    internal IEnumerable<(string Key, string Value)> Values() =>
    [
        (nameof(GuestsMayDial), GuestsMayDial.ToString()),
        (nameof(AccessNumber), AccessNumber),
        (nameof(PublicAccessNumber), PublicAccessNumber),
        (nameof(Language), Language),
    ];
}
