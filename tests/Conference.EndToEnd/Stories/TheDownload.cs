using System.Net;
using Conference.EndToEnd.Tools;
using Microsoft.Playwright;

namespace Conference.EndToEnd.Stories;

/// <summary>Three ways in which downloads of recordings fail elsewhere: broken headers, an empty file, a player instead of a file. And who may not have it.</summary>
public sealed class TheDownload(TheDownload.OfAShortMeeting meeting) : IClassFixture<TheDownload.OfAShortMeeting>
{
    private readonly IPage _page = meeting.Host.Page;

    [Fact]
    public async Task It_is_a_file_to_keep_with_its_true_length_whole_or_in_ranges()
    {
        var path = await _page.Locator("[data-download]").First.GetAttributeAsync("href") ?? "";
        var whole = await _page.APIRequest.GetAsync(path);
        var bytes = await whole.BodyAsync();

        Assert.Equal(200, whole.Status);
        Assert.StartsWith("attachment", whole.Headers["content-disposition"], StringComparison.Ordinal); // not inline
        Assert.Contains("filename*=UTF-8''", whole.Headers["content-disposition"], StringComparison.Ordinal);
        Assert.Equal("audio/wav", whole.Headers["content-type"]);
        Assert.Equal("bytes", whole.Headers["accept-ranges"]);
        Assert.Equal($"{bytes.Length}", whole.Headers["content-length"]);
        Assert.True("RIFF"u8.SequenceEqual(bytes.AsSpan(0, 4))); // nothing in front of it
        Assert.InRange(WavFile.Parse(bytes).Length, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(60)); // not empty

        var part = await _page.APIRequest.GetAsync(path, new() { Headers = new Dictionary<string, string> { ["Range"] = "bytes=1000-1999" } });
        Assert.Equal(206, part.Status);
        Assert.Equal($"bytes 1000-1999/{bytes.Length}", part.Headers["content-range"]);
        Assert.Equal(bytes[1000..2000], await part.BodyAsync());
        var beyond = await _page.APIRequest.GetAsync(path, new() { Headers = new Dictionary<string, string> { ["Range"] = $"bytes={bytes.Length}-" } });
        Assert.Equal(416, beyond.Status);

        var (name, saved) = await meeting.Host.Download();
        Assert.DoesNotContain(name, c => Path.GetInvalidFileNameChars().Contains(c) || c is '"' or '\\');
        Assert.Equal(bytes, saved);

        using var stranger = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(meeting.Url) };
        Assert.Contains((await stranger.GetAsync(path)).StatusCode, new[] { HttpStatusCode.Unauthorized, HttpStatusCode.Found });
        Assert.Equal(404, (await _page.APIRequest.GetAsync(path.Replace(path.Split('/')[2], Guid.NewGuid().ToString(), StringComparison.Ordinal))).Status);
    }

    [Fact]
    public async Task The_player_knows_the_length_and_can_seek()
    {
        var player = _page.Locator("audio");

        await player.EvaluateAsync("async a => { if (a.readyState < 1) await new Promise(done => a.onloadedmetadata = done); a.currentTime = a.duration - 1; await new Promise(done => a.onseeked = done); }");

        var (length, at) = (await player.EvaluateAsync<double>("a => a.duration"), await player.EvaluateAsync<double>("a => a.currentTime"));
        Assert.True(length > 2);
        Assert.Equal(length - 1, at, 0.1);
    }

    /// <summary>A recorded conference that is over, and the page of its recording.</summary>
    public sealed class OfAShortMeeting : IAsyncLifetime
    {
        private Server _server = null!;
        private Browser _browser = null!;

        public Portal Host { get; private set; } = null!;

        public string Url => _server.Url;

        public async Task InitializeAsync()
        {
            _server = await Server.Start(new Dictionary<string, string> { ["Conference:FirstRun:AdminPassword"] = Server.AdminPassword });
            _browser = await Browser.Open();
            Host = new Portal(await _browser.Person(Url));
            await Host.SignIn("admin", Server.AdminPassword);
            await Meetings.Hold(Host, _server, "Très “bad” / name");
            await Host.OpenRecording("Très");
        }

        public async Task DisposeAsync()
        {
            await _browser.DisposeAsync();
            await _server.DisposeAsync();
        }
    }
}
