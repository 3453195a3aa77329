namespace Conference.Infrastructure.Data;

/// <summary>A registration as it was last known, so that a restart does not silence phones until they register again.</summary>
public sealed class StoredBinding
{
    public required string Account { get; init; }

    public required string Contact { get; set; }

    public required string Transport { get; set; }

    /// <summary>Address and port the REGISTER came from.</summary>
    public required string Remote { get; set; }

    public required string CallId { get; set; }

    public long CSeq { get; set; }

    public DateTimeOffset RegisteredAt { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }

    public string? UserAgent { get; set; }

    /// <summary>The proxies between, as their Path values, one a line; empty when there are none.</summary>
    public string Path { get; set; } = "";

    /// <summary>+sip.instance, or empty.</summary>
    public string Instance { get; set; } = "";

    /// <summary>reg-id, or empty.</summary>
    public string RegId { get; set; } = "";
}
