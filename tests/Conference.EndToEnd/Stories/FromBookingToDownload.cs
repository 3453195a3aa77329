using System.Globalization;
using System.Text;
using Conference.EndToEnd.Tools;

namespace Conference.EndToEnd.Stories;

/// <summary>
/// The main job, told once through: a host books in the browser, the invited get a mail, phones dial in and hear each other,
/// the host mutes one and removes another, and afterwards has the recording and knows who was there.
/// </summary>
[Collection(Alone.Name)]
public sealed class FromBookingToDownload : IAsyncLifetime
{
    private const string Title = "Budget & plans";

    private static readonly TimeSpan ShownWithin = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan HiddenWithin = TimeSpan.FromMilliseconds(900);
    private static readonly TimeSpan AWhile = TimeSpan.FromSeconds(3);

    private MailBox _mail = null!;
    private Browser _browser = null!;

    public async Task InitializeAsync()
    {
        _mail = await MailBox.Open();
        _browser = await Browser.Open();
    }

    public async Task DisposeAsync()
    {
        await _browser.DisposeAsync();
        await _mail.DisposeAsync();
    }

    [Fact]
    public async Task Over_UDP_on_SQLite()
    {
        await using var server = await Server.Start(Settings("None", _mail.PlainPort));
        await Tell(server, "udp");
    }

    [Fact]
    public async Task Over_TCP_on_SQLite()
    {
        await using var server = await Server.Start(Settings("StartTls", _mail.StartTlsPort, authenticated: true), Trust());
        await Tell(server, "tcp");
    }

    [Fact]
    public async Task Over_UDP_on_PostgreSQL()
    {
        await using var postgres = await Postgres.Start();
        var settings = Settings("Tls", _mail.TlsPort, authenticated: true);
        settings["Conference:Database:Provider"] = "Postgres";
        settings["ConnectionStrings:Conference"] = await postgres.CreateDatabase("conference");
        await using var server = await Server.Start(settings, Trust());

        await Tell(server, "udp");

        Assert.Equal("1", await postgres.Ask("conference", "select count(*) from bookings"));
        Assert.Empty(Directory.GetFiles(server.Data, "*.db"));
    }

    private async Task Tell(Server server, string transport)
    {
        var host = new Portal(await _browser.Person(server.Url));
        await host.SetUp(await server.FirstRunLink(), "Helga Host", "helga@example.org", Server.AdminPassword);
        var accounts = new[] { await host.AddPhone("201", "Anna"), await host.AddPhone("202", "Bob"), await host.AddPhone("203", "Eve") };

        var booked = await host.Book(Title, minutes: 30, recorded: true, "Anna Rossi <anna@example.org>", "bob@example.org");
        await InvitationsArrive(host, booked);

        await using var anna = await Phone.SwitchOn("Anna", 500, Account(accounts[0]));
        await using var bob = await Phone.SwitchOn("Bob", 1150, Account(accounts[1]));
        await using var eve = await Phone.SwitchOn("Eve", 1950, Account(accounts[2]));
        foreach (var phone in new[] { anna, bob, eve }) await phone.Registered();
        await host.SeesRegistered([.. accounts.Select(account => account.User)]);

        var conference = new Told(await host.Watch(booked.Number), booked, anna, bob, eve);
        await conference.Unfold();

        await host.OpenRecording(Title);
        var (name, bytes) = await host.Download();
        Assert.Matches(@"^\d{4}-\d\d-\d\d \d{4} Budget _ plans\.wav$", name);
        conference.IsIn(WavFile.Parse(bytes));
        await TracksFit(host, WavFile.Parse(bytes), anna, bob);

        Assert.Equal([("Anna", "ConferenceEnded"), ("Bob", "ConferenceEnded"), ("Eve", "Removed")], (await host.OpenReport(Title)).OrderBy(row => row.Name));
        await TheTableSaysTheSame(host);

        PhoneAccount Account((string User, string Secret) account) => new(account.User, account.Secret, server.Sip, transport);
    }

    private async Task InvitationsArrive(Portal host, Booked booked)
    {
        foreach (var guest in new[] { "anna@example.org", "bob@example.org" })
        {
            var mail = await _mail.Receives(m => m.To.Contains(guest), TimeSpan.FromSeconds(20));
            Assert.Contains(Title, mail.Subject, StringComparison.Ordinal);
            foreach (var body in new[] { mail.Text, mail.Html })
            {
                Assert.Contains(booked.Number, body, StringComparison.Ordinal);
                Assert.Contains(booked.GuestPin, body, StringComparison.Ordinal);
                Assert.DoesNotContain(booked.HostPin, body, StringComparison.Ordinal);
            }

            var entry = mail.Calendars[0];
            Assert.Equal(("REQUEST", 0, Title), (entry.Method, entry.Sequence, entry.Summary));
            Assert.Equal((booked.Start, booked.Start.AddMinutes(30)), (entry.Start.ToUniversalTime(), entry.End.ToUniversalTime()));
            Assert.NotEmpty(entry.Uid);
            Assert.Equal("mailto:helga@example.org", entry.Organizer, ignoreCase: true);
            Assert.Contains(entry.Attendees, person => person.EndsWith(guest, StringComparison.OrdinalIgnoreCase));
            Assert.Contains(entry.StartZone, entry.Zones);
        }

        await host.SeesMails(booked, 3, "Sent"); // the host has it in the calendar as well
    }

    /// <summary>Each talker alone: his tone where the recording has it, to a tenth of a second, nobody else's, and as long as the whole.</summary>
    private static async Task TracksFit(Portal host, WavFile mix, params Phone[] talkers)
    {
        foreach (var talker in talkers)
        {
            var track = WavFile.Parse(await host.DownloadTrack(talker.Name));
            Assert.Equal((mix.Rate, mix.Samples.Length), (track.Rate, track.Samples.Length));
            var (inMix, inTrack) = (Tones.Heard(mix, talker.Tone, AWhile / 10), Tones.Heard(track, talker.Tone, AWhile / 10));
            Assert.Equal(inMix.Count, inTrack.Count);
            foreach (var (there, here) in inMix.Zip(inTrack))
            {
                Assert.InRange((there.From - here.From).Duration(), TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
                Assert.InRange((there.To - here.To).Duration(), TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
            }

            foreach (var other in talkers.Where(t => t != talker))
                Assert.Empty(Tones.Heard(track, other.Tone, AWhile / 10));
            Assert.NotEmpty(await host.Page.Locator($"[data-talker='{talker.Name}'] [data-spoke]").TextContentAsync() ?? "");
        }
    }

    private static async Task TheTableSaysTheSame(Portal host)
    {
        var (name, bytes) = await host.Download("#csv");
        var lines = Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF').Split("\r\n", StringSplitOptions.RemoveEmptyEntries);

        Assert.EndsWith(".csv", name, StringComparison.Ordinal);
        Assert.Equal(4, lines.Length);
        foreach (var (person, number, reason) in new[] { ("Anna", "201", "the conference ended"), ("Bob", "202", "the conference ended"), ("Eve", "203", "removed by a host") })
            Assert.Contains(lines, line => line.StartsWith($"\"{person}\",\"{number}\"", StringComparison.Ordinal) && line.Contains($",\"{reason}\",", StringComparison.Ordinal));
    }

    private Dictionary<string, string> Settings(string security, int port, bool authenticated = false)
    {
        var settings = new Dictionary<string, string>
        {
            ["Conference:Mail:Host"] = "127.0.0.1",
            ["Conference:Mail:Port"] = port.ToString(CultureInfo.InvariantCulture),
            ["Conference:Mail:Security"] = security,
            ["Conference:Mail:From"] = "Conference <conference@example.org>",
        };
        if (authenticated) (settings["Conference:Mail:User"], settings["Conference:Mail:Password"]) = (MailBox.User, MailBox.Password);
        return settings;
    }

    private Dictionary<string, string> Trust() => new() { ["SSL_CERT_FILE"] = _mail.Certificate };

    /// <summary>The conference itself: what is done, when, and what everybody hears and sees of it.</summary>
    private sealed class Told(Dashboard dashboard, Booked booked, Phone anna, Phone bob, Phone eve)
    {
        private readonly Dictionary<string, DateTime> _when = [];

        public async Task Unfold()
        {
            await Joins(anna, booked.HostPin);
            await Joins(bob, booked.GuestPin);
            await Joins(eve, booked.GuestPin);
            await dashboard.Shows("Anna", "Bob", "Eve");
            foreach (var (listener, voice) in new[] { (anna, bob), (anna, eve), (bob, anna), (bob, eve), (eve, anna), (eve, bob) }) await listener.WaitUntilHears(voice);
            foreach (var phone in new[] { anna, bob, eve }) await phone.WaitUntilDeafTo(phone); // no echo

            await TalkingIsShown();
            await OneIsMutedAndSpeaksAgain();
            await AnotherIsRemoved();
            await Task.Delay(AWhile);
            _when["end"] = await dashboard.Press("end");
            await anna.IsHungUp();
            await bob.IsHungUp();
        }

        /// <summary>Whether the recording is of this conference, as long, and with each voice in its place.</summary>
        public void IsIn(WavFile wav)
        {
            Assert.Equal(wav.Samples.Length * 2, wav.DeclaredBytes);
            Assert.Equal((_when["end"] - _when["Anna joins"]).TotalSeconds, wav.Length.TotalSeconds, 1.0);
            Recorded.Holds(
                wav,
                _when["Anna joins"],
                new(anna, _when["Anna joins"], _when["Anna pauses"]),
                new(anna, _when["Anna goes on"], _when["end"]),
                new(bob, _when["Bob joins"], _when["mute"]),
                new(bob, _when["unmute"], _when["end"]),
                new(eve, _when["Eve joins"], _when["kick"]));
        }

        private async Task Joins(Phone phone, string pin)
        {
            await phone.Dial(booked.Number);
            await Task.Delay(TimeSpan.FromMilliseconds(500)); // a person begins to type while the prompt speaks
            await phone.Press(pin);
            _when[$"{phone.Name} joins"] = DateTime.UtcNow + Phone.APersonsPace; // the last digit is let go when the next key is pressed
            await phone.Press("#"); // the prompt asked for it, though the door opens without
            await dashboard.IsTalking(phone.Name);
        }

        private async Task TalkingIsShown()
        {
            await dashboard.WriteDownTalking();
            _when["Anna pauses"] = DateTime.UtcNow;
            await anna.ToggleVoice();
            Assert.InRange(await dashboard.TimeUntil("Anna", talking: false, _when["Anna pauses"]), TimeSpan.Zero, HiddenWithin);
            await Task.Delay(AWhile);
            _when["Anna goes on"] = DateTime.UtcNow;
            await anna.ToggleVoice();
            Assert.InRange(await dashboard.TimeUntil("Anna", talking: true, _when["Anna goes on"]), TimeSpan.Zero, ShownWithin);
        }

        private async Task OneIsMutedAndSpeaksAgain()
        {
            _when["mute"] = await dashboard.Press("mute", "Bob");
            await dashboard.IsMuted("Bob");
            await anna.WaitUntilDeafTo(bob);
            await eve.WaitUntilDeafTo(bob);
            Assert.True(anna.Hears(eve.Tone));
            await Task.Delay(AWhile);
            _when["unmute"] = await dashboard.Press("unmute", "Bob");
            await dashboard.IsOpen("Bob");
            await anna.WaitUntilHears(bob);
        }

        private async Task AnotherIsRemoved()
        {
            _when["kick"] = await dashboard.Press("kick", "Eve");
            await dashboard.Shows("Anna", "Bob");
            await eve.IsHungUp();
            await anna.WaitUntilDeafTo(eve);
            Assert.True(anna.Hears(bob.Tone));
        }
    }
}
