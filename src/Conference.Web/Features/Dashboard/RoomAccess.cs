using System.Security.Claims;
using Conference.Core;
using Conference.Core.Rooms;
using Conference.Web.Features.Shared;

namespace Conference.Web.Features.Dashboard;

/// <summary>Which conference somebody may see and moderate: one answer for page, form and live connection.</summary>
public sealed class RoomAccess(RoomDesk rooms, RoomDirectory directory)
{
    /// <returns>The place, or <see langword="null"/> when there is no such number or it is not theirs; the two look alike, so that nobody can feel for numbers.</returns>
    public RoomPlace? Find(ClaimsPrincipal who, string number)
    {
        if (number.Length is 0 or > 20 || !number.All(char.IsAsciiDigit)) return null;
        var room = new RoomNumber(number);
        var place = rooms.Find(room) is { } live
            ? new RoomPlace(room, live.Title, live.OwnerId, live.Booking)
            : directory.Find(room) is { } plan ? new RoomPlace(room, plan.Title, plan.OwnerId, plan.Booking) : null;
        return place is not null && who.MayModerate(place.OwnerId) ? place : null;
    }
}

public sealed record RoomPlace(RoomNumber Number, string Title, string? OwnerId, BookingId? Booking);
