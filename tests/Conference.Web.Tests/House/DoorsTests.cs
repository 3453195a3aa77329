using System.Net;
using System.Text.RegularExpressions;
using Conference.Core;
using Conference.Web.Tests.Testing;
using Microsoft.AspNetCore.Mvc.Controllers;

namespace Conference.Web.Tests.House;

/// <summary>Every address of the site, and what each kind of person hears there. An address without a row here fails.</summary>
public sealed partial class DoorsTests
{
    // address; visitor, another host, the owner, operator, administrator. Letters: P page or file, R redirect after the work,
    // S to the sign-in page or 401, F forbidden, N not there, B the form lacks something.
    private static readonly string[] s_doors =
    [
        "GET / SPPPP",
        "GET /account SPPPP",
        "POST /account SPPPP",
        "GET /account/password SPPPP",
        "POST /account/password SPPPP",
        "GET /sign-in PRRRR",
        "POST /sign-in PPPPP",
        "POST /sign-out SRRRR",
        "POST /language RRRRR",
        "GET /new-password/{id}/{token} NNNNN",
        "POST /new-password/{id}/{token} NNNNN",
        "GET /setup/{token} NNNNN",
        "POST /setup/{token} NNNNN",
        "GET /bookings SRRRR",
        "GET /bookings/new SPPPP",
        "POST /bookings SPPPP",
        "POST /bookings/now SRRRR",
        "GET /bookings/{id:guid} SNPPP",
        "GET /bookings/{id:guid}/calendar.ics SNPPP",
        "DELETE /bookings/{id:guid} SNRRR",
        "GET /live SPPPP",
        "GET /live/{number} SNPPP",
        "PUT /live/{number}/people/{id:guid}/mute SNRRR",
        "DELETE /live/{number}/people/{id:guid}/mute SNRRR",
        "DELETE /live/{number}/people/{id:guid} SNRRR",
        "PUT /live/{number}/mute SNRRR",
        "DELETE /live/{number}/mute SNRRR",
        "DELETE /live/{number}/waiting SNRRR",
        "PUT /live/{number}/lock SNRRR",
        "DELETE /live/{number}/lock SNRRR",
        "PUT /live/{number}/recording SNRRR",
        "DELETE /live/{number}/recording SNRRR",
        "PUT /live/{number}/recording/pause SNRRR",
        "DELETE /live/{number}/recording/pause SNRRR",
        "DELETE /live/{number} SNRRR",
        "POST /live/{number}/dials SNRRR",
        "DELETE /live/{number}/dials/{id:guid} SNRRR",
        "GET /recordings SPPPP",
        "GET /recordings/{id:guid} SNPPP",
        "GET /recordings/{id:guid}/audio SNPPP",
        "HEAD /recordings/{id:guid}/audio SNPPP",
        "GET /recordings/{id:guid}/file SNPPP",
        "HEAD /recordings/{id:guid}/file SNPPP",
        "GET /recordings/{id:guid}/small SNNNN",
        "HEAD /recordings/{id:guid}/small SNNNN",
        "GET /recordings/{id:guid}/tracks/{who:guid} SNNNN",
        "HEAD /recordings/{id:guid}/tracks/{who:guid} SNNNN",
        "DELETE /recordings/{id:guid} SNRRR",
        "GET /reports SPPPP",
        "GET /reports/{id:guid} SNPPP",
        "GET /reports/{id:guid}/attendance.csv SNPPP",
        "GET /extensions SFFFP",
        "POST /extensions SFFFP",
        "GET /extensions/range SFFFP",
        "POST /extensions/range SFFFP",
        "GET /extensions/{id:guid} SFFFN",
        "PUT /extensions/{id:guid} SFFFN",
        "DELETE /extensions/{id:guid} SFFFR",
        "POST /extensions/{id:guid}/accounts SFFFR",
        "GET /extensions/accounts/{id:guid} SFFFN",
        "PUT /extensions/accounts/{id:guid} SFFFN",
        "DELETE /extensions/accounts/{id:guid} SFFFN",
        "POST /extensions/accounts/{id:guid}/secret SFFFN",
        "GET /extensions/templates SFFFP",
        "POST /extensions/templates SFFFP",
        "GET /extensions/templates/{id:guid} SFFFN",
        "PUT /extensions/templates/{id:guid} SFFFP",
        "DELETE /extensions/templates/{id:guid} SFFFR",
        "GET /trunks SFFFP",
        "POST /trunks SFFFP",
        "GET /trunks/new SFFFP",
        "GET /trunks/{id:guid} SFFFN",
        "PUT /trunks/{id:guid} SFFFN",
        "DELETE /trunks/{id:guid} SFFFR",
        "GET /routes SFFFP",
        "PUT /routes/limits SFFFP",
        "POST /routes/start SFFFP",
        "GET /routes/permissions SFFFP",
        "PUT /routes/permissions SFFFR",
        "GET /routes/out/new SFFFP",
        "POST /routes/out SFFFP",
        "GET /routes/out/{id:guid} SFFFN",
        "PUT /routes/out/{id:guid} SFFFP",
        "PUT /routes/out/{id:guid}/place SFFFN",
        "DELETE /routes/out/{id:guid} SFFFN",
        "GET /routes/in/new SFFFP",
        "POST /routes/in SFFFP",
        "GET /routes/in/{id:guid} SFFFN",
        "PUT /routes/in/{id:guid} SFFFP",
        "PUT /routes/in/{id:guid}/place SFFFN",
        "DELETE /routes/in/{id:guid} SFFFN",
        "GET /calls SFFPP",
        "DELETE /calls/{id:guid} SFFRR",
        "GET /calls/{id:guid}/room SFFRR",
        "POST /calls/{id:guid}/room SFFRR",
        "GET /calls/trace SFFPP",
        "GET /calls/trace.txt SFFPP",
        "GET /bans SFFPP",
        "DELETE /bans SFFFR",
        "GET /people SFFFP",
        "POST /people SFFFP",
        "POST /people/{id}/link SFFFN",
        "PUT /people/{id}/role SFFFN",
        "PUT /people/{id}/lock SFFFN",
        "DELETE /people/{id}/lock SFFFN",
        "DELETE /people/{id} SFFFN",
        "GET /settings SFFFP",
        "POST /settings SFFFR",
        "POST /settings/test-mail SFFFR",
        "GET /settings/asterisk SFFFP",
        "GET /health SFFFP",
        "GET /health/live PPPPP",
        "GET /health/ready PPPPP",
        "GET /health/tables SFFFP",
        "* /error/{status:int} NNNNN",
        "* /hubs/live/negotiate SPPPP",
        "* /hubs/live SBBBB",
        "* /hubs/exchange/negotiate SFFPP",
        "* /hubs/exchange SFFBB",
    ];

    [Fact]
    public void Every_address_has_its_row_and_no_row_is_without_an_address()
    {
        using var site = new TestSite();

        var known = s_doors.Select(d => d[..d.LastIndexOf(' ')]).Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(known, AddressesOf(site).Order(StringComparer.Ordinal).ToArray());
    }

    [Fact]
    public async Task Everybody_hears_at_each_address_what_the_table_says()
    {
        using var site = await TestSite.OpenAsync();
        var wrong = new List<string>();
        (string Name, Func<Task<Browser>> Come)[] cast =
        [
            ("visitor", () => Task.FromResult(site.Visitor())), ("another host", () => site.SignInAsync(TestSite.Eve)), ("owner", () => site.SignInAsync(TestSite.Anna)),
            ("operator", () => site.SignInAsync(TestSite.Olga)), ("administrator", () => site.SignInAsync(TestSite.Admin)),
        ];
        for (var i = 0; i < cast.Length; i++)
        {
            var browser = await cast[i].Come();
            foreach (var door in s_doors)
            {
                var answer = await KnockAsync(browser, door, await PlaceAsync(site)); // a place anew for each, as some doors change what is behind them
                if (answer != door[^(5 - i)]) wrong.Add($"{cast[i].Name} at {door}: {answer}");
                if (door.Contains("/sign-", StringComparison.Ordinal)) browser = await cast[i].Come();
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Nothing_changes_without_the_token_of_a_form()
    {
        using var site = await TestSite.OpenAsync();
        var admin = await site.SignInAsync(TestSite.Admin);
        var place = await PlaceAsync(site);

        foreach (var door in s_doors.Where(d => d.Split(' ')[0] is "POST" or "PUT" or "DELETE" && !d.Contains("/hubs/", StringComparison.Ordinal)))
        {
            using var request = new HttpRequestMessage(new HttpMethod(door.Split(' ')[0]), place.Fill(door.Split(' ')[1]));
            request.Content = new FormUrlEncodedContent([new("title", "forged")]);
            using var answer = await admin.Http.SendAsync(request);
            Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, $"{door}: {answer.StatusCode}");
        }
    }

    [Fact]
    public async Task What_changes_something_cannot_be_got()
    {
        using var site = await TestSite.OpenAsync();
        var admin = await site.SignInAsync(TestSite.Admin);
        var place = await PlaceAsync(site);
        var readable = s_doors.Where(d => d.StartsWith("GET ", StringComparison.Ordinal)).Select(d => d.Split(' ')[1]).ToHashSet();

        foreach (var path in s_doors.Where(d => !d.StartsWith('*')).Select(d => d.Split(' ')[1]).Where(p => !readable.Contains(p) && !p.StartsWith("/hubs/", StringComparison.Ordinal)).Distinct())
        {
            using var answer = await admin.GetAsync(place.Fill(path));
            Assert.True(answer.StatusCode == HttpStatusCode.MethodNotAllowed, $"{path}: {answer.StatusCode}");
        }
    }

    private static IEnumerable<string> AddressesOf(TestSite site) =>
        from endpoint in site.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        where endpoint.Metadata.GetMetadata<ControllerActionDescriptor>() is not null || endpoint.RoutePattern.RawText!.Contains("hubs", StringComparison.Ordinal)
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is { Count: > 0 } methods ? methods : ["*"]
        where method is not "OPTIONS"
        select $"{method} /{endpoint.RoutePattern.RawText!.Trim('/')}";

    private static async Task<char> KnockAsync(Browser browser, string door, Place place)
    {
        var (method, path) = (door.Split(' ')[0], place.Fill(door.Split(' ')[1]));
        using var request = new HttpRequestMessage(new HttpMethod(method != "*" ? method : path.EndsWith("negotiate", StringComparison.Ordinal) ? "POST" : "GET"), path);
        if (method is "POST" or "PUT" or "DELETE")
        {
            var form = (await browser.GetAsync("/account")).IsSuccessStatusCode ? "/account" : "/sign-in";
            var token = (await browser.PageAsync(form)).QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
            request.Content = new FormUrlEncodedContent([new("__RequestVerificationToken", token)]);
        }

        request.Headers.Accept.ParseAdd("text/html");
        using var answer = await browser.Http.SendAsync(request);
        return answer.StatusCode switch
        {
            HttpStatusCode.OK => 'P',
            HttpStatusCode.Redirect => answer.Headers.Location!.ToString().Contains("/sign-in?returnUrl", StringComparison.Ordinal) ? 'S' : 'R',
            HttpStatusCode.Unauthorized => 'S',
            HttpStatusCode.Forbidden => 'F',
            HttpStatusCode.NotFound => 'N',
            HttpStatusCode.BadRequest => 'B',
            _ => '?',
        };
    }

    private static async Task<Place> PlaceAsync(TestSite site)
    {
        var owner = await site.IdOfAsync(TestSite.Anna);
        var booking = await site.BookAsync(TestSite.Anna);
        var (meeting, recording) = await site.PastAsync(owner);
        return new Place(booking.Number, booking.Id.Value, meeting, recording);
    }

    private sealed record Place(RoomNumber Number, Guid Booking, MeetingId Meeting, RecordingId Recording)
    {
        public string Fill(string path)
        {
            var id = path.StartsWith("/bookings", StringComparison.Ordinal) ? Booking
                : path.StartsWith("/recordings", StringComparison.Ordinal) ? Recording.Value
                : path.StartsWith("/reports", StringComparison.Ordinal) ? Meeting.Value
                : Guid.Empty;
            return Slot().Replace(path, m => m.Value switch
            {
                "{number}" => Number.Value,
                "{status:int}" => "404",
                "{token}" => "no-such-token",
                _ => id.ToString(),
            });
        }
    }

    [GeneratedRegex(@"\{[^}]*\}", RegexOptions.NonBacktracking)]
    private static partial Regex Slot();
}
