using System.Collections.Immutable;
using System.Text;
using Conference.Core;
using Conference.Core.Bookings;
using Conference.Infrastructure.Data;
using Conference.Infrastructure.Messaging;
using Conference.Web.Features.Shared;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Conference.Web.Features.Bookings;

/// <summary>Books, shows and calls off.</summary>
[Route("bookings")]
public sealed class BookingsController(
    BookingDesk desk, IBookingStore store, ConferenceDb db, UserManager<Person> people, SettingsStore settings, BookingMails mails, PageClock clock, IStringLocalizer<SharedWords> T) : Controller
{
    /// <summary>Tells the page that the draft has served.</summary>
    public const string JustBooked = "booked";

    [HttpGet("new")]
    public IActionResult New() => View(BookingForm.Fresh(UsualTitle(), clock.LocalNow, clock.Zone.Id));

    /// <summary>Where somebody lands who had to sign in again while booking; the draft is in their browser.</summary>
    [HttpGet("")]
    public IActionResult Again() => RedirectToAction(nameof(New));

    [HttpPost("")]
    public async Task<IActionResult> Create(BookingForm form, CancellationToken cancel)
    {
        var (invitees, unread) = PeopleList.Read(form.People);
        foreach (var piece in unread.Take(5)) ModelState.AddModelError(nameof(form.People), T["“{0}” is not a mail address. Write Name <mail> or just the address.", piece]);
        if (!ModelState.IsValid) return View(nameof(New), form);

        var (startsAt, start) = LocalStart.Resolve(form.Date!.Value, form.Start!.Value, PageClock.Find(form.TimeZone));
        var (booking, problem) = await desk.BookAsync(await RequestAsync(form, startsAt, invitees), User.Actor(), cancel);
        if (booking is null)
        {
            ModelState.AddModelError(BookingForm.FieldOf(problem), BookingSentences.Of(problem, T));
            return View(nameof(New), form);
        }

        TempData[JustBooked] = true;
        this.Say(start == form.Start ? T["Booked."] : T["Booked. {0} does not exist on that day (clocks go forward); it starts at {1}.", form.Start.Value, start]);
        return RedirectToAction(nameof(Show), new { id = booking.Id.Value });
    }

    /// <summary>An hour from this moment, with nobody invited.</summary>
    [HttpPost("now")]
    public async Task<IActionResult> StartNow(string? timeZone, CancellationToken cancel)
    {
        var form = BookingForm.Fresh(UsualTitle(), clock.LocalNow, PageClock.Find(timeZone).Id) with { WaitForHost = false };
        var (booking, problem) = await desk.BookAsync(await RequestAsync(form, clock.Now, []), User.Actor(), cancel);
        if (booking is not null) return RedirectToAction(nameof(Show), new { id = booking.Id.Value });
        this.SayTrouble(BookingSentences.Of(problem, T));
        return Redirect("/");
    }

    [HttpGet("{id:guid}")]
    public async Task<IActionResult> Show(Guid id, CancellationToken cancel)
    {
        if (await FindAsync(id, cancel) is not { } booking) return NotFound();
        var deliveries = await db.Outbox.AsNoTracking().Where(m => m.Booking == booking.Id).OrderBy(m => m.CreatedAt)
            .Select(m => new MailRow(m.ToName, m.ToAddress, m.Kind, m.State, m.Trouble)).ToListAsync(cancel);
        return View(new BookingPage(booking, settings.Current.AccessNumber, settings.Current.PublicAccessNumber, deliveries));
    }

    /// <summary>The host's own entry.</summary>
    [HttpGet("{id:guid}/calendar.ics")]
    public async Task<IActionResult> Calendar(Guid id, CancellationToken cancel) =>
        await FindAsync(id, cancel) is { State: BookingState.Planned } booking
            ? File(Encoding.UTF8.GetBytes(mails.CalendarOf(booking)), "text/calendar; charset=utf-8", $"conference-{booking.Number}.ics") : NotFound();

    [HttpDelete("{id:guid}")]
    public async Task<IActionResult> Cancel(Guid id, CancellationToken cancel)
    {
        if (await FindAsync(id, cancel) is not { } booking) return NotFound();
        var problem = await desk.CancelAsync(booking.Id, User.Actor(), cancel);
        if (problem == BookingProblem.None) this.Say(T["Cancelled. Everybody invited is told."]);
        else this.SayTrouble(BookingSentences.Of(problem, T));
        return RedirectToAction(nameof(Show), new { id });
    }

    /// <summary>Somebody else's booking looks as if it were not there.</summary>
    private async Task<Booking?> FindAsync(Guid id, CancellationToken cancel) =>
        await store.FindAsync(new BookingId(id), cancel) is { } booking && User.MayModerate(booking.OwnerId) ? booking : null;

    private async Task<BookingRequest> RequestAsync(BookingForm form, DateTimeOffset startsAt, ImmutableArray<InviteeRequest> invitees) => new()
    {
        Title = form.Title!,
        OwnerId = User.Id(),
        HostName = User.DisplayName(),
        HostEmail = (await people.GetUserAsync(User))?.Email ?? "",
        StartsAt = startsAt,
        Duration = TimeSpan.FromMinutes(form.Duration!.Value),
        TimeZone = form.TimeZone!,
        Invitees = invitees,
        Number = string.IsNullOrWhiteSpace(form.Number) ? null : form.Number,
        Record = form.Record,
        WaitForHost = form.WaitForHost,
        EarlyBy = TimeSpan.FromMinutes(form.EarlyBy),
        Seats = form.SeatsFor(invitees.Length),
    };

    private string UsualTitle() => T["{0}’s conference", User.DisplayName().Split(' ', 2)[0]];
}

public sealed record BookingPage(Booking Booking, string AccessNumber, string PublicAccessNumber, IReadOnlyList<MailRow> Deliveries)
{
    /// <summary>What people dial: the access number if there is one, else the conference's own.</summary>
    public string Dial => PublicAccessNumber.Length > 0 ? PublicAccessNumber : AccessNumber;
}

public sealed record MailRow(string Name, string Address, MailKind Kind, MailState State, string Trouble);
