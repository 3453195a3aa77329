using System.Net;
using Conference.Core.Accounts;
using Conference.Core.Bookings;
using Conference.Core.Exchange;
using Conference.Sip.Authentication;
using Conference.Sip.Tracing;
using Conference.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;

namespace Conference.Web.Tests.Features;

public sealed class CallsTests
{
    private static readonly DateTimeOffset s_now = DateTimeOffset.UtcNow;

    [Fact]
    public async Task Calls_in_progress_and_who_is_registered_are_shown_to_operators()
    {
        using var site = await TestSite.OpenAsync();
        site.Get<LiveCalls>().Tell(Call());
        site.Get<DeviceBook>().Reached(new Reachable("anna", "192.0.2.7:5060", "tls", s_now, s_now.AddHours(1), "<b>Phone</b>"));

        var page = await (await site.SignInAsync(TestSite.Olga)).PageAsync("/calls");

        var row = page.QuerySelector("[data-call]")!;
        Assert.Equal("Up", row.GetAttribute("data-state"));
        Assert.Contains("PCMA", row.TextContent, StringComparison.Ordinal);
        Assert.Equal("/calls/trace?id=a%401&id=b%402", row.QuerySelector("a")!.GetAttribute("href"));
        Assert.Contains("<b>Phone</b>", page.QuerySelector("[data-device=anna]")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hanging_up_a_call_that_ended_meanwhile_is_said()
    {
        using var site = await TestSite.OpenAsync();
        var call = Call();
        site.Get<LiveCalls>().Tell(call);
        var olga = await site.SignInAsync(TestSite.Olga);

        var page = await olga.FollowAsync(await olga.SubmitAsync("/calls", $"form[action='/calls/{call.Id}']")); // nobody leads it any more

        Assert.Contains("This call is over already.", page.Words(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_conversation_can_be_made_a_conference_and_one_that_ended_meanwhile_leaves_nothing_behind()
    {
        using var site = await TestSite.OpenAsync();
        var call = Call();
        site.Get<LiveCalls>().Tell(call);
        await site.OpenRoomAsync("482913", TestSite.Anna, "Bob");
        var olga = await site.SignInAsync(TestSite.Olga);

        var offered = (await olga.PageAsync("/calls")).QuerySelector($"a[href='/calls/{call.Id}/room']")!;
        var page = await olga.PageAsync(offered.GetAttribute("href")!);
        Assert.Equal(["", "482913"], page.QuerySelectorAll("#where option").Select(o => o.GetAttribute("value")));

        var after = await olga.FollowAsync(await olga.SubmitAsync($"/calls/{call.Id}/room", "#room")); // nobody leads it any more
        Assert.Contains("This call is over already.", after.Words(), StringComparison.Ordinal);
        Assert.Equal([BookingState.Cancelled], await site.InDbAsync(db => db.Bookings.Select(b => b.State).ToListAsync()));

        after = await olga.FollowAsync(await olga.SubmitAsync($"/calls/{call.Id}/room", "#room", ("room", "1")));
        Assert.Contains("That conference cannot be chosen now.", after.Words(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_and_registrations_are_searched_and_shown_in_parts()
    {
        using var site = await TestSite.OpenAsync();
        site.Get<LiveCalls>().Tell(Call());
        for (var i = 0; i < 60; i++) site.Get<DeviceBook>().Reached(new Reachable($"desk-{i:00}", $"192.0.2.{i}:5060", "udp", s_now, s_now.AddHours(1), null));
        var olga = await site.SignInAsync(TestSite.Olga);

        var all = await olga.PageAsync("/calls");
        Assert.Equal(50, all.QuerySelectorAll("[data-device]").Length);
        Assert.Contains("60", all.QuerySelectorAll("caption")[1].TextContent, StringComparison.Ordinal);
        Assert.Equal(10, (await olga.PageAsync(all.QuerySelector(".pager [rel=next]")!.GetAttribute("href")!)).QuerySelectorAll("[data-device]").Length);
        var found = await olga.PageAsync("/calls?q=192.0.2.7%3A");
        Assert.Equal("desk-07", Assert.Single(found.QuerySelectorAll("[data-device]")).GetAttribute("data-device"));
        Assert.Null(found.QuerySelector("[data-call]"));
        Assert.NotNull((await olga.PageAsync("/calls?q=ANNA+202")).QuerySelector("[data-call]"));
    }

    [Fact]
    public async Task A_call_that_still_rings_is_not_offered_as_a_conference()
    {
        using var site = await TestSite.OpenAsync();
        var call = Call() with { State = LiveCallState.Ringing };
        site.Get<LiveCalls>().Tell(call);

        var page = await (await site.SignInAsync(TestSite.Olga)).PageAsync("/calls");

        Assert.Null(page.QuerySelector($"a[href='/calls/{call.Id}/room']"));
    }

    [Fact]
    public async Task A_trace_is_read_filtered_and_downloaded()
    {
        using var site = await TestSite.OpenAsync();
        site.Trace.Calls = [new TracedCall("a@1", "INVITE", "201", "<202>", s_now, 486)];
        site.Trace.Messages.Add(("a@1", Message(false, "INVITE sip:202@x SIP/2.0\r\nAuthorization: (removed)\r\n\r\n")));
        site.Trace.Messages.Add(("a@1", Message(true, "SIP/2.0 486 Busy <b>Here</b>\r\n\r\n")));
        site.Trace.Messages.Add(("b@2", Message(true, "BYE sip:x SIP/2.0\r\n\r\n")));
        var olga = await site.SignInAsync(TestSite.Olga);

        var list = await olga.PageAsync("/calls?q=202");
        Assert.Contains("486", list.QuerySelector("[data-traced]")!.TextContent, StringComparison.Ordinal);
        Assert.Null((await olga.PageAsync("/calls?q=777")).QuerySelector("[data-traced]"));

        var page = await olga.PageAsync(list.QuerySelector("[data-traced] a")!.GetAttribute("href")!);
        Assert.Equal(["false", "true"], page.QuerySelectorAll(".ladder li").Select(l => l.GetAttribute("data-sent")));
        Assert.Contains("486 Busy <b>Here</b>", page.QuerySelectorAll(".ladder strong")[1].TextContent, StringComparison.Ordinal);
        Assert.Single((await olga.PageAsync("/calls/trace?id=a%401&q=busy")).QuerySelectorAll(".ladder li"));

        using var file = await olga.GetAsync(page.QuerySelector("a[download]")!.GetAttribute("href")!);
        var text = await file.Content.ReadAsStringAsync();
        Assert.Equal("sip-trace.txt", file.Content.Headers.ContentDisposition!.FileName);
        Assert.Contains("received from 192.0.2.7:5060 UDP\n\nINVITE sip:202@x SIP/2.0\nAuthorization: (removed)\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("BYE", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_shut_out_is_seen_by_operators_and_let_in_by_administrators()
    {
        using var site = await TestSite.OpenAsync();
        var bans = (QuietBans)site.Sip.Bans;
        bans.Bans = [new SipBan(IPAddress.Parse("198.51.100.9"), "201", s_now, s_now.AddMinutes(5), 10), new SipBan(IPAddress.Parse("2001:db8::9"), null, s_now, s_now.AddMinutes(5), 50)];

        var seen = await (await site.SignInAsync(TestSite.Olga)).PageAsync("/bans");
        Assert.Equal(2, seen.QuerySelectorAll("[data-ban]").Length);
        Assert.Empty(seen.QuerySelectorAll("form[action='/bans']"));

        var admin = await site.SignInAsync(TestSite.Admin);
        await admin.SubmitAsync("/bans", "[data-ban='2001:db8::9'] form");
        Assert.Equal(["201"], bans.Bans.Select(b => b.Username));
        await admin.SubmitAsync("/bans", "[data-ban='198.51.100.9'] form");
        Assert.Empty(bans.Bans);
    }

    private static TracedMessage Message(bool sent, string text) => new(s_now, sent, IPEndPoint.Parse("192.0.2.7:5060"), "UDP", text);

    private static LiveCall Call() => new(
        Guid.NewGuid(), "201", "Anna", "202", "Bob", LiveCallState.Up, s_now, s_now, [new LiveLeg("a@1", "anna", "201", true, true, false, "PCMA"), new LiveLeg("b@2", "bob", "202", false, true, true, "PCMU")]);
}
