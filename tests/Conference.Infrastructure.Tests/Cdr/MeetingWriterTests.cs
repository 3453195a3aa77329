using System.Data.Common;
using Conference.Core;
using Conference.Infrastructure.Cdr;
using Conference.Infrastructure.Data;
using Conference.Infrastructure.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;

namespace Conference.Infrastructure.Tests.Cdr;

public sealed class MeetingWriterTests
{
    [Theory, MemberData(nameof(TestDb.Both), MemberType = typeof(TestDb))]
    public async Task A_meeting_is_told_by_its_rows(string provider)
    {
        await using var db = await TestDb.NewAsync(provider);
        var story = Story.Whole();
        await AppendAsync(db, story.Rows());

        await Writer(db).CatchUpAsync(default);

        await using var look = db.CreateDbContext();
        var meeting = await look.Meetings.Include(m => m.Attendances).Include(m => m.Recordings).SingleAsync();
        Assert.Equal(
            ("2001", "Budget", "anna", Some.Monday, (DateTimeOffset?)Some.Monday.AddSeconds(60), CloseReason.Empty, 2),
            (meeting.Room.Value, meeting.Title, meeting.OwnerId, meeting.OpenedAt, meeting.ClosedAt, meeting.Reason, meeting.MostPeople));
        Assert.Equal(
            [("Anna", Role.Host, 0d, 60d, LeaveReason.HungUp, 7d), ("Bob", Role.Guest, 10, 40, LeaveReason.Removed, 0)],
            meeting.Attendances.OrderBy(a => a.JoinedAt).Select(a => (a.Name, a.Role, Second(a.JoinedAt), Second(a.LeftAt!.Value), a.Reason!.Value, a.Talked.TotalSeconds)));
        Assert.Equal(
            [(4.1, 3.2, 0.5, 2.5, 41d), (default(double?), default(double?), default(double?), default(double?), default(double?))],
            meeting.Attendances.OrderBy(a => a.JoinedAt).Select(a => (a.Score, a.WorstScore, a.LossPercent, a.JitterMs, a.DelayMs)));
        var recording = Assert.Single(meeting.Recordings);
        Assert.Equal((story.Recording, RecordingState.Kept, 48d), (recording.Id, recording.State, recording.Length.TotalSeconds));
    }

    [Theory, MemberData(nameof(TestDb.Both), MemberType = typeof(TestDb))]
    public async Task Killed_at_any_moment_it_ends_with_the_same_rows(string provider)
    {
        await using var db = await TestDb.NewAsync(provider);
        var stories = new[] { Story.Whole(), Story.Whole(), Story.Whole() };
        var died = 0;
        foreach (var (i, story) in stories.Index())
        {
            await AppendAsync(db, story.Rows(100 * i));
            for (var kill = 1; ; kill++)
            {
                try
                {
                    await Writer(db.Through(new Killer(kill))).CatchUpAsync(default);
                    break;
                }
                catch (Exception e) when (e.GetBaseException() is IOException)
                {
                    died++;
                }
            }
        }

        Assert.True(died > 10, $"it died only {died} times");
        await using var look = db.CreateDbContext();
        Assert.Equal((3, 6, 3), (await look.Meetings.CountAsync(), await look.Attendances.CountAsync(), await look.Recordings.CountAsync()));
        Assert.All(await look.Attendances.Where(a => a.Name == "Anna").ToListAsync(), a => Assert.Equal(7, a.Talked.TotalSeconds));
        Assert.Equal(0, await look.Attendances.CountAsync(a => a.LeftAt == null));
    }

    [Fact]
    public async Task Hearing_everything_twice_changes_nothing()
    {
        await using var db = await TestDb.NewAsync("Sqlite");
        await AppendAsync(db, Story.Whole().Rows());
        await Writer(db).CatchUpAsync(default);
        await using (var hand = db.CreateDbContext()) await hand.Cursors.ExecuteUpdateAsync(set => set.SetProperty(c => c.After, 0));

        await Writer(db).CatchUpAsync(default);

        await using var look = db.CreateDbContext();
        Assert.Equal((1, 2, 1), (await look.Meetings.CountAsync(), await look.Attendances.CountAsync(), await look.Recordings.CountAsync()));
        Assert.Equal(7, (await look.Attendances.SingleAsync(a => a.Name == "Anna")).Talked.TotalSeconds);
    }

    [Theory, MemberData(nameof(TestDb.Both), MemberType = typeof(TestDb))]
    public async Task A_name_no_database_likes_and_a_fact_nobody_knows_stop_nothing(string provider)
    {
        await using var db = await TestDb.NewAsync(provider);
        await AppendAsync(db, [Strange(), .. Story.Whole("\0\u202eBob\r\n'); DROP TABLE meetings;--\ud800" + new string('x', 5000)).Rows()]);

        await Writer(db).CatchUpAsync(default);

        await using var look = db.CreateDbContext();
        var name = (await look.Attendances.SingleAsync(a => a.Role == Role.Guest)).Name;
        Assert.StartsWith("Bob  '); DROP TABLE meetings;--", name, StringComparison.Ordinal);
        Assert.InRange(name.Length, 190, 200);
        Assert.NotNull((await look.Meetings.SingleAsync(m => m.Title == "Budget")).ClosedAt);
    }

    [Fact]
    public async Task Somebody_who_came_back_has_two_rows()
    {
        await using var db = await TestDb.NewAsync("Sqlite");
        var story = new Story();
        var again = ParticipantId.New();
        story.Opens(0).Joins(0, story.Bob).Leaves(5, story.Bob, LeaveReason.ConnectionLost, 0).Joins(9, again);
        await AppendAsync(db, story.Rows());

        await Writer(db).CatchUpAsync(default);

        await using var look = db.CreateDbContext();
        Assert.Equal(2, await look.Attendances.CountAsync(a => a.Name == "Bob"));
        Assert.Equal(1, (await look.Meetings.SingleAsync()).MostPeople);
    }

    internal static async Task AppendAsync(TestDb db, IEnumerable<JournalRow> rows)
    {
        await using var hand = db.CreateDbContext();
        hand.Journal.AddRange(rows);
        await hand.SaveChangesAsync();
    }

    internal static MeetingWriter Writer(IDbContextFactory<ConferenceDb> db) => new(db, new JournalBell(), TimeProvider.System, NullLogger<MeetingWriter>.Instance);

    private static JournalRow Strange() => new() { Position = 9999, At = Some.Monday, Room = "2001", Meeting = MeetingId.New(), Type = "room.exploded", Json = "{\"type\":\"room.exploded\"}" };

    private static double Second(DateTimeOffset at) => (at - Some.Monday).TotalSeconds;

    /// <summary>Fails at the given command or commit, as a process does that is killed there: nothing after it happens.</summary>
    private sealed class Killer(int at) : DbCommandInterceptor, IDbTransactionInterceptor
    {
        private int _done;

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default) => Step(result);

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) => Step(result);

        public ValueTask<InterceptionResult> TransactionCommittingAsync(DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default) => Step(result);

        public Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default) => Step(0).AsTask();

        private ValueTask<T> Step<T>(T result) => ++_done == at ? throw new IOException("killed") : ValueTask.FromResult(result);
    }
}
