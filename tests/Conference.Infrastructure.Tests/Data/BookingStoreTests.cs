using Conference.Core.Bookings;
using Conference.Core.Events;
using Conference.Infrastructure.Data;
using Conference.Infrastructure.Tests.Testing;
using Microsoft.EntityFrameworkCore;

namespace Conference.Infrastructure.Tests.Data;

public sealed class BookingStoreTests
{
    [Theory, MemberData(nameof(TestDb.Both), MemberType = typeof(TestDb))]
    public async Task A_booking_is_found_again_as_it_was_made(string provider)
    {
        await using var db = await TestDb.NewAsync(provider);
        var booking = Some.Booking(guests: ["bob@example.com", "eve@example.com"]);

        Assert.Equal(BookingProblem.None, await Store(db).AddAsync(booking, Some.Anna, default));

        var found = await Store(db).FindAsync(booking.Id, default);
        Assert.NotNull(found);
        Assert.Equal(
            (booking.Title, booking.Number, booking.StartsAt, booking.EndsAt, booking.TimeZone, booking.HostPin, booking.GuestPin, booking.EarlyBy, booking.State),
            (found.Title, found.Number, found.StartsAt, found.EndsAt, found.TimeZone, found.HostPin, found.GuestPin, found.EarlyBy, found.State));
        Assert.Equal(["bob@example.com", "eve@example.com"], found.Invitees.Select(i => i.Email).Order(StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(TestDb.Both), MemberType = typeof(TestDb))]
    public async Task Of_twenty_people_who_book_one_number_at_once_exactly_one_gets_it(string provider)
    {
        await using var db = await TestDb.NewAsync(provider);
        var store = Store(db);
        var start = new TaskCompletionSource();

        var tries = Enumerable.Range(0, 20).Select(async i =>
        {
            await start.Task;
            return await Task.Run(() => store.AddAsync(Some.Booking(starts: Some.Monday.AddHours(5).AddMinutes(i), guests: [$"guest{i}@example.com"]), Some.Anna, default));
        }).ToList();
        start.SetResult();
        var results = await Task.WhenAll(tries);

        Assert.Single(results, BookingProblem.None);
        Assert.Equal(19, results.Count(r => r == BookingProblem.NumberTaken));
        await using var look = db.CreateDbContext();
        Assert.Equal((1, 1, 1), (await look.Bookings.CountAsync(), await look.Outbox.CountAsync(), await look.Journal.CountAsync()));
    }

    [Theory, MemberData(nameof(TestDb.Both), MemberType = typeof(TestDb))]
    public async Task A_number_can_be_booked_right_after_another_booking_and_again_once_it_is_cancelled(string provider)
    {
        await using var db = await TestDb.NewAsync(provider);
        var store = Store(db);
        var (first, next, clash) = (Some.Booking(), Some.Booking(starts: Some.Monday.AddHours(6)), Some.Booking(starts: Some.Monday.AddHours(5.5)));

        Assert.Equal(BookingProblem.None, await store.AddAsync(first, Some.Anna, default));
        Assert.Equal(BookingProblem.None, await store.AddAsync(next, Some.Anna, default));
        Assert.Equal(BookingProblem.NumberTaken, await store.AddAsync(clash, Some.Anna, default));
        await store.CancelAsync(first.Id, Some.Anna, default);
        await store.CancelAsync(next.Id, Some.Anna, default);

        Assert.Equal(BookingProblem.None, await store.AddAsync(clash, Some.Anna, default));
    }

    [Theory, MemberData(nameof(TestDb.Both), MemberType = typeof(TestDb))]
    public async Task A_plan_that_is_moved_onto_another_is_refused_by_the_table_as_well(string provider)
    {
        await using var db = await TestDb.NewAsync(provider);
        await Store(db).AddAsync(Some.Booking(), Some.Anna, default);
        await Store(db).AddAsync(Some.Booking(starts: Some.Monday.AddHours(8)), Some.Anna, default);

        await using var hand = db.CreateDbContext();
        var error = await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => hand.Database.ExecuteSqlRawAsync(
            "UPDATE bookings SET starts_at = (SELECT min(starts_at) FROM bookings)"));

        Assert.Contains("overlap", error.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(TestDb.Both), MemberType = typeof(TestDb))]
    public async Task Row_mails_and_journal_entry_are_there_together_and_the_sender_is_woken(string provider)
    {
        await using var db = await TestDb.NewAsync(provider);
        var post = new PlainPost();
        var store = new BookingStore(db, post, new MovedTime());
        var booking = Some.Booking(guests: ["bob@example.com", "eve@example.com"]);

        await store.AddAsync(booking, Some.Anna, default);

        await using var look = db.CreateDbContext();
        var row = await look.Journal.SingleAsync();
        Assert.Equal(("booking.booked", "anna", null), (row.Type, row.ById, row.Position));
        Assert.Equal(new BookingEvent.Booked(booking.Id, "Budget", booking.StartsAt), EventJson.Read(row.Json));
        Assert.Equal(2, await look.Outbox.CountAsync(m => m.Booking == booking.Id && m.State == MailState.Queued));
        Assert.Equal(1, post.Woken);
    }

    [Theory, MemberData(nameof(TestDb.Both), MemberType = typeof(TestDb))]
    public async Task Cancelling_queues_the_calendar_cancel_once_and_holds_back_what_was_not_sent(string provider)
    {
        await using var db = await TestDb.NewAsync(provider);
        var store = Store(db);
        var booking = Some.Booking(guests: ["bob@example.com"]);
        await store.AddAsync(booking, Some.Anna, default);

        var both = await Task.WhenAll(store.CancelAsync(booking.Id, Some.Anna, default), store.CancelAsync(booking.Id, Some.Anna, default));

        Assert.Single(both, r => r!.Value.Changed);
        Assert.All(both, r => Assert.Equal(BookingState.Cancelled, r!.Value.Booking.State));
        await using var look = db.CreateDbContext();
        Assert.Equal(
            [(MailKind.Invitation, MailState.Withdrawn), (MailKind.Cancellation, MailState.Queued)],
            (await look.Outbox.OrderBy(m => m.Kind == MailKind.Cancellation).ToListAsync()).Select(m => (m.Kind, m.State)));
        Assert.Equal(1, await look.Journal.CountAsync(r => r.Type == "booking.cancelled"));
        Assert.Equal(1, (await store.FindAsync(booking.Id, default))!.Sequence);
    }

    [Theory, MemberData(nameof(TestDb.Both), MemberType = typeof(TestDb))]
    public async Task What_is_not_there_cannot_be_cancelled_or_found(string provider)
    {
        await using var db = await TestDb.NewAsync(provider);

        Assert.Null(await Store(db).CancelAsync(Core.BookingId.New(), Some.Anna, default));
        Assert.Null(await Store(db).FindAsync(Core.BookingId.New(), default));
    }

    [Theory, MemberData(nameof(TestDb.Both), MemberType = typeof(TestDb))]
    public async Task Callers_may_dial_what_is_planned_and_not_over_and_the_pool_avoids_what_was_used(string provider)
    {
        await using var db = await TestDb.NewAsync(provider);
        var store = Store(db);
        var (over, live, off) = (Some.Booking("2001", Some.Monday.AddDays(-1)), Some.Booking("2002"), Some.Booking("2003"));
        foreach (var booking in new[] { over, live, off }) await store.AddAsync(booking, Some.Anna, default);
        await store.CancelAsync(off.Id, Some.Anna, default);

        Assert.Equal([live.Id], (await store.DiallableAsync(Some.Monday, default)).Select(b => b.Id));
        Assert.Equal(["2002", "2003"], (await store.NumbersUsedSinceAsync(Some.Monday, default)).Order(StringComparer.Ordinal));
    }

    private static BookingStore Store(TestDb db) => new(db, new PlainPost(), new MovedTime());
}
