namespace Conference.Infrastructure.Data;

/// <summary>How far a journal reader has come; commits together with what it made of it.</summary>
public sealed class Cursor
{
    public required string Reader { get; init; }

    /// <summary><see cref="JournalRow.Id"/> of the last row it has dealt with.</summary>
    public long After { get; set; }
}
