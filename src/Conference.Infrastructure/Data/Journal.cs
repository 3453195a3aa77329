using Conference.Core;
using Conference.Core.Events;
using Microsoft.EntityFrameworkCore;

namespace Conference.Infrastructure.Data;

/// <summary>Appends facts to the stored story, inside the caller's transaction.</summary>
internal static class Journal
{
    /// <summary>Waits until no other transaction is appending; its own end lets the next one in. SQLite has one writer at a time anyway.</summary>
    /// <remarks>Without it PostgreSQL could show row 8 before row 7, and a reader's cursor would step over row 7 for ever.</remarks>
    public static Task TakeTurnAsync(ConferenceDb db, CancellationToken cancel) => db.Database.IsNpgsql()
        ? db.Database.ExecuteSqlRawAsync("SELECT pg_advisory_xact_lock(7236501)", cancel)
        : Task.CompletedTask;

    public static JournalRow RowOf(Envelope envelope) =>
        RowOf(envelope.Position, envelope.At, envelope.By, envelope.Room.Value ?? "", envelope.Version, envelope.What);

    /// <summary>A fact that is born in this transaction.</summary>
    public static JournalRow RowOf(DateTimeOffset at, Actor by, DomainEvent what) => RowOf(null, at, by, "", 0, what);

    private static JournalRow RowOf(long? position, DateTimeOffset at, Actor by, string room, long version, DomainEvent what) => new()
    {
        Position = position,
        At = at,
        ByKind = by.Kind,
        ById = Plain.Line(by.Id), // names come from phones: PostgreSQL takes no NUL, a table no line ends
        ByName = Plain.Line(by.Name),
        Room = Plain.Line(room, 20),
        Meeting = (what as RoomEvent)?.Meeting,
        Version = version,
        Type = EventJson.NameOf(what),
        Json = EventJson.Write(what),
    };
}
