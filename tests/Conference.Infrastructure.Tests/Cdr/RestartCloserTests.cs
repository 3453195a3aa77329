using System.Buffers.Binary;
using System.Text;
using Conference.Core;
using Conference.Core.Events;
using Conference.Core.Recordings;
using Conference.Infrastructure.Cdr;
using Conference.Infrastructure.Data;
using Conference.Infrastructure.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace Conference.Infrastructure.Tests.Cdr;

public sealed class RestartCloserTests : IDisposable
{
    private readonly RecordingPlaces _places = new(Directory.CreateTempSubdirectory("conference-recordings-").FullName);

    public void Dispose() => Directory.Delete(_places.Root, true);

    [Theory, MemberData(nameof(TestDb.Both), MemberType = typeof(TestDb))]
    public async Task A_restart_ends_what_the_crash_cut_off_at_the_last_known_moment(string provider)
    {
        await using var db = await TestDb.NewAsync(provider);
        var story = Story.CutOff();
        await MeetingWriterTests.AppendAsync(db, story.Rows());
        var alive = Some.Monday.AddSeconds(95);
        await using (var hand = db.CreateDbContext()) await Heartbeat.NoteAsync(hand, alive, default);
        LeaveTape(story.Recording, seconds: 80);

        await Closer(db).CloseAsync(default);

        await using var look = db.CreateDbContext();
        var tail = await look.Journal.OrderBy(r => r.Id).Where(r => r.Position > story.Facts.Count).ToListAsync();
        Assert.Equal(["room.talking.stopped", "room.left", "room.left", "room.recording.stopped", "room.closed"], tail.Select(r => r.Type));
        Assert.Equal(Enumerable.Range(story.Facts.Count + 1, 5).Select(v => (long)v), tail.Select(r => r.Version));
        Assert.Equal(tail.Select(r => r.Version), tail.Select(r => r.Position!.Value));
        Assert.Equal([1, 0], tail.Select(r => EventJson.Read(r.Json)).OfType<RoomEvent.Left>().Select(l => l.People));
        Assert.All(tail, r => Assert.Equal(alive, r.At));
        var meeting = await look.Meetings.Include(m => m.Attendances).Include(m => m.Recordings).SingleAsync();
        Assert.Equal((alive, CloseReason.ServerRestarted), (meeting.ClosedAt, meeting.Reason));
        Assert.All(meeting.Attendances, a => Assert.Equal(((DateTimeOffset?)alive, LeaveReason.ServerRestarted), (a.LeftAt, a.Reason)));
        Assert.Equal((RecordingState.Kept, 80d), (meeting.Recordings.Single().State, meeting.Recordings.Single().Length.TotalSeconds));
    }

    [Fact]
    public async Task The_second_restart_finds_nothing_to_close()
    {
        await using var db = await TestDb.NewAsync("Sqlite");
        await MeetingWriterTests.AppendAsync(db, Story.CutOff().Rows());

        await Closer(db).CloseAsync(default);
        await Closer(db).CloseAsync(default);

        await using var look = db.CreateDbContext();
        Assert.Equal(1, await look.Journal.CountAsync(r => r.Type == "room.closed"));
    }

    [Fact]
    public async Task A_recording_whose_file_is_gone_or_is_none_has_no_length_and_stops_nobody()
    {
        await using var db = await TestDb.NewAsync("Sqlite");
        var (gone, none) = (Story.CutOff(), Story.CutOff());
        await MeetingWriterTests.AppendAsync(db, [.. gone.Rows(), .. none.Rows(100)]);
        await File.WriteAllTextAsync(_places.Prepare(none.Recording), "no sound");

        await Closer(db).CloseAsync(default);

        await using var look = db.CreateDbContext();
        Assert.Equal(0, await look.Meetings.CountAsync(m => m.ClosedAt == null));
        Assert.All(await look.Recordings.ToListAsync(), r => Assert.Equal((RecordingState.Kept, TimeSpan.Zero), (r.State, r.Length)));
    }

    [Fact]
    public async Task What_ended_properly_is_left_alone()
    {
        await using var db = await TestDb.NewAsync("Sqlite");
        await MeetingWriterTests.AppendAsync(db, Story.Whole().Rows());

        await Closer(db).CloseAsync(default);

        await using var look = db.CreateDbContext();
        Assert.Equal(CloseReason.Empty, (await look.Meetings.SingleAsync()).Reason);
    }

    private RestartCloser Closer(TestDb db) => new(db, MeetingWriterTests.Writer(db), _places, NullLogger<RestartCloser>.Instance);

    /// <summary>A tape as a crash leaves it: sound on disk, nothing about it in the header.</summary>
    private void LeaveTape(RecordingId id, int seconds)
    {
        var header = new byte[80];
        foreach (var (at, word) in new[] { (0, "RIFF"), (8, "WAVE"), (12, "JUNK"), (48, "fmt "), (72, "data") }) Encoding.ASCII.GetBytes(word, header.AsSpan(at));
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(60), 8000);
        File.WriteAllBytes(_places.Prepare(id), [.. header, .. new byte[seconds * 8000 * 2]]);
    }
}
