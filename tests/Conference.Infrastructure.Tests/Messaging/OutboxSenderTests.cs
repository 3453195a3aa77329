using System.Collections.Concurrent;
using Conference.Infrastructure.Data;
using Conference.Infrastructure.Messaging;
using Conference.Infrastructure.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace Conference.Infrastructure.Tests.Messaging;

public sealed class OutboxSenderTests
{
    [Theory, MemberData(nameof(TestDb.Both), MemberType = typeof(TestDb))]
    public async Task New_mail_leaves_at_once_and_its_body_with_the_pin_is_forgotten(string provider)
    {
        await using var db = await TestDb.NewAsync(provider);
        await using var server = new MailServer();
        await using var house = House.Over(db, SmtpMailerTests.Mailer(server));

        await house.Store.AddAsync(Some.Booking(guests: ["bob@example.com"]), Some.Anna, default);

        await Eventually.TrueAsync(async () => (await house.StatesAsync()).All(s => s == MailState.Sent), "both mails are sent");
        Assert.Equal(["RCPT TO:<anna@example.com>", "RCPT TO:<bob@example.com>"], server.Mails.Select(m => m.To).Order(StringComparer.Ordinal));
        await using var look = db.CreateDbContext();
        Assert.All(await look.Outbox.ToListAsync(), m => Assert.Equal(("", "", "", 1), (m.Text, m.Html, m.Calendar, m.Attempts)));
    }

    [Theory, MemberData(nameof(TestDb.Both), MemberType = typeof(TestDb))]
    public async Task A_dead_mail_server_loses_nothing_and_everybody_is_told_why_they_wait(string provider)
    {
        await using var db = await TestDb.NewAsync(provider);
        var first = new MailServer();
        var (mailer, port) = (SmtpMailerTests.Mailer(first), first.Port);
        await first.DisposeAsync();
        await using var house = House.Over(db, mailer);

        await house.Store.AddAsync(Some.Booking(guests: ["bob@example.com", "eve@example.com"]), Some.Anna, default);
        await Eventually.TrueAsync(async () =>
        {
            await using var look = db.CreateDbContext();
            return (await look.Outbox.ToListAsync()).All(m => m.State == MailState.Queued && m.Trouble.Contains("cannot be used", StringComparison.Ordinal));
        }, "each mail says why it waits");

        await using var back = new MailServer(port);
        await Eventually.TrueAsync(async () =>
        {
            house.Time.Move(TimeSpan.FromSeconds(1));
            return (await house.StatesAsync()).All(s => s == MailState.Sent);
        }, "all mails are sent once the server is back");
        Assert.Equal(3, back.Mails.Count);
    }

    [Fact]
    public async Task A_refused_recipient_fails_with_the_reason_and_the_others_get_theirs()
    {
        await using var db = await TestDb.NewAsync("Sqlite");
        await using var server = new MailServer { Instead = l => l == "RCPT TO:<bob@example.com>" ? "550 5.1.1 no such user" : null };
        await using var house = House.Over(db, SmtpMailerTests.Mailer(server));

        await house.Store.AddAsync(Some.Booking(guests: ["bob@example.com", "eve@example.com"]), Some.Anna, default);

        await Eventually.TrueAsync(async () => !(await house.StatesAsync()).Contains(MailState.Queued), "all are settled");
        await using var look = db.CreateDbContext();
        var bob = await look.Outbox.SingleAsync(m => m.ToAddress == "bob@example.com");
        Assert.Equal((MailState.Failed, "The mail server answered: 550 5.1.1 no such user"), (bob.State, bob.Trouble));
        Assert.Equal(2, server.Mails.Count);
    }

    [Fact]
    public async Task A_greylisted_mail_is_tried_again_with_growing_pauses_and_sent_once()
    {
        await using var db = await TestDb.NewAsync("Sqlite");
        var times = new ConcurrentQueue<DateTimeOffset>();
        var clock = new MovedTime();
        var mailer = new ScriptedMailer(_ =>
        {
            times.Enqueue(clock.GetUtcNow());
            return new Delivery(times.Count < 5 ? Verdict.Later : Verdict.Taken, times.Count < 5 ? "451 later" : "");
        });
        await using var house = House.Over(db, mailer, clock);

        await house.Store.AddAsync(Some.Booking(), Some.Anna, default);
        await Eventually.TrueAsync(async () =>
        {
            if (clock.Waiting > 0) clock.Move(TimeSpan.FromSeconds(1));
            return (await house.StatesAsync()).All(s => s == MailState.Sent);
        }, "sent in the end");

        var pauses = times.Zip(times.Skip(1), (a, b) => (b - a).TotalSeconds).ToList();
        Assert.Equal(4, pauses.Count);
        Assert.All(pauses.Index(), p => Assert.InRange(p.Item, 10 * Math.Pow(2, p.Index) * 0.79, (10 * Math.Pow(2, p.Index) * 1.21) + 5));
    }

    [Fact]
    public async Task Whoever_cannot_be_reached_for_three_days_is_given_up_on()
    {
        await using var db = await TestDb.NewAsync("Sqlite");
        var clock = new MovedTime();
        await using var house = House.Over(db, new ScriptedMailer(_ => new Delivery(Verdict.Later, "451 busy")), clock);

        await house.Store.AddAsync(Some.Booking(), Some.Anna, default);
        await Eventually.TrueAsync(async () =>
        {
            if (clock.Waiting > 0) clock.Move(TimeSpan.FromHours(2));
            return (await house.StatesAsync()).Single() == MailState.GivenUp;
        }, "given up");

        await using var look = db.CreateDbContext();
        var mail = await look.Outbox.SingleAsync();
        Assert.Equal("451 busy", mail.Trouble);
        Assert.InRange(mail.SettledAt!.Value - mail.CreatedAt, OutboxMail.Patience, OutboxMail.Patience + TimeSpan.FromHours(5));
    }

    [Fact]
    public async Task Without_a_mail_server_nothing_is_tried_and_nobody_is_given_up_on_however_long_it_takes()
    {
        await using var db = await TestDb.NewAsync("Sqlite");
        var mailer = new ScriptedMailer(_ => new Delivery(Verdict.Taken)) { IsSetUp = false };
        await using var house = House.Over(db, mailer);
        await house.Store.AddAsync(Some.Booking(guests: ["bob@example.com"]), Some.Anna, default);
        await Eventually.TrueAsync(async () => (await MailsAsync(db)).All(m => m.Trouble.Contains("Conference:Mail:Host", StringComparison.Ordinal)), "each mail says why it waits");

        house.Time.Move(TimeSpan.FromDays(4));
        Assert.All(await MailsAsync(db), m => Assert.Equal((MailState.Queued, 0), (m.State, m.Attempts)));

        mailer.IsSetUp = true;
        await Eventually.TrueAsync(async () =>
        {
            if (house.Time.Waiting > 0) house.Time.Move(TimeSpan.FromSeconds(10));
            return (await house.StatesAsync()).All(s => s == MailState.Sent);
        }, "all are sent once there is a server");
    }

    private static async Task<List<OutboxMail>> MailsAsync(TestDb db)
    {
        await using var look = db.CreateDbContext();
        return await look.Outbox.AsNoTracking().ToListAsync();
    }

    [Fact]
    public async Task A_mail_that_cannot_be_written_does_not_stand_in_the_way()
    {
        await using var db = await TestDb.NewAsync("Sqlite");
        var sent = new ConcurrentQueue<string>();
        await using var house = House.Over(db, new ScriptedMailer(m =>
        {
            if (m.ToAddress.StartsWith("anna", StringComparison.Ordinal)) throw new InvalidOperationException("poison");
            sent.Enqueue(m.ToAddress);
            return new Delivery(Verdict.Taken);
        }));

        await house.Store.AddAsync(Some.Booking(guests: ["bob@example.com"]), Some.Anna, default);

        await Eventually.TrueAsync(() => !sent.IsEmpty, "bob has his mail");
    }

    [Fact]
    public async Task A_server_that_answers_drop_by_drop_does_not_slow_down_who_books()
    {
        await using var db = await TestDb.NewAsync("Sqlite");
        await using var server = new MailServer { Instead = l => l == "(connect)" ? "" : null };
        await using var house = House.Over(db, SmtpMailerTests.Mailer(server, o => o with { Timeout = TimeSpan.FromSeconds(20) }));
        var since = System.Diagnostics.Stopwatch.StartNew();

        for (var i = 0; i < 5; i++) await house.Store.AddAsync(Some.Booking($"200{i}"), Some.Anna, default);

        Assert.InRange(since.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Pauses_grow_from_ten_seconds_to_half_an_hour()
    {
        Assert.InRange(OutboxSender.PauseAfter(1).TotalSeconds, 8, 12);
        Assert.InRange(OutboxSender.PauseAfter(4).TotalSeconds, 64, 96);
        Assert.InRange(OutboxSender.PauseAfter(1000).TotalMinutes, 24, 36);
    }

    private sealed class ScriptedMailer(Func<OutboxMail, Delivery> send) : IMailer
    {
        public bool IsSetUp { get; set; } = true;

        public Task<Delivery> SendAsync(OutboxMail mail, CancellationToken cancel) => Task.FromResult(send(mail));
    }

    /// <summary>A store and a running sender.</summary>
    private sealed class House : IAsyncDisposable
    {
        private readonly TestDb _db;
        private readonly OutboxSender _sender;

        private House(TestDb db, IMailer mailer, MovedTime time)
        {
            var bell = new OutboxBell();
            (_db, Time) = (db, time);
            Store = new BookingStore(db, new BookingMails(() => new DialIn("600"), bell, time), time);
            _sender = new OutboxSender(db, mailer, bell, time, NullLogger<OutboxSender>.Instance);
        }

        public MovedTime Time { get; }

        public BookingStore Store { get; }

        public static House Over(TestDb db, IMailer mailer, MovedTime? time = null)
        {
            var house = new House(db, mailer, time ?? new MovedTime());
            house._sender.StartAsync(default).GetAwaiter().GetResult();
            return house;
        }

        public async Task<List<MailState>> StatesAsync()
        {
            await using var db = _db.CreateDbContext();
            return await db.Outbox.Select(m => m.State).ToListAsync();
        }

        public async ValueTask DisposeAsync()
        {
            await _sender.StopAsync(default);
            _sender.Dispose();
        }
    }
}
