using System.Net;
using AngleSharp.Html.Dom;
using Conference.Core.Bookings;
using Conference.Web.Features.Bookings;
using Conference.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;

namespace Conference.Web.Tests.Features;

public sealed class BookingsTests
{
    private const string Form = "#booking";

    [Fact]
    public async Task A_host_books_by_pressing_book_alone()
    {
        using var site = await TestSite.OpenAsync();
        var anna = await site.SignInAsync(TestSite.Anna);

        var page = await anna.FollowAsync(await anna.SubmitAsync("/bookings/new", Form));

        Assert.Equal("Anna’s conference", page.QuerySelector("h1")!.TextContent);
        Assert.Equal(6, page.QuerySelector("#number")!.TextContent.Trim().Length);
        Assert.Equal(6, page.QuerySelector("#host-pin")!.TextContent.Trim().Length);
        Assert.NotEqual(page.QuerySelector("#host-pin")!.TextContent, page.QuerySelector("#guest-pin")!.TextContent);
    }

    [Fact]
    public async Task Everybody_on_the_pasted_list_gets_a_mail_and_the_page_shows_where_it_is()
    {
        using var site = await TestSite.OpenAsync();
        var anna = await site.SignInAsync(TestSite.Anna);

        var page = await anna.FollowAsync(await anna.SubmitAsync("/bookings/new", Form, ("People", "Bob <bob@example.org>, eva@example.org\nbob@example.org")));

        Assert.NotNull(page.QuerySelector("[data-mail='bob@example.org']"));
        Assert.NotNull(page.QuerySelector("[data-mail='eva@example.org']"));
        Assert.NotNull(page.QuerySelector("[data-mail='anna@example.org']")); // the host's own copy
        Assert.Equal(3, page.QuerySelectorAll("[data-mail]").Length);
    }

    [Theory]
    [InlineData("Title", "", "title", "Give the conference a title.")]
    [InlineData("Date", "", "date", "Choose a date.")]
    [InlineData("Date", "2020-01-01", "start", "That time has already passed. Choose a later one.")]
    [InlineData("Date", "0001-01-01", "date", "Choose a date of this century.")]
    [InlineData("Date", "9999-12-31", "date", "Choose a date of this century.")]
    [InlineData("Start", "25:99", "start", "“25:99” cannot be read here.")]
    [InlineData("Duration", "3", "duration", "Between 5 and 1440 minutes.")]
    [InlineData("Duration", "soon", "duration", "“soon” cannot be read here.")]
    [InlineData("TimeZone", "Mars/Olympus", "timeZone", "Choose a time zone of the list.")]
    [InlineData("People", "bob@localhost", "people", "“bob@localhost” is not a mail address.")]
    [InlineData("People", "not an address", "people", "“not an address” is not a mail address.")]
    [InlineData("Number", "12a", "number", "3 to 12 digits, so that it can be dialled.")]
    [InlineData("Seats", "1", "seats", "Between 2 and 500 seats.")]
    public async Task What_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(string field, string value, string id, string sentence)
    {
        using var site = await TestSite.OpenAsync();
        var anna = await site.SignInAsync(TestSite.Anna);
        (string, string)[] typed = [("Title", "Budget"), ("Duration", "45")];

        var answer = await anna.SubmitAsync("/bookings/new", Form, [.. typed.Where(t => t.Item1 != field), (field, value)]);
        var page = await Browser.ReadAsync(answer);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains(sentence, page.QuerySelector($"#{id}-problem")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("true", page.QuerySelector($"#{id}")!.GetAttribute("aria-invalid"));
        Assert.NotNull(page.QuerySelector($"#problems a[href='#{id}']"));
        if (field != "Title") Assert.Equal("Budget", ((IHtmlInputElement)page.QuerySelector("#title")!).Value);
        if (field != "Duration") Assert.Equal("45", ((IHtmlInputElement)page.QuerySelector("#duration")!).Value);
    }

    [Fact]
    public async Task A_number_that_is_taken_at_that_time_is_explained_beside_it()
    {
        using var site = await TestSite.OpenAsync();
        var anna = await site.SignInAsync(TestSite.Anna);
        await anna.SubmitAsync("/bookings/new", Form, ("Number", "4711"));

        var page = await Browser.ReadAsync(await anna.SubmitAsync("/bookings/new", Form, ("Number", "4711")));

        Assert.Contains("Another conference uses that number", page.QuerySelector("#number-problem")!.TextContent, StringComparison.Ordinal);
        Assert.True(page.QuerySelector("details.more")!.HasAttribute("open"));
    }

    [Fact]
    public async Task Cancelling_asks_for_a_post_and_tells_everybody()
    {
        using var site = await TestSite.OpenAsync();
        var anna = await site.SignInAsync(TestSite.Anna);
        var booked = await anna.SubmitAsync("/bookings/new", Form, ("People", "bob@example.org"));
        var at = booked.Headers.Location!.ToString();

        var page = await anna.FollowAsync(await anna.SubmitAsync(at, "#cancel"));

        Assert.NotNull(page.QuerySelector("#state"));
        Assert.Equal(BookingState.Cancelled, (await site.InDbAsync(db => db.Bookings.SingleAsync())).State);
        Assert.Contains("cancelled already", (await anna.FollowAsync(await SubmitAgain(anna, at))).Words(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_host_takes_the_conference_into_their_own_calendar()
    {
        using var site = await TestSite.OpenAsync();
        var anna = await site.SignInAsync(TestSite.Anna);
        var booked = await anna.SubmitAsync("/bookings/new", Form);

        using var answer = await anna.GetAsync($"{booked.Headers.Location}/calendar.ics");
        var calendar = await answer.Content.ReadAsStringAsync();

        Assert.Equal("text/calendar", answer.Content.Headers.ContentType!.MediaType);
        Assert.StartsWith("BEGIN:VCALENDAR", calendar, StringComparison.Ordinal);
        Assert.Single(calendar.Split("BEGIN:VEVENT").Skip(1));
    }

    [Fact]
    public async Task A_conference_started_now_can_be_dialled_now()
    {
        using var site = await TestSite.OpenAsync();
        var anna = await site.SignInAsync(TestSite.Anna);

        var page = await anna.FollowAsync(await anna.SubmitAsync("/bookings/new", "form[action='/bookings/now']"));

        var number = new Core.RoomNumber(page.QuerySelector("#number")!.TextContent.Trim());
        var plan = site.Get<Core.Rooms.RoomDirectory>().Find(number)!;
        Assert.True(plan.OpensAt <= DateTimeOffset.UtcNow && DateTimeOffset.UtcNow < plan.EndsAt);
    }

    [Fact]
    public async Task Names_are_text_wherever_they_are_shown()
    {
        const string name = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
        using var site = await TestSite.OpenAsync();
        var anna = await site.SignInAsync(TestSite.Anna);

        var page = await anna.FollowAsync(await anna.SubmitAsync("/bookings/new", Form, ("Title", name)));
        var home = await anna.PageAsync("/");

        Assert.Equal(name, page.QuerySelector("h1")!.TextContent);
        Assert.Contains(name, home.Words(), StringComparison.Ordinal);
        foreach (var shown in new[] { page, home })
        {
            Assert.Empty(shown.QuerySelectorAll("img[onerror]"));
            Assert.All(shown.QuerySelectorAll("script"), s => Assert.StartsWith("/", s.GetAttribute("src"), StringComparison.Ordinal));
        }
    }

    /// <summary>As from a page that was open all along.</summary>
    private static async Task<HttpResponseMessage> SubmitAgain(Browser browser, string at)
    {
        var page = await browser.PageAsync("/bookings/new");
        var token = ((IHtmlInputElement)page.QuerySelector("input[name=__RequestVerificationToken]")!).Value;
        using var form = new FormUrlEncodedContent([new("_method", "DELETE"), new("__RequestVerificationToken", token)]);
        return await browser.Http.PostAsync(at, form);
    }
}

public sealed class PeopleListTests
{
    [Theory]
    [InlineData("anna@example.org", "|anna@example.org")]
    [InlineData("Anna Rossi <anna@example.org>", "Anna Rossi|anna@example.org")]
    [InlineData("\"Rossi, Anna\" <anna@example.org>; bob@example.org", "Rossi, Anna|anna@example.org", "|bob@example.org")]
    [InlineData("a@x.org\r\nb@x.org\n\n , c@x.org", "|a@x.org", "|b@x.org", "|c@x.org")]
    [InlineData("a@x.org, A@X.org", "|a@x.org")]
    [InlineData("王小明 <wang@example.cn>，li@example.cn", "王小明|wang@example.cn", "|li@example.cn")]
    [InlineData("")]
    public void A_pasted_list_is_read(string text, params string[] expected)
    {
        var (people, unread) = PeopleList.Read(text);

        Assert.Equal(expected, people.Select(p => $"{p.Name}|{p.Email}"));
        Assert.Empty(unread);
    }

    [Theory]
    [InlineData("anna")]
    [InlineData("Anna <anna>")]
    [InlineData("a@b@c")]
    [InlineData("a b@x.org")]
    [InlineData("<>")]
    [InlineData("Anna <anna@example.org> and more")]
    public void What_is_no_address_is_given_back_as_typed(string text) => Assert.Equal<string>(new[] { text }, PeopleList.Read(text).Unread);

    [Fact]
    public void Whatever_is_pasted_nothing_breaks_and_only_addresses_come_out()
    {
        var random = new Random(4711);
        const string letters = "ab@.<>\",;\n\r \t\0é王'()[]:\\";
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => letters[random.Next(letters.Length)]));
            var (people, _) = PeopleList.Read(text);
            Assert.All(people, p => Assert.DoesNotContain(p.Email, char.IsControl));
            Assert.All(people, p => Assert.True(System.Net.Mail.MailAddress.TryCreate(p.Email, out var a) && a.Address == p.Email, p.Email));
        }
    }
}

public sealed class LocalStartTests
{
    private static readonly TimeZoneInfo Rome = TimeZoneInfo.FindSystemTimeZoneById("Europe/Rome");

    [Fact]
    public void A_time_the_clocks_skip_becomes_the_first_that_exists()
    {
        var (at, start) = LocalStart.Resolve(new DateOnly(2026, 3, 29), new TimeOnly(2, 30), Rome);

        Assert.Equal(new TimeOnly(3, 0), start);
        Assert.Equal(new DateTimeOffset(2026, 3, 29, 1, 0, 0, TimeSpan.Zero), at.ToUniversalTime());
    }

    [Fact]
    public void A_time_that_comes_twice_is_the_first_of_the_two() =>
        Assert.Equal(new DateTimeOffset(2026, 10, 25, 0, 30, 0, TimeSpan.Zero), LocalStart.Resolve(new DateOnly(2026, 10, 25), new TimeOnly(2, 30), Rome).At.ToUniversalTime());

    [Theory]
    [InlineData("10:00", "10:15")]
    [InlineData("10:05", "10:15")]
    [InlineData("10:06", "10:30")]
    [InlineData("23:55", "00:15")]
    public void The_page_opens_on_the_next_quarter_hour_at_least_ten_minutes_away(string now, string start) =>
        Assert.Equal(TimeOnly.Parse(start), TimeOnly.FromTimeSpan(LocalStart.Next(new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.FromHours(1)) + TimeOnly.Parse(now).ToTimeSpan()).TimeOfDay));
}
