using System.Collections.Immutable;

namespace Conference.Core.Rooms;

/// <summary>Somebody in a room, as everybody may see it.</summary>
/// <param name="Held">Waiting for the host: neither hears nor is heard.</param>
/// <param name="Muted">Muted by a host.</param>
/// <param name="LastSpokeAt">When they last began to speak, or <see langword="null"/>.</param>
public sealed record Participant(
    ParticipantId Id,
    string Name,
    string Number,
    Role Role,
    Via Via,
    DateTimeOffset JoinedAt,
    bool Held,
    bool Muted,
    bool Talking,
    DateTimeOffset? LastSpokeAt,
    string Call);

/// <summary>A whole picture of a live room; immutable.</summary>
/// <param name="EndsAt">The planned end, or <see langword="null"/> for a standing room.</param>
/// <param name="Recording">The running recording, or <see langword="null"/>.</param>
/// <param name="Version">The version of the last event in it: events from <c>Version + 1</c> continue the story without a gap.</param>
public sealed record RoomSnapshot(
    RoomNumber Number,
    MeetingId Meeting,
    string Title,
    BookingId? Booking,
    string? OwnerId,
    DateTimeOffset OpenedAt,
    DateTimeOffset? EndsAt,
    bool Locked,
    RecordingId? Recording,
    DateTimeOffset? RecordingSince,
    long Version,
    ImmutableArray<Participant> People)
{
    /// <summary>Who has the floor; <see langword="null"/> while nobody has spoken.</summary>
    public ParticipantId? Leader { get; init; }

    /// <summary>Whether the recording goes on but takes nothing in.</summary>
    public bool IsPaused { get; init; }
}
