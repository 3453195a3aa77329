namespace Conference.Web.Features.Setup;

/// <summary>How the first administrator comes to be.</summary>
public sealed record FirstRunOptions
{
    public const string Section = "Conference:FirstRun";

    /// <summary>For unattended installs: creates the administrator <c>admin</c> with this password when there is none. Ignored afterwards.</summary>
    public string? AdminPassword { get; init; }
}
