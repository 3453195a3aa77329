namespace Conference.Infrastructure.Data;

/// <summary>Rung when facts were written to the journal, for the reader that makes meetings of them.</summary>
public sealed class JournalBell : Bell;
