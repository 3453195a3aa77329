namespace Conference.Core.Rooms;

/// <summary>What is known of a number before anybody is in: from a booking or from <c>meetme.conf</c>.</summary>
/// <param name="HostPin">Makes its typist a host; empty when the room has none.</param>
/// <param name="GuestPin">Empty when everybody may enter.</param>
/// <param name="OpensAt">Nobody is let in before; <see langword="null"/> for a standing room.</param>
/// <param name="EndsAt">Planned end; nobody new is let in after it unless the room is live.</param>
public sealed record RoomPlan(
    RoomNumber Number,
    string Title,
    string HostPin,
    string GuestPin,
    BookingId? Booking = null,
    string? OwnerId = null,
    DateTimeOffset? OpensAt = null,
    DateTimeOffset? EndsAt = null,
    bool Record = false,
    bool WaitForHost = false,
    int Seats = 50)
{
    /// <summary>PINs stay out of logs, whoever prints a plan.</summary>
    public override string ToString() => $"room {Number}";
}
