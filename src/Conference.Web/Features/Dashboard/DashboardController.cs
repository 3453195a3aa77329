using System.Collections.Immutable;
using Conference.Core.Accounts;
using Conference.Core.Rooms;
using Conference.Infrastructure.Data;
using Conference.Web.Features.Shared;
using Microsoft.AspNetCore.Mvc;

namespace Conference.Web.Features.Dashboard;

/// <summary>The live pages.</summary>
[Route("live")]
public sealed class DashboardController(RoomDesk rooms, RoomAccess access, DialBoard dials, ExtensionBook extensions, SettingsStore settings, TimeProvider time) : Controller
{
    [HttpGet("")]
    public IActionResult List() => View(rooms.Live.Where(r => User.MayModerate(r.OwnerId)).ToImmutableArray());

    [HttpGet("{number}")]
    public IActionResult Show(string number)
    {
        if (access.Find(User, number) is not { } place) return NotFound();
        var site = settings.Current;
        return View(new DashboardPage(
            place, RoomView.Of(place.Number, rooms.Find(place.Number), time.GetUtcNow(), rooms.QualityOf(place.Number)), site.PublicAccessNumber.Length > 0 ? site.PublicAccessNumber : site.AccessNumber,
            dials.Of(place.Number), extensions.OfPerson(User.Id())?.Number));
    }
}

/// <param name="Dial">The number people dial, or empty.</param>
/// <param name="Dials">Who is being called in.</param>
/// <param name="Extension">The reader's own, whose permissions calls outside follow; <see langword="null"/> without one.</param>
public sealed record DashboardPage(RoomPlace Place, RoomView Room, string Dial, ImmutableArray<Dial> Dials, string? Extension);
