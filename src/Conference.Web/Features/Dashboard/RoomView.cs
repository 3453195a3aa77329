using System.Collections.Immutable;
using Conference.Core;
using Conference.Core.Rooms;

namespace Conference.Web.Features.Dashboard;

/// <summary>A live conference as the page draws it. Times are Unix milliseconds.</summary>
/// <param name="Meeting">Another meeting starts its versions anew.</param>
/// <param name="Version">A picture with a lower version of the same meeting is older and is dropped.</param>
/// <param name="Now">The server's clock, so that a wrong clock at the browser shows no wrong times.</param>
public sealed record RoomView(
    string Number,
    bool Live,
    Guid? Meeting,
    long Version,
    long Now,
    string Title,
    long? EndsAt,
    bool Locked,
    long? RecordingSince,
    ImmutableArray<PersonView> People)
{
    /// <summary>Whether the recording is paused.</summary>
    public bool RecordingPaused { get; init; }

    /// <param name="room"><see langword="null"/> when nobody is in.</param>
    /// <param name="quality">How everybody sounds, for a page that has just been opened; later pictures leave it as it is.</param>
    public static RoomView Of(RoomNumber number, RoomSnapshot? room, DateTimeOffset now, ImmutableArray<PersonQuality> quality = default) => room is null
        ? new RoomView(number.Value, false, null, 0, now.ToUnixTimeMilliseconds(), "", null, false, null, [])
        : new RoomView(
            number.Value, true, room.Meeting.Value, room.Version, now.ToUnixTimeMilliseconds(), room.Title, room.EndsAt?.ToUnixTimeMilliseconds(),
            room.Locked, room.RecordingSince?.ToUnixTimeMilliseconds(), [.. Sorted(room, now).Select(p => PersonView.Of(p, p.Id == room.Leader, QualityOf(p.Id, quality)))])
        {
            RecordingPaused = room.IsPaused,
        };

    private static CallQuality? QualityOf(ParticipantId who, ImmutableArray<PersonQuality> all) =>
        all.IsDefault ? null : all.FirstOrDefault(q => q.Who == who).Quality;

    /// <summary>Hosts, then who waits, then phones nobody has named, then who spoke in the last five minutes, then everybody by name.</summary>
    private static IEnumerable<Participant> Sorted(RoomSnapshot room, DateTimeOffset now) => room.People
        .OrderBy(p => Rank(p, now)).ThenBy(p => p.Name, StringComparer.CurrentCultureIgnoreCase).ThenBy(p => p.JoinedAt);

    private static int Rank(Participant p, DateTimeOffset now) => p switch
    {
        { Held: true } => 0,
        { Role: Role.Host } => 1,
        _ when p.Name.Length == 0 || p.Name == p.Number => 2,
        _ when p.LastSpokeAt > now.AddMinutes(-5) => 3,
        _ => 4,
    };
}

public sealed record PersonView(Guid Id, string Name, string Number, string Role, string Via, long JoinedAt, bool Held, bool Muted, bool Talking)
{
    /// <summary>Whether this is who has the floor.</summary>
    public bool Leads { get; init; }

    /// <summary>How they sound; <see langword="null"/> when that is not told, or nothing was heard of them.</summary>
    public QualityView? Quality { get; init; }

    public static PersonView Of(Participant p, bool leads, CallQuality? quality) => new(
        p.Id.Value, p.Name.Length > 0 ? p.Name : p.Number, p.Number, p.Role.ToString(), p.Via.ToString(), p.JoinedAt.ToUnixTimeMilliseconds(), p.Held, p.Muted, p.Talking)
    {
        Leads = leads,
        Quality = quality is null ? null : QualityView.Of(quality),
    };
}
