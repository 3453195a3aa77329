namespace Conference.Core;

/// <summary>What people dial to reach a room: digits only.</summary>
public readonly record struct RoomNumber(string Value)
{
    public override string ToString() => Value;
}

/// <summary>One sitting of a room, first in to last out; what reports list.</summary>
public readonly record struct MeetingId(Guid Value)
{
    public static MeetingId New() => new(Guid.CreateVersion7());

    public override string ToString() => Value.ToString();
}

/// <summary>A planned conference.</summary>
public readonly record struct BookingId(Guid Value)
{
    public static BookingId New() => new(Guid.CreateVersion7());

    public override string ToString() => Value.ToString();
}

/// <summary>Somebody in a room, for as long as one leg lasts.</summary>
public readonly record struct ParticipantId(Guid Value)
{
    public static ParticipantId New() => new(Guid.CreateVersion7());

    public override string ToString() => Value.ToString();
}

public readonly record struct RecordingId(Guid Value)
{
    public static RecordingId New() => new(Guid.CreateVersion7());

    public override string ToString() => Value.ToString();
}

/// <summary>What somebody is in a room.</summary>
public enum Role
{
    Guest,
    Host,
}

/// <summary>How a leg came in.</summary>
public enum Via
{
    Phone,
    Browser,
}

/// <summary>Why somebody is no longer in the room.</summary>
public enum LeaveReason
{
    HungUp,
    Removed,
    ConferenceEnded,
    ConnectionLost,
    ServerStopped,
    ServerRestarted,
}

/// <summary>Why a room was closed.</summary>
public enum CloseReason
{
    Empty,
    EndedByHost,
    ServerStopped,
    ServerRestarted,
}

public enum ActorKind
{
    System,
    User,
    Phone,
}

/// <summary>Who caused something: a signed-in person, somebody at a keypad, or the house itself.</summary>
/// <param name="Id">User id or participant id; empty for the system.</param>
/// <param name="Name">As shown in logs and reports.</param>
public sealed record Actor(ActorKind Kind, string Id, string Name)
{
    public static Actor System { get; } = new(ActorKind.System, "", "system");

    public static Actor User(string id, string name) => new(ActorKind.User, id, name);

    public static Actor Phone(ParticipantId id, string name) => new(ActorKind.Phone, id.ToString(), name);
}

/// <summary>How one leg sounds, or sounded: for the live page, and for the report once it is over.</summary>
/// <param name="Score">Mean opinion score, 1 to 4.5 (ITU-T G.107): 4 is good, 3 tires, 2 is hardly a conversation.</param>
/// <param name="Worst">The worst ten seconds or so.</param>
/// <param name="LossPercent">Packets that were not there when they were needed.</param>
/// <param name="JitterMs">How unevenly packets come.</param>
/// <param name="DelayMs">Half the way there and back, and how long packets wait here for late ones.</param>
public sealed record CallQuality(double Score, double Worst, double LossPercent, double JitterMs, double DelayMs);
