using System.Net;
using Conference.Core.Accounts;
using Conference.Core.Exchange;
using Conference.Core.Routing;
using Conference.Infrastructure.Accounts;
using Conference.Web.Features.Dashboard;
using Conference.Web.Tests.Testing;

namespace Conference.Web.Tests.Features;

/// <summary>Calling people into a conference from its page.</summary>
public sealed class DialInTests
{
    private const string Room = "482913";
    private const string Page = $"/live/{Room}";

    [Fact]
    public async Task Somebody_is_called_with_the_permissions_of_the_askers_extension_and_every_step_is_shown()
    {
        using var site = await TestSite.OpenAsync();
        await site.OpenRoomAsync(Room, TestSite.Anna);
        await site.Get<DeviceDirectory>().AddExtensionAsync(new ExtensionCard("201", "Anna") { PersonId = await site.IdOfAsync(TestSite.Anna) }, default);
        var anna = await site.SignInAsync(TestSite.Anna);

        await anna.SubmitAsync(Page, "#dial", ("whom", "+39 (050) 123-456"), ("asksForKey", "true"));
        var call = await site.Dialled.Reader.ReadAsync();

        Assert.Equal(("+39050123456", "201", true, Room), (call.Request.Number, call.Request.Extension, call.Request.AsksForKey, call.Request.Room.Value));
        Assert.Equal("is being called", await StateAsync(anna, "Queued"));
        call.Request.OnRinging!();
        Assert.Equal("ringing", await StateAsync(anna, "Ringing"));
        call.Answer.SetResult(new DialOutResult(200, "OK"));
        Assert.Equal("answered", await StateAsync(anna, "Answered"));
        Assert.Contains("permissions of your extension 201", (await anna.PageAsync(Page)).Words(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(486, "Busy Here", null, "busy")]
    [InlineData(603, "Decline", null, "declined")]
    [InlineData(480, "No answer", null, "not reachable now")]
    [InlineData(403, "Forbidden", RouteReason.ClassForbidden, "your permissions do not cover this kind of call")]
    [InlineData(404, "NoRule", RouteReason.NoRule, "no such number")]
    [InlineData(503, "Service <b>Unavailable</b>", null, "the line is out of order now")]
    public async Task Why_nobody_came_is_said_in_words_and_as_signalling_said_it(int status, string reason, RouteReason? why, string sentence)
    {
        using var site = await TestSite.OpenAsync();
        await site.OpenRoomAsync(Room, TestSite.Anna);
        var anna = await site.SignInAsync(TestSite.Anna);

        await anna.SubmitAsync(Page, "#dial", ("whom", "202"));
        var call = await site.Dialled.Reader.ReadAsync();
        Assert.Null(call.Request.Extension); // no extension is hers: only the house can be called
        Assert.Empty(call.Request.Permissions);
        call.Answer.SetResult(new DialOutResult(status, reason, why));

        Assert.Equal(sentence, await StateAsync(anna, "Failed"));
        Assert.Contains(why is null ? $"{status} {reason}" : $"{status}", (await anna.PageAsync(Page)).QuerySelector("[data-dial]")!.Words(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_gives_up_while_it_rings()
    {
        using var site = await TestSite.OpenAsync();
        await site.OpenRoomAsync(Room, TestSite.Anna);
        var anna = await site.SignInAsync(TestSite.Anna);
        await anna.SubmitAsync(Page, "#dial", ("whom", "202"));
        var call = await site.Dialled.Reader.ReadAsync();

        await anna.SubmitAsync(Page, "[data-dial] form");

        Assert.True(call.Cancel.IsCancellationRequested);
        Assert.Equal("given up", await StateAsync(anna, "Failed"));
    }

    [Fact]
    public async Task What_is_no_number_calls_nobody_and_ten_at_once_are_enough()
    {
        using var site = await TestSite.OpenAsync();
        await site.OpenRoomAsync(Room, TestSite.Anna);
        var anna = await site.SignInAsync(TestSite.Anna);

        var page = await anna.FollowAsync(await anna.SubmitAsync(Page, "#dial", ("whom", "sip:a@b")));
        Assert.Contains("A number as it is dialled", page.Words(), StringComparison.Ordinal);
        for (var i = 0; i < DialBoard.MostAtOnce; i++) await anna.SubmitAsync(Page, "#dial", ("whom", $"20{i}"));
        page = await anna.FollowAsync(await anna.SubmitAsync(Page, "#dial", ("whom", "299")));

        Assert.Contains("10 are being called already.", page.Words(), StringComparison.Ordinal);
        Assert.Equal(DialBoard.MostAtOnce, page.QuerySelectorAll("[data-dial]").Length);
    }

    [Fact]
    public async Task Nobody_calls_people_into_the_conference_of_somebody_else()
    {
        using var site = await TestSite.OpenAsync();
        await site.OpenRoomAsync(Room, TestSite.Anna);
        var eve = await site.SignInAsync(TestSite.Eve);
        var token = (await eve.PageAsync("/")).QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        using var content = new FormUrlEncodedContent([new("whom", "202"), new("__RequestVerificationToken", token)]);

        using var answer = await eve.Http.PostAsync($"{Page}/dials", content);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.False(site.Dialled.Reader.TryRead(out _));
    }

    /// <summary>The words beside the number, once it is as far as that.</summary>
    private static async Task<string> StateAsync(Browser browser, string state)
    {
        for (var tries = 0; tries < 200; tries++)
        {
            if ((await browser.PageAsync(Page)).QuerySelector($"[data-dial][data-state={state}] .tag") is { } tag) return tag.TextContent;
            await Task.Delay(50);
        }

        throw new InvalidOperationException($"never {state}");
    }
}
