using System.Net;
using System.Net.Http.Headers;
using Conference.Infrastructure.Data;
using Conference.Web.Features.Recordings;
using Conference.Web.Tests.Testing;

namespace Conference.Web.Tests.Features;

public sealed class RecordingsTests
{
    [Fact]
    public async Task A_download_is_an_attachment_with_its_length_and_a_name_one_can_find_again()
    {
        using var site = await TestSite.OpenAsync();
        var (_, recording) = await site.PastAsync(await site.IdOfAsync(TestSite.Anna), "Бюджет / \"2026\"");
        var anna = await site.SignInAsync(TestSite.Anna);

        using var answer = await anna.GetAsync($"/recordings/{recording}/file");
        var bytes = await answer.Content.ReadAsByteArrayAsync();

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
        Assert.EndsWith("Бюджет _ _2026_.wav", answer.Content.Headers.ContentDisposition.FileNameStar, StringComparison.Ordinal);
        Assert.Equal("audio/wav", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(44 + 16000, answer.Content.Headers.ContentLength);
        Assert.Equal(44 + 16000, bytes.Length);
        Assert.Equal("RIFF"u8, bytes.AsSpan(0, 4));
        Assert.Equal(["bytes"], answer.Headers.AcceptRanges);
        Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options"));
    }

    [Theory]
    [InlineData(0L, 99L, 100, "bytes 0-99/16044")]
    [InlineData(16000L, null, 44, "bytes 16000-16043/16044")]
    [InlineData(null, 44L, 44, "bytes 16000-16043/16044")]
    public async Task A_player_asks_for_pieces(long? from, long? to, int length, string range)
    {
        using var site = await TestSite.OpenAsync();
        var (_, recording) = await site.PastAsync(await site.IdOfAsync(TestSite.Anna));
        var anna = await site.SignInAsync(TestSite.Anna);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/recordings/{recording}/audio");
        request.Headers.Range = new RangeHeaderValue(from, to);

        using var answer = await anna.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal(range, answer.Content.Headers.ContentRange!.ToString());
        Assert.Equal(length, (await answer.Content.ReadAsByteArrayAsync()).Length);
        Assert.NotEqual("attachment", answer.Content.Headers.ContentDisposition?.DispositionType);
    }

    [Fact]
    public async Task A_piece_beyond_the_end_is_refused()
    {
        using var site = await TestSite.OpenAsync();
        var (_, recording) = await site.PastAsync(await site.IdOfAsync(TestSite.Anna));
        var anna = await site.SignInAsync(TestSite.Anna);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/recordings/{recording}/file");
        request.Headers.Range = new RangeHeaderValue(99999, null);

        using var answer = await anna.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, answer.StatusCode);
    }

    [Fact]
    public async Task A_recording_that_runs_is_shown_as_running_and_not_handed_out()
    {
        using var site = await TestSite.OpenAsync();
        var (_, recording) = await site.PastAsync(await site.IdOfAsync(TestSite.Anna), state: RecordingState.Running);
        var anna = await site.SignInAsync(TestSite.Anna);

        var list = await anna.PageAsync("/recordings");

        Assert.NotNull(list.QuerySelector($"[data-recording='{recording}'][data-state=running]"));
        Assert.Null(list.QuerySelector("[data-download]"));
        Assert.Equal(HttpStatusCode.NotFound, (await anna.GetAsync($"/recordings/{recording}/file")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await anna.GetAsync($"/recordings/{recording}/audio")).StatusCode);
    }

    [Fact]
    public async Task What_was_thrown_away_is_not_handed_out()
    {
        using var site = await TestSite.OpenAsync();
        var (_, recording) = await site.PastAsync(await site.IdOfAsync(TestSite.Anna), state: RecordingState.Deleted);
        var anna = await site.SignInAsync(TestSite.Anna);

        Assert.Equal(HttpStatusCode.NotFound, (await anna.GetAsync($"/recordings/{recording}/file")).StatusCode);
    }

    [Fact]
    public async Task An_empty_file_is_no_recording()
    {
        using var site = await TestSite.OpenAsync();
        var (_, recording) = await site.PastAsync(await site.IdOfAsync(TestSite.Anna));
        await File.WriteAllBytesAsync(site.Get<Core.Recordings.RecordingPlaces>().MixOf(recording), []);
        var anna = await site.SignInAsync(TestSite.Anna);

        Assert.Equal(HttpStatusCode.NotFound, (await anna.GetAsync($"/recordings/{recording}/file")).StatusCode);
        Assert.Contains("is missing", (await anna.PageAsync($"/recordings/{recording}")).Words(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("..%2f..%2fappsettings.json")]
    [InlineData("%2e%2e/conference.db")]
    [InlineData("..\\..\\conference.db")]
    [InlineData("/etc/passwd")]
    [InlineData("mix.wav")]
    public async Task A_name_from_outside_never_becomes_a_path(string name)
    {
        using var site = await TestSite.OpenAsync();
        var admin = await site.SignInAsync(TestSite.Admin);

        Assert.Equal(HttpStatusCode.NotFound, (await admin.GetAsync($"/recordings/{name}/file")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.GetAsync($"/recordings/{name}")).StatusCode);
    }

    [Theory]
    [InlineData("Budget", "2026-11-21 1430 Budget.wav")]
    [InlineData("../../etc/passwd", "2026-11-21 1430 .._.._etc_passwd.wav")]
    [InlineData("a\r\nSet-Cookie: x", "2026-11-21 1430 a__Set-Cookie_ x.wav")]
    [InlineData("会议 ", "2026-11-21 1430 会议.wav")]
    [InlineData("", "2026-11-21 1430.wav")]
    public void File_names_are_good_on_every_system(string title, string expected) =>
        Assert.Equal(expected, FileName.Of(title, new DateTimeOffset(2026, 11, 21, 14, 30, 0, TimeSpan.Zero)));
}
