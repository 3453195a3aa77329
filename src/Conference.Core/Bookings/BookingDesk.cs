using Conference.Core.Events;
using Conference.Core.Rooms;

namespace Conference.Core.Bookings;

/// <summary>The one way in for whoever books or cancels: page, API, importer, phone menu.</summary>
public sealed class BookingDesk(IBookingStore store, RoomDirectory rooms, INumberPlan numbers, EventFeed feed, TimeProvider time)
{
    /// <summary>How long ago a start may lie: people press Book a moment after the minute has turned.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(15);

    /// <summary>How long a number rests before the pool gives it out again.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromDays(30);

    /// <summary>Books. Number and PINs are fixed here and never change.</summary>
    /// <returns>The booking, or <see langword="null"/> with the problem to show beside its field.</returns>
    public async Task<(Booking? Booking, BookingProblem Problem)> BookAsync(BookingRequest request, Actor by, CancellationToken cancel)
    {
        if (Check(request) is var problem and not BookingProblem.None) return (null, problem);

        for (var tries = 0; ; tries++)
        {
            var booking = await PlanAsync(request, cancel);
            problem = await store.AddAsync(booking, by, cancel);
            if (problem == BookingProblem.None) return (Announce(booking, by), problem);
            if (request.Number is not null || tries == 5) return (null, problem); // a drawn number is simply drawn again
        }
    }

    /// <summary>Calls it off; everybody invited hears of it by mail.</summary>
    public async Task<BookingProblem> CancelAsync(BookingId id, Actor by, CancellationToken cancel)
    {
        if (await store.CancelAsync(id, by, cancel) is not { } result) return BookingProblem.NotFound;
        if (!result.Changed) return BookingProblem.AlreadyCancelled;
        rooms.Remove(id);
        feed.Publish(by, new BookingEvent.Cancelled(id));
        return BookingProblem.None;
    }

    /// <summary>Takes up what is stored, at start and once an hour.</summary>
    public async Task LoadAsync(CancellationToken cancel)
    {
        var yesterday = time.GetUtcNow().AddDays(-1);
        rooms.Forget(yesterday);
        foreach (var booking in await store.DiallableAsync(yesterday, cancel)) rooms.Put(PlanOf(booking));
    }

    private async Task<Booking> PlanAsync(BookingRequest request, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var number = request.Number?.Trim() ?? await DrawAsync(now, cancel);
        var (hostPin, guestPin) = NumberPool.DrawPins(number);
        return Booking.Plan(request, new RoomNumber(number), hostPin, guestPin, now);
    }

    private async Task<string> DrawAsync(DateTimeOffset now, CancellationToken cancel)
    {
        var used = await store.NumbersUsedSinceAsync(now - Rest, cancel);
        string number;
        do number = NumberPool.DrawNumber(used); while (numbers.IsTaken(number));
        return number;
    }

    private Booking Announce(Booking booking, Actor by)
    {
        rooms.Put(PlanOf(booking));
        feed.Publish(by, new BookingEvent.Booked(booking.Id, booking.Title, booking.StartsAt));
        return booking;
    }

    private static RoomPlan PlanOf(Booking b) => new(
        b.Number, b.Title, b.HostPin, b.GuestPin, b.Id, b.OwnerId, b.StartsAt - b.EarlyBy, b.EndsAt, b.Record, b.WaitForHost, b.Seats);

    private BookingProblem Check(BookingRequest r) => r switch
    {
        _ when string.IsNullOrWhiteSpace(r.Title) => BookingProblem.TitleMissing,
        _ when r.Title.Trim().Length > Booking.TitleLength => BookingProblem.TitleTooLong,
        _ when r.StartsAt < time.GetUtcNow() - Grace => BookingProblem.StartsInThePast,
        _ when r.Duration < Booking.Shortest => BookingProblem.TooShort,
        _ when r.Duration > Booking.Longest => BookingProblem.TooLong,
        _ when !TimeZoneInfo.TryFindSystemTimeZoneById(r.TimeZone, out _) => BookingProblem.UnknownTimeZone,
        _ when r.Seats is < 2 or > 500 => BookingProblem.BadSeats,
        _ when r.Invitees.Length > Booking.MaxInvitees => BookingProblem.TooManyInvitees,
        _ when !r.Invitees.All(IsReachable) => BookingProblem.BadAddress,
        _ when r.Number is { } own && !IsNumber(own.Trim()) => BookingProblem.BadNumber,
        _ when r.Number is { } own && numbers.IsTaken(own.Trim()) => BookingProblem.NumberTaken,
        _ => BookingProblem.None,
    };

    private static bool IsNumber(string digits) => digits.Length is >= 3 and <= 12 && digits.All(char.IsAsciiDigit);

    private static bool IsReachable(InviteeRequest invitee) =>
        EmailAddress.TryParse(invitee.Email, out _) && invitee.Name.Trim().Length <= Invitee.NameLength;
}
