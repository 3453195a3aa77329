using System.ComponentModel.DataAnnotations;

namespace Conference.Web.Features.Shared;

/// <summary>What concerns the site as a whole.</summary>
public sealed record SiteOptions
{
    public const string Section = "Conference";

    /// <summary>Database, recordings and keys. A relative path counts from the folder that holds <c>appsettings.json</c>.</summary>
    public string DataDirectory { get; init; } = "data";

    /// <summary>The address people open, for instance <c>https://conference.example.org</c>; written into invitations, and accepted as the origin of live pages. Empty: the address the browser asked for.</summary>
    public string PublicUrl { get; init; } = "";

    /// <summary>Proxies whose <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> are believed; none by default.</summary>
    public string[] TrustedProxies { get; init; } = [];

    /// <summary>Seconds after which somebody who does nothing is signed out.</summary>
    [Range(60, 604_800)]
    public int SignedInSeconds { get; init; } = 12 * 60 * 60;

    /// <summary>Passwords and one-time links that one address may try in a minute; the next try hears 429.</summary>
    [Range(1, 100_000)]
    public int GuessesPerMinute { get; init; } = 20;

    public string FullDataDirectory(string root) => Path.GetFullPath(DataDirectory, root);

    internal bool PublicUrlIsUsable => PublicUrl.Length == 0 || (Uri.TryCreate(PublicUrl, UriKind.Absolute, out var url) && url.Scheme is "http" or "https");

    internal bool ProxiesAreAddresses => TrustedProxies.All(p => System.Net.IPAddress.TryParse(p, out _));
}
