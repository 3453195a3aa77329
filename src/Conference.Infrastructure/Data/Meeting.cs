using Conference.Core;

namespace Conference.Infrastructure.Data;

/// <summary>One sitting of a room, first in to last out, as reports list it. Written by the journal reader in Cdr only.</summary>
public sealed class Meeting
{
    public MeetingId Id { get; init; }

    public RoomNumber Room { get; init; }

    public string Title { get; init; } = "";

    /// <summary>The plan behind it, or <see langword="null"/> for a standing room.</summary>
    public BookingId? Booking { get; init; }

    /// <summary>User id of the one who booked, or <see langword="null"/>.</summary>
    public string? OwnerId { get; init; }

    public DateTimeOffset OpenedAt { get; init; }

    /// <summary><see langword="null"/> while it is live.</summary>
    public DateTimeOffset? ClosedAt { get; set; }

    public CloseReason? Reason { get; set; }

    /// <summary>The most legs that were in at once.</summary>
    public int MostPeople { get; set; }

    public List<Attendance> Attendances { get; } = [];

    public List<Recording> Recordings { get; } = [];
}
