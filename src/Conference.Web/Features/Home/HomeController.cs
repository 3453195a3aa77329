using System.Collections.Immutable;
using Conference.Core.Bookings;
using Conference.Core.Rooms;
using Conference.Infrastructure.Data;
using Conference.Web.Features.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Conference.Web.Features.Home;

/// <summary>What is coming, what is on, and what was.</summary>
public sealed class HomeController(ConferenceDb db, RoomDesk rooms, TimeProvider time) : Controller
{
    private const int Few = 5;
    private const int Many = 50;

    [HttpGet("/")]
    public async Task<IActionResult> Show(CancellationToken cancel)
    {
        var (me, now) = (User.Id(), time.GetUtcNow());
        var coming = await db.Bookings.AsNoTracking()
            .Where(b => b.OwnerId == me && b.State == BookingState.Planned && b.EndsAt > now)
            .OrderBy(b => b.StartsAt).Take(Many).ToListAsync(cancel);
        var past = await db.Meetings.AsNoTracking()
            .Where(m => m.OwnerId == me && m.ClosedAt != null)
            .OrderByDescending(m => m.OpenedAt).Take(Few)
            .Select(m => new PastMeeting(m.Id.Value, m.Title, m.OpenedAt, m.MostPeople)).ToListAsync(cancel);
        return View(new HomePage([.. rooms.Live.Where(r => User.MayModerate(r.OwnerId))], coming, past));
    }
}

public sealed record HomePage(ImmutableArray<RoomSnapshot> Live, IReadOnlyList<Booking> Coming, IReadOnlyList<PastMeeting> Past);

public sealed record PastMeeting(Guid Id, string Title, DateTimeOffset OpenedAt, int MostPeople);
