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

    internal static SiteSettings From(IReadOnlyDictionary<string, string> values) => new()
    {
        GuestsMayDial = values.GetValueOrDefault(nameof(GuestsMayDial)) == bool.TrueString,
        AccessNumber = values.GetValueOrDefault(nameof(AccessNumber)) ?? "",
        PublicAccessNumber = values.GetValueOrDefault(nameof(PublicAccessNumber)) ?? "",
    };

    internal IEnumerable<(string Key, string Value)> Values() =>
    [
        (nameof(GuestsMayDial), GuestsMayDial.ToString()),
        (nameof(AccessNumber), AccessNumber),
        (nameof(PublicAccessNumber), PublicAccessNumber),
    ];
}
