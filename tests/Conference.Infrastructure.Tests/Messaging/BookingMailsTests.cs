using Conference.Infrastructure.Data;
using Conference.Infrastructure.Messaging;
using Conference.Infrastructure.Tests.Testing;

namespace Conference.Infrastructure.Tests.Messaging;

public sealed class BookingMailsTests
{
    private static readonly DialIn s_house = new("+39 06 123456", "conf.example.com", new Uri("https://conf.example.com/"));

    [Fact]
    public void The_host_reads_both_pins_and_a_guest_only_the_guests()
    {
        var mails = Mails(s_house).Invite(Some.Booking(guests: ["bob@example.com"])).ToList();

        Assert.Equal(["anna@example.com", "bob@example.com"], mails.Select(m => m.ToAddress));
        Assert.All(new[] { mails[0].Text, mails[0].Html, Unfolded(mails[0].Calendar) }, t => Assert.Contains("718293", t, StringComparison.Ordinal));
        Assert.All(new[] { mails[1].Text, mails[1].Html, Unfolded(mails[1].Calendar) }, t =>
        {
            Assert.DoesNotContain("718293", t, StringComparison.Ordinal);
            Assert.Contains("405162", t, StringComparison.Ordinal);
            Assert.Contains("2001", t, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_guest_is_not_told_who_else_was_asked_and_answers_to_the_host()
    {
        var mails = Mails(s_house).Invite(Some.Booking(guests: ["bob@example.com", "eve@example.com", "BOB@example.com"])).ToList();

        Assert.Equal(3, mails.Count);
        Assert.DoesNotContain("eve@", mails[1].Calendar + mails[1].Text + mails[1].Html, StringComparison.Ordinal);
        Assert.Equal((null, "anna@example.com"), (mails[0].ReplyTo, mails[1].ReplyTo));
        Assert.Contains("eve@example.com", Unfolded(mails[0].Calendar), StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancellation_carries_the_same_event_one_step_later_and_no_pin()
    {
        var booking = Some.Booking(guests: ["bob@example.com"]);
        booking.Cancel();

        var mail = Mails(s_house).CallOff(booking).Last();

        Assert.Equal(("CANCEL", MailKind.Cancellation), (mail.CalendarMethod, mail.Kind));
        Assert.Contains($"UID:{booking.CalendarUid}", mail.Calendar, StringComparison.Ordinal);
        Assert.Contains("SEQUENCE:1", mail.Calendar, StringComparison.Ordinal);
        Assert.Contains("STATUS:CANCELLED", mail.Calendar, StringComparison.Ordinal);
        Assert.DoesNotContain("405162", mail.Text + mail.Html + mail.Calendar, StringComparison.Ordinal);
    }

    [Fact]
    public void The_text_reads_as_approved()
    {
        var mails = Mails(s_house).Invite(Some.Booking(guests: ["bob@example.com"])).ToList();

        Golden.Is("host.txt", mails[0].Text.Replace(mails[0].Booking.ToString()!, "ID", StringComparison.Ordinal));
        Golden.Is("guest.txt", mails[1].Text);
        Golden.Is("guest.html", mails[1].Html);
    }

    [Fact]
    public void What_the_house_does_not_have_is_not_mentioned()
    {
        var mail = Mails(new DialIn()).Invite(Some.Booking(guests: ["bob@example.com"])).Last();

        Assert.DoesNotContain("Phone", mail.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("SIP", mail.Text, StringComparison.Ordinal);
        Assert.Contains("Conference number: 2001", mail.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null, "")]
    [InlineData("conf.example.com", null, "conf.example.com")]
    [InlineData("conf.example.com", "udp://0.0.0.0:5060", "conf.example.com")]
    [InlineData("192.0.2.1", "tcp://0.0.0.0:5160", "192.0.2.1:5160")]
    [InlineData("2001:db8::1", "udp://[::]:5061", "[2001:db8::1]:5061")]
    public void The_sip_address_names_the_port_only_when_it_is_not_the_usual_one(string? advertised, string? listen, string host) =>
        Assert.Equal(host, MailSetup.SipHostOf(advertised, listen));

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("\"><img src=x onerror=alert(1)>")]
    [InlineData("' onmouseover='alert(1)")]
    public void A_title_stays_text_in_the_html_part(string title)
    {
        var mail = Mails(s_house).Invite(Some.Booking(title: title, guests: ["bob@example.com"])).Last();

        Assert.DoesNotContain(title, mail.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", mail.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", mail.Html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_conference_past_midnight_says_on_which_day_it_ends() =>
        Assert.Contains("Monday, 2 March 2026, 22:00 to 01:00 on 3 March (Europe/Rome, UTC+01:00)", Mails(s_house).Invite(Some.Booking(starts: Some.Monday.AddHours(12), minutes: 180)).First().Text, StringComparison.Ordinal);

    private static BookingMails Mails(DialIn house) => new(() => house, new OutboxBell(), new MovedTime());

    private static string Unfolded(string calendar) => calendar.Replace("\r\n ", "", StringComparison.Ordinal);
}
