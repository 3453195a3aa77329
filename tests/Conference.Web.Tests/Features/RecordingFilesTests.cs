using System.Net;
using Conference.Core;
using Conference.Core.Recordings;
using Conference.Infrastructure.Data;
using Conference.Infrastructure.Recordings;
using Conference.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;

namespace Conference.Web.Tests.Features;

/// <summary>What lies beside the mix of a recording: tracks, the small copy, who spoke when; and away with all of it.</summary>
public sealed class RecordingFilesTests
{
    [Fact]
    public async Task The_page_says_who_spoke_when_and_offers_each_track_and_the_small_copy()
    {
        using var site = await TestSite.OpenAsync();
        var (recording, bob) = await KeptAsync(site);
        var anna = await site.SignInAsync(TestSite.Anna);

        var page = await anna.PageAsync($"/recordings/{recording}");

        var row = page.QuerySelector("[data-talker=Bob]")!;
        Assert.Equal("0:00–0:00 · 0:00–0:01", row.QuerySelector("[data-spoke]")!.TextContent);
        Assert.Equal($"/recordings/{recording}/tracks/{bob}", row.QuerySelector("[data-track]")!.GetAttribute("href"));
        Assert.Equal($"/recordings/{recording}/small", page.QuerySelector("[data-small]")!.GetAttribute("href"));
        Assert.Contains("0:00–0:00", page.QuerySelector("[data-pauses]")!.TextContent, StringComparison.Ordinal);
        Assert.NotEqual("0", (await anna.PageAsync("/recordings")).QuerySelector("[data-use]")!.GetAttribute("data-use"));
    }

    [Fact]
    public async Task A_track_is_an_attachment_named_after_its_talker()
    {
        using var site = await TestSite.OpenAsync();
        var (recording, bob) = await KeptAsync(site);
        var anna = await site.SignInAsync(TestSite.Anna);

        using var track = await anna.GetAsync($"/recordings/{recording}/tracks/{bob}");
        using var small = await anna.GetAsync($"/recordings/{recording}/small");

        Assert.Equal("attachment", track.Content.Headers.ContentDisposition!.DispositionType);
        Assert.EndsWith("Budget - Bob.wav", track.Content.Headers.ContentDisposition.FileNameStar, StringComparison.Ordinal);
        Assert.Equal(44 + 16000, (await track.Content.ReadAsByteArrayAsync()).Length);
        Assert.Equal("audio/ogg", small.Content.Headers.ContentType!.MediaType);
        Assert.EndsWith("Budget.opus", small.Content.Headers.ContentDisposition!.FileNameStar, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_else_gets_a_file_by_any_path()
    {
        using var site = await TestSite.OpenAsync();
        var (recording, bob) = await KeptAsync(site);
        var (_, others) = await site.PastAsync(await site.IdOfAsync(TestSite.Eve));
        var eve = await site.SignInAsync(TestSite.Eve);
        string[] files = ["file", "audio", "small", $"tracks/{bob}"];
        foreach (var file in files)
        {
            Assert.Equal(HttpStatusCode.NotFound, (await eve.GetAsync($"/recordings/{recording}/{file}")).StatusCode);
            using var visitor = await site.Visitor().GetAsync($"/recordings/{recording}/{file}");
            Assert.NotEqual(HttpStatusCode.OK, visitor.StatusCode);
        }

        var folder = $"{recording.Value:N}";
        string[] paths =
        [
            $"/recordings/{others}/tracks/{bob}", $"/recordings/{others}/tracks/..%2f{folder}%2ft-{bob.Value:N}", $"/recordings/{folder}/t-{bob.Value:N}.wav",
            $"/recordings/{folder}/session.jsonl", $"/recordings/{folder}/mix.opus", $"/recordings/{recording}/session.jsonl", $"/data/recordings/{folder}/mix.wav",
            $"/recordings/{recording}/tracks/{Guid.NewGuid()}", $"/recordings/{recording}/tracks/mix",
        ];
        foreach (var path in paths)
            Assert.Equal(HttpStatusCode.NotFound, (await eve.GetAsync(path)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, await DeleteAsync(eve, recording));
        Assert.True(File.Exists(site.Get<RecordingPlaces>().MixOf(recording)));
    }

    [Fact]
    public async Task Deleting_takes_every_file_and_keeps_who_did_it()
    {
        using var site = await TestSite.OpenAsync();
        var (recording, bob) = await KeptAsync(site);
        var anna = await site.SignInAsync(TestSite.Anna);
        Assert.True(site.Get<RecordingShelf>().UseOf(recording) > 0);

        await anna.SubmitAsync($"/recordings/{recording}", "#delete");

        Assert.False(Directory.Exists(site.Get<RecordingPlaces>().FolderOf(recording)));
        Assert.Equal(0, site.Get<RecordingShelf>().UseOf(recording));
        Assert.Equal(HttpStatusCode.NotFound, (await anna.GetAsync($"/recordings/{recording}/tracks/{bob}")).StatusCode);
        var row = await site.InDbAsync(db => db.Recordings.SingleAsync(r => r.Id == recording));
        Assert.Equal(RecordingState.Deleted, row.State);
        Assert.NotNull(row.DeletedAt);
        Assert.Equal(await site.IdOfAsync(TestSite.Anna), row.DeletedById);
    }

    [Fact]
    public async Task One_that_runs_has_no_tracks_to_hand_out_and_is_not_deleted()
    {
        using var site = await TestSite.OpenAsync();
        var (recording, bob) = await KeptAsync(site, RecordingState.Running);
        var anna = await site.SignInAsync(TestSite.Anna);

        Assert.Equal(HttpStatusCode.NotFound, (await anna.GetAsync($"/recordings/{recording}/tracks/{bob}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, await DeleteAsync(anna, recording));
    }

    private static async Task<HttpStatusCode> DeleteAsync(Browser browser, RecordingId recording)
    {
        var token = (await browser.PageAsync("/account")).QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        using var form = new FormUrlEncodedContent([new("_method", "DELETE"), new("__RequestVerificationToken", token)]);
        using var answer = await browser.Http.PostAsync($"/recordings/{recording}", form);
        return answer.StatusCode;
    }

    private static async Task<(RecordingId Recording, ParticipantId Bob)> KeptAsync(TestSite site, RecordingState state = RecordingState.Kept)
    {
        var (meeting, recording) = await site.PastAsync(await site.IdOfAsync(TestSite.Anna), state: state);
        var bob = await site.InDbAsync(db => db.Attendances.Where(a => a.Meeting == meeting).Select(a => a.Id).SingleAsync());
        var folder = site.Get<RecordingPlaces>().FolderOf(recording);
        await File.WriteAllBytesAsync(Path.Combine(folder, $"t-{bob.Value:N}.wav"), Wav.Silence(TimeSpan.FromSeconds(1)));
        await File.WriteAllBytesAsync(Path.Combine(folder, "mix.opus"), [1, 2, 3]);
        await File.WriteAllLinesAsync(Path.Combine(folder, "session.jsonl"),
        [
            """{"what":"start","at":"2026-11-22T10:00:00Z","rate":8000,"tickMilliseconds":20}""",
            $$"""{"what":"came","tick":0,"who":"{{bob}}"}""",
            $$"""{"what":"talks","tick":1,"who":"{{bob}}"}""",
            $$"""{"what":"hushed","tick":10,"who":"{{bob}}"}""",
            """{"what":"paused","tick":11}""",
            """{"what":"resumed","tick":20}""",
            $$"""{"what":"talks","tick":30,"who":"{{bob}}"}""",
        ]);
        return (recording, bob);
    }
}
