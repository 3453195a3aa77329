using System.Globalization;
using System.Net;
using System.Threading.Channels;
using AngleSharp;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Conference.Core;
using Conference.Core.Accounts;
using Conference.Core.Bookings;
using Conference.Core.Exchange;
using Conference.Core.Recordings;
using Conference.Core.Rooms;
using Conference.Infrastructure.Accounts;
using Conference.Infrastructure.Data;
using Conference.Media.Files;
using Conference.Media.Sessions;
using Conference.Sip;
using Conference.Web.Features.Dashboard;
using Conference.Web.Features.Shared;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Conference.Web.Tests.Testing;

/// <summary>The whole site on a data directory of its own, with signalling and voices kept quiet.</summary>
internal sealed class TestSite : WebApplicationFactory<Program>
{
    public const string Password = "correct horse battery";
    public const string Anna = "anna"; // a host
    public const string Eve = "eve"; // another host
    public const string Olga = "olga"; // an operator
    public const string Admin = "admin";

    private readonly Dictionary<string, string> _settings;
    private readonly bool _peopled;

    public TestSite(bool peopled = true, params (string Key, string Value)[] settings)
    {
        _peopled = peopled;
        _settings = settings.ToDictionary(s => s.Key, s => s.Value);
        ClientOptions.AllowAutoRedirect = false;
    }

    public string Data { get; } = Directory.CreateTempSubdirectory("conference-web-").FullName;

    public QuietMedia Media { get; } = new();

    public QuietSip Sip { get; } = new();

    /// <summary>Whom pages asked to be called into conferences; the test answers for them.</summary>
    public Channel<CallingIn> Dialled { get; } = Channel.CreateUnbounded<CallingIn>();

    public QuietTrunks Trunks => Sip.Lines;

    public QuietTrace Trace => Sip.Kept;

    public T Get<T>() where T : notnull => Services.GetRequiredService<T>();

    /// <summary>Waits until everybody of the cast can sign in.</summary>
    public async Task<TestSite> StartedAsync()
    {
        _ = Services;
        if (!_peopled) return this;
        await using var scope = Services.CreateAsyncScope();
        var people = scope.ServiceProvider.GetRequiredService<UserManager<Person>>();
        foreach (var (name, display, role) in new[] { (Anna, "Anna Rossi", Roles.Host), (Eve, "Eve Moneypenny", Roles.Host), (Olga, "Olga Petrova", Roles.Operator) })
        {
            var person = new Person { UserName = name, DisplayName = display, Email = $"{name}@example.org", TimeZone = "Europe/Rome" };
            Assert.True((await people.CreateAsync(person, Password)).Succeeded);
            Assert.True((await people.AddToRoleAsync(person, role)).Succeeded);
        }

        return this;
    }

    public static async Task<TestSite> OpenAsync() => await new TestSite().StartedAsync();

    public async Task<string> IdOfAsync(string name)
    {
        await using var db = await Get<IDbContextFactory<ConferenceDb>>().CreateDbContextAsync();
        return (await db.Users.SingleAsync(u => u.UserName == name)).Id;
    }

    public async Task<T> InDbAsync<T>(Func<ConferenceDb, Task<T>> work)
    {
        await using var db = await Get<IDbContextFactory<ConferenceDb>>().CreateDbContextAsync();
        return await work(db);
    }

    /// <summary>As if the site had just printed it.</summary>
    public string NewSetupToken()
    {
        Get<SetupLink>().Open();
        return Get<SetupLink>().TakeToken()!;
    }

    /// <summary>A browser with nobody signed in.</summary>
    public Browser Visitor() => new(CreateClient());

    public async Task<Browser> SignInAsync(string name)
    {
        var browser = Visitor();
        var answer = await browser.SubmitAsync("/sign-in", "form[action='/sign-in']", ("Name", name), ("Password", Password));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return browser;
    }

    /// <summary>A booking of somebody, made as the page would.</summary>
    public async Task<Booking> BookAsync(string owner, string title = "Budget")
    {
        var request = new BookingRequest
        {
            Title = title,
            OwnerId = await IdOfAsync(owner),
            HostName = owner,
            HostEmail = "",
            StartsAt = DateTimeOffset.UtcNow,
            Duration = TimeSpan.FromHours(1),
            TimeZone = "Europe/Rome",
        };
        var (booking, problem) = await Get<BookingDesk>().BookAsync(request, Actor.System, CancellationToken.None);
        return booking ?? throw new InvalidOperationException(problem.ToString());
    }

    /// <summary>A conference that is over, with somebody who came and a second of recording.</summary>
    public async Task<(MeetingId Meeting, RecordingId Recording)> PastAsync(string? ownerId, string title = "Budget", string name = "Bob", RecordingState state = RecordingState.Kept)
    {
        var now = DateTimeOffset.UtcNow;
        var meeting = new Meeting { Id = MeetingId.New(), Room = new RoomNumber("482913"), Title = title, OwnerId = ownerId, OpenedAt = now.AddHours(-2), ClosedAt = now.AddHours(-1), Reason = CloseReason.Empty, MostPeople = 1 };
        meeting.Attendances.Add(new Attendance { Id = ParticipantId.New(), Meeting = meeting.Id, Name = name, Number = "201", Call = "c", JoinedAt = meeting.OpenedAt, LeftAt = meeting.ClosedAt, Reason = LeaveReason.HungUp });
        var recording = new Recording { Id = new RecordingId(Guid.NewGuid()), Meeting = meeting.Id, StartedAt = meeting.OpenedAt, Length = TimeSpan.FromSeconds(1), State = state };
        meeting.Recordings.Add(recording);
        await InDbAsync(async db =>
        {
            db.Meetings.Add(meeting);
            return await db.SaveChangesAsync();
        });
        await File.WriteAllBytesAsync(Get<RecordingPlaces>().Prepare(recording.Id), Wav.Silence(TimeSpan.FromSeconds(1)));
        return (meeting.Id, recording.Id);
    }

    /// <summary>Opens a live room of somebody with people in it.</summary>
    public async Task<RoomNumber> OpenRoomAsync(string number, string? owner, params string[] names)
    {
        var plan = new RoomPlan(new RoomNumber(number), "Budget", "111222", "333444", BookingId.New(), owner is null ? null : await IdOfAsync(owner));
        Get<RoomDirectory>().Put(plan);
        foreach (var name in names) await JoinAsync(plan, name);
        return plan.Number;
    }

    public async Task<ParticipantId> JoinAsync(RoomPlan plan, string name, Role role = Role.Guest, bool waits = false)
    {
        var who = ParticipantId.New();
        var join = new RoomCommand.Join(who, name, "201", role, Via.Phone, $"call-{who}", new QuietSession()) { WaitsForHost = waits };
        var (seated, refusal) = await Get<RoomDesk>().JoinAsync(plan, join, Actor.Phone(who, name));
        Assert.True(seated is not null, refusal.ToString());
        return who;
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("Conference:DataDirectory", Data);
        builder.UseSetting("Conference:GuessesPerMinute", "1000");
        if (_peopled) builder.UseSetting("Conference:FirstRun:AdminPassword", Password);
        builder.UseSetting("Logging:LogLevel:Default", "Error");
        foreach (var (key, value) in _settings) builder.UseSetting(key, value);
        builder.ConfigureTestServices(services =>
        {
            services.Replace(ServiceDescriptor.Singleton<IMediaEngine>(Media));
            services.Replace(ServiceDescriptor.Singleton<ISipStack>(Sip));
            services.TryAddSingleton(new DigestRealm("conference"));
            services.TryAddSingleton<DeviceDirectory>();
            services.Replace(ServiceDescriptor.Singleton<CallIn>((request, cancel) =>
            {
                var call = new CallingIn(request, new TaskCompletionSource<DialOutResult>(), cancel);
                Dialled.Writer.TryWrite(call);
                return call.Answer.Task.WaitAsync(cancel);
            }));
            services.Replace(ServiceDescriptor.Singleton(new RoomSounds(Beep, Beep, Beep)));
        });
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing) return;
        try
        {
            Directory.Delete(Data, recursive: true);
        }
        catch (IOException)
        {
            // a late writer; the machine's own cleaning takes it
        }
    }

    private static Sound Beep { get; } = new("beep", 8000, new short[160]);
}

/// <summary>Somebody is being called into a conference.</summary>
internal sealed record CallingIn(DialOutRequest Request, TaskCompletionSource<DialOutResult> Answer, CancellationToken Cancel);

/// <summary>A browser without scripts: keeps cookies, fills in forms with their tokens.</summary>
internal sealed class Browser(HttpClient http)
{
    public HttpClient Http => http;

    public async Task<HttpResponseMessage> GetAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd("text/html");
        return await http.SendAsync(request);
    }

    public async Task<IHtmlDocument> PageAsync(string path)
    {
        using var answer = await GetAsync(path);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode}");
        return await ReadAsync(answer);
    }

    public static async Task<IHtmlDocument> ReadAsync(HttpResponseMessage answer) =>
        (IHtmlDocument)await BrowsingContext.New(Configuration.Default).OpenAsync(async r => r.Content(await answer.Content.ReadAsStringAsync()));

    /// <summary>Fills in a form of a page and sends it as a browser would.</summary>
    public async Task<HttpResponseMessage> SubmitAsync(string path, string selector, params (string Name, string Value)[] fields)
    {
        var page = await PageAsync(path);
        var form = page.QuerySelector(selector) as IHtmlFormElement ?? throw new InvalidOperationException($"{path} has no {selector}");
        return await SubmitAsync(form, path, fields);
    }

    public async Task<HttpResponseMessage> SubmitAsync(IHtmlFormElement form, string path, params (string Name, string Value)[] fields)
    {
        var values = FieldsOf(form);
        foreach (var (name, value) in fields) values[name] = value;
        var action = form.GetAttribute("action") is { Length: > 0 } own ? own : path;
        using var content = new FormUrlEncodedContent(values);
        return await http.PostAsync(action, content);
    }

    /// <summary>The page after a redirect.</summary>
    public async Task<IHtmlDocument> FollowAsync(HttpResponseMessage answer)
    {
        Assert.True(answer.StatusCode == HttpStatusCode.Redirect, $"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        return await PageAsync(answer.Headers.Location!.ToString());
    }

    public async Task<string> TokenAsync()
    {
        var page = await PageAsync("/sign-in");
        return ((IHtmlInputElement?)page.QuerySelector("input[name=__RequestVerificationToken]"))?.Value ?? "";
    }

    private static Dictionary<string, string> FieldsOf(IHtmlFormElement form)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var element in form.QuerySelectorAll("input[name], select[name], textarea[name]"))
        {
            var (name, value) = (element.GetAttribute("name")!, element switch
            {
                IHtmlInputElement { Type: "checkbox", IsChecked: false } => null,
                IHtmlInputElement input => input.Value,
                IHtmlSelectElement select => select.Value,
                IHtmlTextAreaElement area => area.Value,
                _ => null,
            });
            if (value is not null) values.TryAdd(name, value);
        }

        return values;
    }
}

internal static class Html
{
    /// <summary>What a person reads, blanks folded.</summary>
    public static string Words(this IParentNode page) =>
        string.Join(' ', (page is IDocument document ? document.Body!.TextContent : ((INode)page).TextContent).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    public static string Invariant(this DateTimeOffset at, string format) => at.ToString(format, CultureInfo.InvariantCulture);
}
