using Conference.Core;

namespace Conference.Infrastructure.Data;

/// <summary>One fact of the stored story.</summary>
/// <remarks>
/// Facts are born in two places and this table joins them. Live facts (rooms, calls, devices) come from the feed within 100 ms
/// and carry its <see cref="Position"/>. Stored facts (bookings) are written by the transaction that makes them true, before the feed
/// announces them; they have no position, and <see cref="EventLog"/> skips them when they come by, so each fact stands here once.
/// Readers order by <see cref="Id"/> and keep it as their cursor: <see cref="Journal"/> lets one writer commit at a time,
/// so ids appear in rising order and a cursor never runs past a row that commits later.
/// </remarks>
public sealed class JournalRow
{
    public long Id { get; private set; }

    /// <summary>Position in the feed; <see langword="null"/> for facts that were born in a transaction.</summary>
    public long? Position { get; init; }

    public DateTimeOffset At { get; init; }

    public ActorKind ByKind { get; init; }

    public string ById { get; init; } = "";

    public string ByName { get; init; } = "";

    /// <summary>The room it is about; empty when it is about none.</summary>
    public string Room { get; init; } = "";

    public MeetingId? Meeting { get; init; }

    public long Version { get; init; }

    /// <summary>Wire name of the fact, for instance <c>room.joined</c>.</summary>
    public string Type { get; init; } = "";

    /// <summary>The fact itself, see <see cref="EventJson"/>.</summary>
    public string Json { get; init; } = "";
}
