using Microsoft.AspNetCore.Identity;

namespace Conference.Infrastructure.Data;

/// <summary>Somebody who signs in.</summary>
public sealed class Person : IdentityUser
{
    public const int DisplayNameLength = 100;

    /// <summary>As shown to others and written into invitations.</summary>
    public string DisplayName { get; set; } = "";

    /// <summary>IANA zone in which times are shown to them and meant by them.</summary>
    public string TimeZone { get; set; } = "UTC";

    /// <summary>BCP 47 tag of the language of their pages.</summary>
    public string Language { get; set; } = "en";
}
