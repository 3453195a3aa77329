using System.Globalization;
using System.Text.Json;
using Conference.EndToEnd.Tools;
using Microsoft.Playwright;

namespace Conference.EndToEnd.Stories;

/// <summary>What a person does in the pages, by the words and marks the pages carry.</summary>
public sealed class Portal(IPage page)
{
    public IPage Page => page;

    /// <summary>Uses the one-time link of a first start.</summary>
    public async Task SetUp(Uri link, string name, string mail, string password)
    {
        await page.GotoAsync(link.PathAndQuery);
        await page.FillAsync("#displayName", name);
        await page.FillAsync("#email", mail);
        await page.FillAsync("#password", password);
        await page.ClickAsync("form.sheet button.primary");
        await page.WaitForURLAsync("**/");
    }

    public async Task SignIn(string user, string password)
    {
        await page.GotoAsync("/sign-in");
        await page.FillAsync("#name", user);
        await page.FillAsync("#password", password);
        await page.ClickAsync("form.sheet button.primary");
        await page.WaitForURLAsync("**/");
    }

    /// <summary>What the browser shows to be let in again, as one header.</summary>
    public async Task<string> Cookies() => string.Join("; ", (await page.Context.CookiesAsync()).Select(c => $"{c.Name}={c.Value}"));

    /// <summary>Makes an account for somebody who may book.</summary>
    /// <returns>The link with which they choose a password.</returns>
    public async Task<string> AddPerson(string name, string user)
    {
        await page.GotoAsync("/people");
        await page.ClickAsync("#new-person > summary");
        await page.FillAsync("[id='form.DisplayName']", name);
        await page.FillAsync("[id='form.UserName']", user);
        await page.SelectOptionAsync("[id='form.Role']", "Host");
        await page.ClickAsync("#new-person button.primary");
        return (await page.InnerTextAsync("#link")).Trim();
    }

    /// <summary>Makes an extension with a phone.</summary>
    /// <param name="user">The phone's user name; the number unless told otherwise.</param>
    /// <returns>What the page shows once: the user name and the secret.</returns>
    public async Task<(string User, string Secret)> AddPhone(string number, string name, string user = "")
    {
        await page.GotoAsync("/extensions");
        if (await page.Locator("#new-extension[open]").CountAsync() == 0) await page.ClickAsync("#new-extension > summary");
        await page.FillAsync("[id='form.Number']", number);
        await page.FillAsync("[id='form.Name']", name);
        await page.FillAsync("[id='form.Username']", user);
        await page.ClickAsync("#new-extension button.primary");
        return await ReadAccount();
    }

    /// <summary>Gives an extension that is there one more phone.</summary>
    public async Task<(string User, string Secret)> AddAnotherPhone(string number, string user)
    {
        await OpenExtension(number);
        await page.FillAsync("#username", user);
        await page.ClickAsync("form[action$='/accounts'] button");
        return await ReadAccount();
    }

    /// <summary>Lets an extension call outside.</summary>
    /// <param name="kinds">As the page names them: Local, National, Mobile, International, Special, Premium.</param>
    public async Task AllowCalls(string number, params string[] kinds)
    {
        await OpenExtension(number);
        await page.ClickAsync("details.more:has(#may-National) > summary");
        foreach (var kind in kinds) await page.CheckAsync($"#may-{kind}");
        await page.ClickAsync("#extension button.primary");
        await page.WaitForSelectorAsync(".note.done");
    }

    /// <summary>Says what happens to calls of an extension; a field that is left out stays empty, as a new extension has it.</summary>
    /// <param name="calls">How many at a time.</param>
    /// <param name="rings">Seconds.</param>
    public async Task WhenCalled(string number, int calls = 4, int rings = 30, string onBusy = "", string onNoAnswer = "", string onUnreachable = "")
    {
        await OpenExtension(number);
        await page.ClickAsync("details.more:has([id='form.MaxCalls']) > summary");
        await page.FillAsync("[id='form.MaxCalls']", calls.ToString(CultureInfo.InvariantCulture));
        await page.FillAsync("[id='form.RingSeconds']", rings.ToString(CultureInfo.InvariantCulture));
        await page.FillAsync("[id='form.OnBusy']", onBusy);
        await page.FillAsync("[id='form.OnNoAnswer']", onNoAnswer);
        await page.FillAsync("[id='form.OnUnreachable']", onUnreachable);
        await page.ClickAsync("#extension button.primary");
        await page.WaitForSelectorAsync(".note.done");
    }

    /// <summary>Makes a trunk.</summary>
    /// <param name="registers">Whether we sign in with it.</param>
    /// <param name="servers">Hosts and ports of its servers, best first.</param>
    public Task AddTrunk(string name, string user, string secret, bool registers, params string[] servers) => AddTrunk(name, "trunk.test", user, secret, registers, servers);

    /// <summary>The same for a domain whose servers a name server knows.</summary>
    public Task AddTrunkByDomain(string name, string domain, string user, string secret) => AddTrunk(name, domain, user, secret, registers: false, []);

    private async Task AddTrunk(string name, string domain, string user, string secret, bool registers, string[] servers)
    {
        await page.GotoAsync("/trunks/new");
        await page.FillAsync("[id='form.Name']", name);
        await page.FillAsync("[id='form.Domain']", domain);
        await page.SelectOptionAsync("[id='form.Registers']", registers ? "true" : "false");
        await page.FillAsync("[id='form.User']", user);
        await page.FillAsync("[id='form.NewSecret']", secret);
        await page.ClickAsync("details.more:has([id='form.Servers']) > summary");
        await page.FillAsync("[id='form.Servers']", string.Join('\n', servers));
        await page.FillAsync("[id='form.Probe']", "0");
        await page.ClickAsync("details.more:has([id='form.CalledFrom']) > summary");
        await page.SelectOptionAsync("[id='form.CalledFrom']", "To");
        await page.ClickAsync("#trunk button.primary");
        await page.WaitForSelectorAsync(".note.done");
    }

    /// <summary>Makes a trunk that calls in from its own addresses, without a secret.</summary>
    public async Task AddPeer(string name, string network)
    {
        await page.GotoAsync("/trunks/new");
        await page.FillAsync("[id='form.Name']", name);
        await page.FillAsync("[id='form.Domain']", "peer.test");
        await page.SelectOptionAsync("[id='form.Registers']", "false");
        await page.ClickAsync("details.more:has([id='form.Servers']) > summary");
        await page.FillAsync("[id='form.Probe']", "0");
        await page.ClickAsync("details.more:has([id='form.CalledFrom']) > summary");
        await page.FillAsync("[id='form.PeerNetworks']", network);
        await page.ClickAsync("#trunk button.primary");
        await page.WaitForSelectorAsync(".note.done");
    }

    /// <summary>Waits until the list of trunks, without being asked again, shows this word beside one.</summary>
    public async Task SeesTrunk(string name, string state)
    {
        await page.GotoAsync("/trunks");
        await page.Locator($"[data-trunk='{name}'] .tag").Filter(new() { HasText = state }).WaitForAsync();
    }

    /// <summary>Types into fields of a trunk that is there, by the names of the fields.</summary>
    public async Task ChangeTrunk(string name, params (string Field, string Text)[] fields)
    {
        await page.GotoAsync("/trunks");
        await page.ClickAsync($"[data-trunk='{name}'] a");
        await page.WaitForSelectorAsync("#trunk");
        foreach (var (field, text) in fields)
        {
            await page.EvalOnSelectorAsync($"details.more:has([id='form.{field}'])", "group => group.open = true");
            await page.FillAsync($"[id='form.{field}']", text);
        }

        await page.ClickAsync("#trunk button.primary");
        await page.WaitForSelectorAsync(".note.done");
    }

    /// <summary>The same for a rule: hours as a day of the week, and a PIN.</summary>
    public async Task ChangeRule(string pattern, string pin = "", DayOfWeek? onlyOn = null)
    {
        await page.GotoAsync("/routes");
        await page.ClickAsync($"[data-rule='{pattern}'] a");
        await page.WaitForSelectorAsync("#rule");
        await page.EvalOnSelectorAsync("#rule details.more", "group => group.open = true");
        await page.FillAsync("[id='form.NewPin']", pin);
        if (onlyOn is { } day) await page.CheckAsync($"#rule [value='{day}']", new() { Force = true });
        await page.ClickAsync("#rule button.primary");
        await page.WaitForSelectorAsync($"[data-rule='{pattern}']");
    }

    /// <summary>Sends calls out.</summary>
    /// <param name="pattern">Numbers, as a dial pattern.</param>
    /// <param name="drop">Characters taken from the front.</param>
    public async Task AddRouteOut(string pattern, string kind, int drop, params string[] trunks)
    {
        await page.GotoAsync("/routes/out/new");
        await page.FillAsync("[id='form.Name']", $"By {trunks[0]}");
        await page.FillAsync("[id='form.Pattern']", pattern);
        await page.SelectOptionAsync("[id='form.Class']", kind);
        await page.FillAsync("[id='form.Drop']", drop.ToString(CultureInfo.InvariantCulture));
        foreach (var (trunk, place) in trunks.Zip(new[] { "First", "Second", "Third" })) await page.SelectOptionAsync($"[id='form.{place}']", trunk);
        await page.ClickAsync("#rule button.primary");
        await page.WaitForSelectorAsync($"[data-rule='{pattern}']");
    }

    /// <summary>The same, but a directory of numbers is asked first (RFC 6116).</summary>
    public async Task AddRouteOutByEnum(string pattern, string kind, string suffix, string trunk)
    {
        await page.GotoAsync("/routes/out/new");
        await page.FillAsync("[id='form.Name']", "By ENUM");
        await page.FillAsync("[id='form.Pattern']", pattern);
        await page.SelectOptionAsync("[id='form.Class']", kind);
        await page.SelectOptionAsync("[id='form.First']", trunk);
        await page.FillAsync("[id='form.EnumSuffix']", suffix);
        await page.ClickAsync("#rule button.primary");
        await page.WaitForSelectorAsync($"[data-rule='{pattern}']");
    }

    /// <summary>Leads calls of any trunk to an extension or a room.</summary>
    /// <param name="kind">Extension or Room.</param>
    public async Task AddRouteIn(string pattern, string target, string kind = "Extension")
    {
        await page.GotoAsync("/routes/in/new");
        await page.FillAsync("[id='form.Pattern']", pattern);
        await page.SelectOptionAsync("[id='form.Kind']", kind);
        await page.FillAsync("[id='form.Target']", target);
        await page.ClickAsync("#inbound button.primary");
        await page.WaitForSelectorAsync($"[data-route='{pattern}']");
    }

    /// <summary>Waits until the page, without being asked again, shows these phones as registered and no others.</summary>
    public async Task SeesRegistered(params string[] users)
    {
        if (!page.Url.EndsWith("/extensions", StringComparison.Ordinal)) await page.GotoAsync("/extensions");
        await Eventually.True(
            async () => (await page.Locator("[data-device][data-registered=true]").EvaluateAllAsync<string[]>("rows => rows.map(r => r.dataset.device)")).Order().SequenceEqual(users.Order()),
            TimeSpan.FromSeconds(20),
            () => $"{string.Join(", ", users)} to be shown as registered");
    }

    /// <summary>Waits until signalling and voices have let go of everything, which they have 40 s after the last message (RFC 3261 remembers for 32 s).</summary>
    public Task SeesNothingKept() => SeesNone("transactions", "dialogs", "subscriptions", "voices", "rooms", "faults");

    /// <summary>Waits until no call is left, neither in signalling nor among the voices.</summary>
    public Task SeesNoCalls() => SeesNone("dialogs", "voices", "rooms", "faults");

    private async Task SeesNone(params string[] counts)
    {
        var kept = "";
        await Eventually.True(
            async () =>
            {
                kept = await Tables();
                var tables = JsonDocument.Parse(kept).RootElement;
                return counts.All(count => tables.GetProperty(count).GetInt64() == 0);
            },
            TimeSpan.FromSeconds(40 + 5),
            () => $"the house to let go of everything; it keeps {kept}");
    }

    /// <summary>How much the house keeps, in its own words.</summary>
    public async Task<string> Tables() => await (await page.Context.APIRequest.GetAsync("/health/tables")).TextAsync();

    private async Task OpenExtension(string number)
    {
        await page.GotoAsync("/extensions");
        await page.ClickAsync($"[data-extension='{number}'] th a");
        await page.WaitForSelectorAsync("#extension");
    }

    private async Task<(string User, string Secret)> ReadAccount()
    {
        try
        {
            return ((await page.InnerTextAsync("#new-username")).Trim(), (await page.InnerTextAsync("#secret")).Trim());
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"No new account to read at {page.Url}, which says\n{await page.InnerTextAsync("body")}");
        }
    }

    /// <summary>Books a conference that people may enter from now on.</summary>
    /// <param name="people">As typed into the field: Name &lt;mail&gt;, a line each.</param>
    public Task<Booked> Book(string title, int minutes, bool recorded, params string[] people) => Book(title, minutes, recorded, TimeSpan.FromMinutes(2), waits: false, people);

    /// <summary>Books a conference that guests enter only when they are let in.</summary>
    public Task<Booked> BookWithHostFirst(string title) => Book(title, 30, recorded: false, TimeSpan.FromMinutes(2), waits: true, []);

    /// <summary>Books a conference that nobody may enter yet.</summary>
    public Task<Booked> BookForLater(string title) => Book(title, 30, recorded: false, TimeSpan.FromHours(2), waits: false, []);

    /// <summary>Sets the number that asks which conference one wants, and whether strangers may try it.</summary>
    public async Task SetDialling(string accessNumber, bool guestsMayDial)
    {
        await page.GotoAsync("/settings");
        await page.FillAsync("[id='form.AccessNumber']", accessNumber);
        await page.SetCheckedAsync("[id='form.GuestsMayDial']", guestsMayDial);
        await page.ClickAsync("form[action='/settings'] button.primary");
        await page.WaitForSelectorAsync(".note.done");
    }

    private async Task<Booked> Book(string title, int minutes, bool recorded, TimeSpan startsIn, bool waits, string[] people)
    {
        await page.GotoAsync("/bookings/new");
        await page.FillAsync("#title", title);
        var start = await ChooseStart(startsIn);
        await page.FillAsync("#duration", minutes.ToString(CultureInfo.InvariantCulture));
        await page.FillAsync("#people", string.Join('\n', people));
        await page.ClickAsync("details.more > summary");
        await page.SetCheckedAsync("#waitForHost", waits);
        await page.SetCheckedAsync("#record", recorded);
        await page.ClickAsync("#book");
        return await ReadBooking(start);
    }

    /// <summary>What the page of a booking says.</summary>
    private async Task<Booked> ReadBooking(DateTime start)
    {
        await page.WaitForSelectorAsync("article[data-booking]");
        await page.ClickAsync("#pins > summary");
        async Task<string> Text(string at) => (await page.InnerTextAsync(at)).Trim();
        return new Booked(page.Url, await Text("#number"), await Text("#host-pin"), await Text("#guest-pin"), start);
    }

    // the page's own zone counts: the form says which one it is
    private async Task<DateTime> ChooseStart(TimeSpan fromNow)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(await page.InputValueAsync("#timeZone"));
        var utc = DateTime.UtcNow + fromNow;
        var start = new DateTime(utc.Year, utc.Month, utc.Day, utc.Hour, utc.Minute, 0, DateTimeKind.Utc);
        var local = TimeZoneInfo.ConvertTimeFromUtc(start, zone);
        await page.FillAsync("#date", local.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        await page.FillAsync("#start", local.ToString("HH:mm", CultureInfo.InvariantCulture));
        return start;
    }

    /// <summary>Waits until every mail of a booking shows this state.</summary>
    public async Task SeesMails(Booked booked, int count, string state) => await Eventually.True(
        async () =>
        {
            await page.GotoAsync(booked.Page);
            return await page.Locator($"[data-mail][data-state={state}]").CountAsync() == count;
        },
        TimeSpan.FromSeconds(20),
        () => $"{count} mails shown as {state}");

    /// <summary>Calls a conference off, and says yes when asked.</summary>
    public async Task Cancel(Booked booked)
    {
        await page.GotoAsync(booked.Page);
        await page.ClickAsync("#cancel button");
        await page.ClickAsync("#ask-cancel [data-sure]");
        await page.WaitForSelectorAsync("#state");
    }

    /// <summary>Makes the one conversation in progress a conference.</summary>
    /// <param name="room">The number of one that is there.</param>
    public async Task MakeItAConference(string room)
    {
        await page.GotoAsync("/calls");
        await page.ClickAsync("a[href$='/room']");
        await page.SelectOptionAsync("#where", room);
        await page.ClickAsync("#room button.primary");
    }

    /// <summary>Opens the live page of a conference and waits until it is pushed to.</summary>
    public async Task<Dashboard> Watch(string number)
    {
        await page.GotoAsync($"/live/{number}");
        await page.WaitForSelectorAsync("#live[data-connected=true]");
        return new Dashboard(page);
    }

    /// <summary>Waits for the newest recording of a title and opens its page.</summary>
    public async Task OpenRecording(string title)
    {
        var kept = page.Locator("[data-recording][data-state=kept]").Filter(new() { HasText = title });
        await Eventually.True(
            async () =>
            {
                await page.GotoAsync("/recordings");
                return await kept.CountAsync() > 0;
            },
            TimeSpan.FromSeconds(20),
            () => $"the recording of {title}");
        await kept.First.Locator(".grow a").ClickAsync();
        await page.WaitForSelectorAsync("[data-download]");
    }

    /// <summary>Downloads the recording whose page is open, as the browser does.</summary>
    /// <returns>The name the browser would save it under, and the bytes.</returns>
    public async Task<(string Name, byte[] Bytes)> Download(string link = "[data-download]")
    {
        var download = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync(link));
        return (download.SuggestedFilename, await File.ReadAllBytesAsync(await download.PathAsync()));
    }

    /// <summary>Downloads the track of a talker of the recording whose page is open.</summary>
    public async Task<byte[]> DownloadTrack(string talker) => (await Download($"[data-talker='{talker}'] [data-track]")).Bytes;

    /// <summary>Who attended the latest conference of a title, as the list of its report for spreadsheets has them: a line each.</summary>
    public async Task<IReadOnlyList<string>> DownloadAttendance(string title)
    {
        var report = page.Locator("[data-meeting] .grow a").Filter(new() { HasText = title });
        await Eventually.True(
            async () =>
            {
                await page.GotoAsync("/reports");
                return await report.CountAsync() > 0;
            },
            TimeSpan.FromMinutes(3),
            () => $"the report of {title}");
        var answer = await page.Context.APIRequest.GetAsync($"{await report.First.GetAttributeAsync("href")}/attendance.csv");
        return [.. (await answer.TextAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1)];
    }

    /// <summary>Opens the report of a past conference.</summary>
    /// <returns>Who attended, and the reason each left.</returns>
    public async Task<IReadOnlyList<(string Name, string Reason)>> OpenReport(string title)
    {
        var report = page.Locator("[data-meeting] .grow a").Filter(new() { HasText = title });
        await Eventually.True(
            async () =>
            {
                await page.GotoAsync("/reports");
                return await report.CountAsync() > 0;
            },
            TimeSpan.FromSeconds(20),
            () => $"the report of {title}");
        await report.First.ClickAsync();
        var rows = await page.Locator("[data-attendance]").EvaluateAllAsync<string[]>("rows => rows.map(r => r.dataset.attendance + '|' + r.querySelector('[data-reason]').dataset.reason)");
        return [.. rows.Select(row => (row.Split('|')[0], row.Split('|')[1]))];
    }
}

/// <summary>A booking as its page shows it.</summary>
public sealed record Booked(string Page, string Number, string HostPin, string GuestPin, DateTime Start);
