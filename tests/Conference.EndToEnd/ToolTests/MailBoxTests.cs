using System.Net.Mail;
using System.Net.Mime;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Conference.EndToEnd.Tools;

namespace Conference.EndToEnd.ToolTests;

public sealed class MailBoxTests : IAsyncLifetime
{
    private MailBox _box = null!;

    public async Task InitializeAsync() => _box = await MailBox.Open();

    public async Task DisposeAsync() => await _box.DisposeAsync();

    [Fact]
    public async Task A_mail_is_kept_and_its_calendar_read()
    {
        await Send("""
            BEGIN:VCALENDAR
            VERSION:2.0
            PRODID:-//test//EN
            METHOD:REQUEST
            BEGIN:VTIMEZONE
            TZID:Europe/Rome
            BEGIN:STANDARD
            DTSTART:19701025T030000
            RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
            TZOFFSETFROM:+0200
            TZOFFSETTO:+0100
            END:STANDARD
            BEGIN:DAYLIGHT
            DTSTART:19700329T020000
            RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
            TZOFFSETFROM:+0100
            TZOFFSETTO:+0200
            END:DAYLIGHT
            END:VTIMEZONE
            BEGIN:VEVENT
            UID:1@test
            SEQUENCE:2
            DTSTAMP:20260101T000000Z
            DTSTART;TZID=Europe/Rome:20260701T090000
            DTEND;TZID=Europe/Rome:20260701T100000
            SUMMARY:Budget
            ORGANIZER:mailto:host@example.org
            ATTENDEE:mailto:anna@example.org
            END:VEVENT
            END:VCALENDAR
            """);

        var mail = await _box.Receives(m => m.Subject == "Invitation", TimeSpan.FromSeconds(5));

        var entry = Assert.Single(mail.Calendars);
        Assert.Equal(("REQUEST", "1@test", 2, "Budget"), (entry.Method, entry.Uid, entry.Sequence, entry.Summary));
        Assert.Equal(new DateTime(2026, 7, 1, 7, 0, 0, DateTimeKind.Utc), entry.Start.ToUniversalTime()); // summer: two hours ahead
        Assert.Equal(["mailto:anna@example.org"], entry.Attendees);
        Assert.Equal("plain words", mail.Text.Trim());
        Assert.False(mail.Encrypted);
    }

    [Fact]
    public async Task It_can_be_told_to_refuse()
    {
        await _box.Refuse(451);
        await Assert.ThrowsAnyAsync<SmtpException>(() => Send("x"));

        await _box.Refuse(0);
        await Send("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART:20260101T000000Z\nDTEND:20260101T010000Z\nEND:VEVENT\nEND:VCALENDAR");
        Assert.Single(await _box.Messages());
    }

    [Fact]
    public async Task It_speaks_TLS_from_the_first_byte_on_one_port_and_after_STARTTLS_on_another()
    {
        Assert.StartsWith("220 ", await Greeting(_box.TlsPort, immediately: true), StringComparison.Ordinal);
        Assert.Contains("STARTTLS", await Greeting(_box.StartTlsPort, immediately: false), StringComparison.Ordinal);
        Assert.DoesNotContain("STARTTLS", await Greeting(_box.PlainPort, immediately: false), StringComparison.Ordinal);
    }

    private async Task Send(string calendar)
    {
        using var mail = new MailMessage("conference@example.org", "anna@example.org", "Invitation", "plain words");
        mail.AlternateViews.Add(AlternateView.CreateAlternateViewFromString(calendar.ReplaceLineEndings("\r\n"), new ContentType("text/calendar; method=REQUEST; charset=utf-8")));
        using var client = new SmtpClient("127.0.0.1", _box.PlainPort);
        await client.SendMailAsync(mail);
    }

    private static async Task<string> Greeting(int port, bool immediately)
    {
        using var line = new TcpClient("127.0.0.1", port);
        Stream stream = line.GetStream();
        if (immediately)
        {
            var secure = new SslStream(stream, false, (_, _, _, _) => true);
            await secure.AuthenticateAsClientAsync("localhost");
            stream = secure;
        }

        var buffer = new byte[2000];
        var greeting = Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer));
        await stream.WriteAsync("EHLO test\r\n"u8.ToArray());
        return greeting + Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer));
    }
}
