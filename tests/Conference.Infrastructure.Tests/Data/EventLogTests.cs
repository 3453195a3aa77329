using Conference.Core;
using Conference.Core.Events;
using Conference.Infrastructure.Data;
using Conference.Infrastructure.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;

namespace Conference.Infrastructure.Tests.Data;

public sealed class EventLogTests
{
    [Theory, MemberData(nameof(TestDb.Both), MemberType = typeof(TestDb))]
    public async Task What_is_told_stands_in_the_journal_in_order_and_in_a_moment(string provider)
    {
        await using var db = await TestDb.NewAsync(provider);
        var feed = new EventFeed(TimeProvider.System);
        using var log = Log(db, feed);
        await log.StartAsync(default);

        var story = Story.Whole("Bob\0\r\n\ud800");
        foreach (var (_, what) in story.Facts) feed.Publish(new RoomNumber("2001"), 1, Actor.Phone(story.Bob, "Bob\0"), what);
        var since = System.Diagnostics.Stopwatch.StartNew();
        await Eventually.TrueAsync(async () => await CountAsync(db) == story.Facts.Count, "all facts are written");

        Assert.InRange(since.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5)); // 100 ms on an idle machine
        await using var look = db.CreateDbContext();
        var rows = await look.Journal.OrderBy(r => r.Id).ToListAsync();
        Assert.Equal(Enumerable.Range(1, story.Facts.Count).Select(p => (long?)p), rows.Select(r => r.Position));
        Assert.Equal(story.Facts.Select(f => EventJson.NameOf(f.What)), rows.Select(r => r.Type));
        await log.StopAsync(default);
    }

    [Theory, MemberData(nameof(TestDb.Both), MemberType = typeof(TestDb))]
    public async Task The_last_words_before_the_stop_are_kept_and_the_next_run_counts_on(string provider)
    {
        await using var db = await TestDb.NewAsync(provider);
        var feed = new EventFeed(TimeProvider.System);
        using (var log = Log(db, feed))
        {
            await log.StartAsync(default);
            for (var i = 0; i < 1200; i++) feed.Publish(Actor.System, new DeviceEvent.Unregistered($"phone{i}", "stop"));
            await log.StopAsync(default);
        }

        Assert.Equal(1200, await CountAsync(db));
        var next = new EventFeed(TimeProvider.System);
        using var again = Log(db, next);
        await again.StartAsync(default);
        Assert.Equal(1201, next.Publish(Actor.System, new DeviceEvent.Unregistered("phone", "x")).Position);
        await again.StopAsync(default);
    }

    [Fact]
    public async Task A_booking_stands_there_once_although_the_feed_tells_of_it_too()
    {
        await using var db = await TestDb.NewAsync("Sqlite");
        var feed = new EventFeed(TimeProvider.System);
        using var log = Log(db, feed);
        await log.StartAsync(default);
        var booking = Some.Booking();

        await new BookingStore(db, new PlainPost(), new MovedTime()).AddAsync(booking, Some.Anna, default);
        feed.Publish(Some.Anna, new BookingEvent.Booked(booking.Id, booking.Title, booking.StartsAt));
        await log.StopAsync(default);

        await using var look = db.CreateDbContext();
        Assert.Equal("booking.booked", (await look.Journal.SingleAsync()).Type);
    }

    [Fact]
    public async Task A_database_that_is_away_for_a_while_costs_no_fact_and_doubles_none()
    {
        await using var db = await TestDb.NewAsync("Sqlite");
        var feed = new EventFeed(TimeProvider.System);
        var trouble = new LostAnswers(4);
        using var log = new EventLog(db.Through(trouble), feed, new JournalBell(), TimeProvider.System, NullLogger<EventLog>.Instance);
        await log.StartAsync(default);

        for (var i = 0; i < 50; i++) feed.Publish(Actor.System, new DeviceEvent.Unregistered($"phone{i}", "x"));

        await Eventually.TrueAsync(() => trouble.Left == 0, "the database failed as often as it should");
        await log.StopAsync(default);
        await using var look = db.CreateDbContext();
        Assert.Equal(Enumerable.Range(1, 50).Select(p => (long?)p), await look.Journal.OrderBy(r => r.Id).Select(r => r.Position).ToListAsync());
    }

    private static EventLog Log(TestDb db, EventFeed feed) => new(db, feed, new JournalBell(), TimeProvider.System, NullLogger<EventLog>.Instance);

    private static async Task<int> CountAsync(TestDb db)
    {
        await using var look = db.CreateDbContext();
        return await look.Journal.CountAsync();
    }

    /// <summary>Fails before the commit or after it, in turn: the writer cannot know which.</summary>
    private sealed class LostAnswers(int times) : DbTransactionInterceptor
    {
        public int Left { get; private set; } = times;

        public override ValueTask<InterceptionResult> TransactionCommittingAsync(System.Data.Common.DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default) =>
            Left % 2 == 0 && Left-- > 0 ? throw new IOException("lost before") : ValueTask.FromResult(result);

        public override Task TransactionCommittedAsync(System.Data.Common.DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default) =>
            Left > 0 && Left-- > 0 ? throw new IOException("lost after") : Task.CompletedTask;
    }
}
