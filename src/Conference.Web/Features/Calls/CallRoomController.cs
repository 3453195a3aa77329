using System.Collections.Immutable;
using Conference.Core;
using Conference.Core.Bookings;
using Conference.Core.Events;
using Conference.Core.Exchange;
using Conference.Core.Rooms;
using Conference.Web.Features.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Conference.Web.Features.Calls;

/// <summary>Makes a conference of a call: both stay connected and find themselves in a room, without a message to any phone.</summary>
[Authorize(Policy = Policies.Operators), Route("calls/{id:guid}/room")]
public sealed class CallRoomController(
    LiveCalls calls, Switchboard exchange, RoomDesk rooms, RoomDirectory directory, BookingDesk desk, EventFeed feed, PageClock clock, IStringLocalizer<SharedWords> T) : Controller
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    [HttpGet("")]
    public IActionResult Room(Guid id) => Find(id) is { } call ? View(new CallRoomPage(call, Choices())) : Over();

    /// <param name="room">Which conference; empty for a new one.</param>
    [HttpPost("")]
    public async Task<IActionResult> Move(Guid id, string? room, CancellationToken cancel)
    {
        if (Find(id) is not { } call) return Over();
        var made = string.IsNullOrWhiteSpace(room) ? await BookAsync(call, cancel) : null;
        var number = made?.Number ?? Choices().FirstOrDefault(c => c.Number.Value == room)?.Number;
        if (number is not { } there)
        {
            this.SayTrouble(T["That conference cannot be chosen now. Choose another one."]);
            return RedirectToAction(nameof(Room), new { id });
        }

        if (!exchange.MoveToRoom(id, there))
        {
            if (made is not null) await desk.CancelAsync(made.Id, User.Actor(), cancel);
            return Over();
        }

        feed.Publish(User.Actor(), new AdminEvent.Done(AdminAct.Changed, AdminSubject.Call, $"{call.From} → {call.To} → {there}"));
        this.Say(T["The call is a conference now."]);
        return Redirect($"/live/{there}");
    }

    /// <summary>Two in conversation; whoever sits in a room already is moved from there.</summary>
    private LiveCall? Find(Guid id) => calls.All.FirstOrDefault(c => c.Id == id && c.IsConversation());

    private RedirectToActionResult Over()
    {
        this.SayTrouble(T["This call is over already."]);
        return RedirectToAction(nameof(CallsController.Show), "Calls");
    }

    /// <summary>Those with people in them first, then the standing ones.</summary>
    private ImmutableArray<RoomChoice> Choices() =>
        [.. rooms.Live.Select(r => new RoomChoice(r.Number, r.Title)).Concat(directory.Standing.Select(r => new RoomChoice(r.Number, r.Title))).DistinctBy(r => r.Number)];

    private async Task<Booking?> BookAsync(LiveCall call, CancellationToken cancel)
    {
        var request = new BookingRequest
        {
            Title = TitleOf(call),
            OwnerId = User.Id(),
            HostName = User.DisplayName(),
            HostEmail = "", // nobody is invited; no mail goes out
            StartsAt = clock.Now,
            Duration = s_hour,
            TimeZone = clock.Zone.Id,
        };
        return (await desk.BookAsync(request, User.Actor(), cancel)).Booking;
    }

    private string TitleOf(LiveCall call)
    {
        var title = T["{0} and {1}", call.FromName.Length > 0 ? call.FromName : call.From, call.ToName.Length > 0 ? call.ToName : call.To].Value;
        return title.Length > Booking.TitleLength ? title[..Booking.TitleLength] : title;
    }
}

/// <param name="Rooms">Where it may go instead of a new conference.</param>
public sealed record CallRoomPage(LiveCall Call, ImmutableArray<RoomChoice> Rooms);

public sealed record RoomChoice(RoomNumber Number, string Title);

internal static class Conversation
{
    /// <summary>Whether two people talk to each other, with a leg each.</summary>
    public static bool IsConversation(this LiveCall call) => call.State == LiveCallState.Up && call.Legs.Count(l => l.IsUp) == 2;
}
