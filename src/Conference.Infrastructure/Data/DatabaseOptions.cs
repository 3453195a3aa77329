namespace Conference.Infrastructure.Data;

/// <summary>Where things are kept.</summary>
public sealed record DatabaseOptions
{
    public const string Section = "Conference:Database";

    public const string Sqlite = nameof(Sqlite);
    public const string Postgres = nameof(Postgres);

    /// <summary><c>Sqlite</c> (one file in the data directory, nothing to set up) or <c>Postgres</c> (with <c>ConnectionStrings:Conference</c>).</summary>
    public string Provider { get; init; } = Sqlite;
}
