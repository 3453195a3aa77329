namespace Conference.Infrastructure.Data;

/// <summary>One value an administrator sets on a page; <see cref="SiteSettings"/> gives them types.</summary>
public sealed class Setting
{
    public required string Key { get; init; }

    public required string Value { get; set; }
}
