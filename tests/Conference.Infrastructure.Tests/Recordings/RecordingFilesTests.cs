using System.Net;
using Conference.Core;
using Conference.Core.Events;
using Conference.Core.Recordings;
using Conference.Infrastructure.Data;
using Conference.Infrastructure.Recordings;
using Conference.Infrastructure.Tests.Testing;
using Conference.Media.Mixing;
using Conference.Media.Recording;
using Conference.Media.Sessions;
using Microsoft.Extensions.Logging.Abstractions;

namespace Conference.Infrastructure.Tests.Recordings;

public sealed class RecordingFilesTests : IDisposable
{
    private readonly RecordingPlaces _places = new(Directory.CreateTempSubdirectory("conference-recordings-").FullName);
    private readonly RecordingId _id = RecordingId.New();
    private readonly ParticipantId _who = ParticipantId.New();

    public void Dispose() => Directory.Delete(_places.Root, true);

    [Fact]
    public void A_shelf_knows_the_files_of_a_recording_and_no_others()
    {
        var shelf = new RecordingShelf(_places);
        Assert.Null(shelf.MixOf(_id));
        Assert.Empty(shelf.TracksOf(_id));
        Assert.Equal(SessionStory.Empty, shelf.StoryOf(_id, TimeSpan.FromSeconds(1)));
        File.WriteAllBytes(_places.Prepare(_id), new byte[5000]);
        foreach (var name in new[] { $"t-{_who.Value:N}.wav", "t-nobody.wav", "t-.wav", "notes.txt" })
            File.WriteAllBytes(Path.Combine(_places.FolderOf(_id), name), new byte[5000]);

        Assert.Equal(_places.MixOf(_id), shelf.MixOf(_id));
        Assert.Null(shelf.SmallOf(_id));
        Assert.Equal(_who, Assert.Single(shelf.TracksOf(_id)).Who);
        Assert.NotNull(shelf.TrackOf(_id, _who));
        Assert.Null(shelf.TrackOf(_id, ParticipantId.New()));
        Assert.Null(shelf.TrackOf(RecordingId.New(), _who));
    }

    [Fact]
    public void Figures_count_every_file_but_no_hole()
    {
        var shelf = new RecordingShelf(_places);
        File.WriteAllBytes(_places.Prepare(_id), new byte[100_000]);
        using (var track = File.Create(Path.Combine(_places.FolderOf(_id), $"t-{_who.Value:N}.wav")))
        {
            track.Write(new byte[100_000]);
            track.SetLength(1L << 30);
        }

        Assert.InRange(shelf.UseOf(_id), 200_000, OperatingSystem.IsLinux() ? 1_000_000 : 2L << 30);
        Assert.Equal(shelf.UseOf(_id), shelf.UseOfAll());
    }

    [Fact]
    public void Deleting_leaves_nothing_of_it_and_everything_of_others()
    {
        var (shelf, other) = (new RecordingShelf(_places), RecordingId.New());
        foreach (var id in new[] { _id, other })
        {
            File.WriteAllBytes(_places.Prepare(id), new byte[100]);
            File.WriteAllBytes(Path.Combine(_places.FolderOf(id), "mix.opus"), new byte[100]);
        }

        shelf.Delete(_id);
        shelf.Delete(_id);

        Assert.Equal([_places.FolderOf(other)], Directory.GetDirectories(_places.Root));
    }

    [Fact]
    public void After_a_crash_every_track_is_repaired_and_as_long_as_the_mix()
    {
        var mix = _places.Prepare(_id);
        var track = Path.Combine(_places.FolderOf(_id), $"t-{_who.Value:N}.wav");
        Tapes.CutOff(mix, seconds: 10);
        Tapes.CutOff(track, seconds: 7);
        File.WriteAllText(Path.Combine(_places.FolderOf(_id), $"t-{Guid.NewGuid():N}.wav"), "no sound");

        Assert.Equal(TimeSpan.FromSeconds(10), RecordingRepair.Fix(mix));

        Assert.Equal(new FileInfo(mix).Length, new FileInfo(track).Length);
        using var wav = Media.Files.WavStream.Open(track)!;
        Assert.Equal(10 * 8000, wav.Samples);
    }

    [Fact]
    public async Task A_recording_that_has_ended_gets_its_small_copy_and_so_does_one_that_the_last_run_left()
    {
        await using var db = await TestDb.NewAsync("Sqlite");
        var missed = RecordingId.New();
        foreach (var id in new[] { _id, missed })
            Tapes.CutOff(_places.Prepare(id), seconds: 2);
        RecordingRepair.Fix(_places.MixOf(_id));
        RecordingRepair.Fix(_places.MixOf(missed));
        await using (var hand = db.CreateDbContext())
        {
            var meeting = new Meeting { Id = MeetingId.New(), Room = new RoomNumber("1"), OpenedAt = Some.Monday };
            meeting.Recordings.Add(new Recording { Id = missed, Meeting = meeting.Id, StartedAt = Some.Monday, State = RecordingState.Kept });
            hand.Meetings.Add(meeting);
            await hand.SaveChangesAsync();
        }

        var feed = new EventFeed(TimeProvider.System);
        using var copies = new SmallCopies(db, feed, _places, new SmallCopyOptions(true), NullLogger<SmallCopies>.Instance);
        await copies.StartAsync(default);
        feed.Publish(new RoomNumber("1"), 1, Actor.System, new RoomEvent.RecordingStopped(MeetingId.New(), _id, TimeSpan.FromSeconds(2)));
        var shelf = new RecordingShelf(_places);

        await Eventually.TrueAsync(() => shelf.SmallOf(_id) is not null && shelf.SmallOf(missed) is not null, "both have a small copy");
        await copies.StopAsync(default);
    }

    [Fact]
    public void Each_step_of_the_disk_is_told_once()
    {
        var (media, feed) = (new FullMedia(), new EventFeed(TimeProvider.System));
        using var reader = feed.Subscribe();
        using var reporter = new DiskReporter(media, feed, TimeProvider.System, NullLogger<DiskReporter>.Instance);
        foreach (var level in new[] { DiskLevel.Fine, DiskLevel.Low, DiskLevel.Low, DiskLevel.Full, DiskLevel.Scarce, DiskLevel.Fine, DiskLevel.Fine })
        {
            media.Level = level;
            reporter.Look();
        }

        reader.Dispose();
        var told = reader.ReadAllAsync(default).ToBlockingEnumerable().Select(e => e!.What);
        Assert.Equal([new DiskEvent.Low(42), new DiskEvent.Full(42), new DiskEvent.Scarce(42), new DiskEvent.Recovered(42)], told);
    }

    /// <summary>Files as a killed recorder leaves them: the header of an empty one, and audio behind it.</summary>
    private static class Tapes
    {
        public static void CutOff(string path, int seconds)
        {
            var header = new byte[80];
            "RIFF"u8.CopyTo(header);
            "WAVE"u8.CopyTo(header.AsSpan(8));
            "JUNK"u8.CopyTo(header.AsSpan(12));
            header[16] = 28;
            "fmt "u8.CopyTo(header.AsSpan(48));
            header[52] = 16;
            header[56] = header[58] = 1;
            BitConverter.TryWriteBytes(header.AsSpan(60), 8000);
            BitConverter.TryWriteBytes(header.AsSpan(64), 16000);
            (header[68], header[70]) = (2, 16);
            "data"u8.CopyTo(header.AsSpan(72));
            File.WriteAllBytes(path, [.. header, .. new byte[seconds * 16000]]);
        }
    }

    private sealed class FullMedia : IMediaEngine
    {
        public DiskLevel Level { get; set; }

        public MediaHealth Health => new(true, 0, 0, 0, 0, TimeSpan.Zero, false) { Disk = new DiskHealth(Level, new DiskSpace(42, 100)) };

        public IMediaSession? OpenSession(IPAddress signallingPeer) => null;

        public IMediaSession? OpenSession(IPAddress signallingPeer, SessionTerms terms) => null;

        public IMixRoom OpenRoom() => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
