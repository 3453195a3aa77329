using Conference.Core;
using Conference.Core.Recordings;
using Conference.Infrastructure.Data;
using Conference.Infrastructure.Recordings;
using Conference.Infrastructure.Tests.Cdr;
using Conference.Infrastructure.Tests.Testing;
using Microsoft.EntityFrameworkCore;

namespace Conference.Infrastructure.Tests.Recordings;

public sealed class RecordingCatalogueTests : IDisposable
{
    private readonly RecordingPlaces _places = new(Directory.CreateTempSubdirectory("conference-recordings-").FullName);
    private readonly MovedTime _time = new();

    public void Dispose() => Directory.Delete(_places.Root, true);

    [Theory, MemberData(nameof(TestDb.Both), MemberType = typeof(TestDb))]
    public async Task What_is_deleted_lies_in_the_bin_for_a_week_and_then_only_the_row_says_who_did_it(string provider)
    {
        await using var db = await TestDb.NewAsync(provider);
        var (catalogue, id) = await WithRecordingAsync(db);

        Assert.True(await catalogue.BinAsync(id, Some.Anna, default));
        Assert.False(await catalogue.BinAsync(id, Some.Anna, default));
        _time.Move(TimeSpan.FromDays(6.9));
        Assert.Equal(0, await catalogue.EmptyBinAsync(default));
        Assert.True(File.Exists(_places.MixOf(id)));
        _time.Move(TimeSpan.FromDays(0.2));
        Assert.Equal(1, await catalogue.EmptyBinAsync(default));

        Assert.False(Directory.Exists(Path.GetDirectoryName(_places.MixOf(id))));
        await using var look = db.CreateDbContext();
        var row = await look.Recordings.SingleAsync();
        Assert.Equal((RecordingState.Deleted, "anna", "Anna"), (row.State, row.DeletedById, row.DeletedByName));
        Assert.False(await catalogue.RestoreAsync(id, default));
    }

    [Fact]
    public async Task What_lies_in_the_bin_can_be_taken_out_again()
    {
        await using var db = await TestDb.NewAsync("Sqlite");
        var (catalogue, id) = await WithRecordingAsync(db);
        await catalogue.BinAsync(id, Some.Anna, default);

        Assert.True(await catalogue.RestoreAsync(id, default));

        _time.Move(TimeSpan.FromDays(30));
        Assert.Equal(0, await catalogue.EmptyBinAsync(default));
        Assert.True(File.Exists(_places.MixOf(id)));
    }

    [Fact]
    public async Task A_running_recording_is_not_taken_away()
    {
        await using var db = await TestDb.NewAsync("Sqlite");
        var story = Story.CutOff();
        await MeetingWriterTests.AppendAsync(db, story.Rows());
        await MeetingWriterTests.Writer(db).CatchUpAsync(default);

        Assert.False(await new RecordingCatalogue(db, _places, _time).BinAsync(story.Recording, Some.Anna, default));
    }

    private async Task<(RecordingCatalogue Catalogue, RecordingId Id)> WithRecordingAsync(TestDb db)
    {
        var story = Story.Whole();
        await MeetingWriterTests.AppendAsync(db, story.Rows());
        await MeetingWriterTests.Writer(db).CatchUpAsync(default);
        await File.WriteAllTextAsync(_places.Prepare(story.Recording), "sound");
        return (new RecordingCatalogue(db, _places, _time), story.Recording);
    }
}
