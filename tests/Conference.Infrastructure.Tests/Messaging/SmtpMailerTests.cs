using Conference.Infrastructure.Data;
using Conference.Infrastructure.Messaging;
using Conference.Infrastructure.Tests.Testing;

namespace Conference.Infrastructure.Tests.Messaging;

public sealed class SmtpMailerTests
{
    [Theory]
    [InlineData(MailSecurity.None, "AUTH PLAIN LOGIN")]
    [InlineData(MailSecurity.StartTls, "AUTH PLAIN LOGIN")]
    [InlineData(MailSecurity.Tls, "AUTH PLAIN LOGIN")]
    [InlineData(MailSecurity.Tls, "AUTH LOGIN")]
    public async Task A_mail_arrives_once_in_each_kind_of_protection(MailSecurity security, string offers)
    {
        await using var server = new MailServer { ImplicitTls = security == MailSecurity.Tls, OffersStartTls = security == MailSecurity.StartTls, Offers = offers };

        var delivery = await Mailer(server, o => o with { Security = security, User = "conf", Password = "secret", AllowPasswordWithoutTls = true }).SendAsync(Mail(), default);

        Assert.Equal(new Delivery(Verdict.Taken), delivery);
        var mail = Assert.Single(server.Mails);
        Assert.Equal(("MAIL FROM:<conference@example.com>", "RCPT TO:<bob@example.com>", security != MailSecurity.None), (mail.From, mail.To, mail.Secure));
        Assert.Contains(server.Commands, c => c.StartsWith("AUTH", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_password_never_travels_in_clear_unless_allowed()
    {
        await using var server = new MailServer();

        var delivery = await Mailer(server, o => o with { Security = MailSecurity.None, User = "conf", Password = "secret" }).SendAsync(Mail(), default);

        Assert.Equal(Verdict.Down, delivery.Verdict);
        Assert.Empty(server.Commands);
    }

    [Fact]
    public async Task Nothing_is_said_in_clear_when_STARTTLS_was_stripped_on_the_way()
    {
        await using var server = new MailServer { OffersStartTls = false };

        var delivery = await Mailer(server, o => o with { Security = MailSecurity.StartTls }).SendAsync(Mail(), default);

        Assert.Equal(Verdict.Down, delivery.Verdict);
        Assert.Contains("STARTTLS", delivery.Words, StringComparison.Ordinal);
        Assert.Single(server.Commands);
    }

    [Fact]
    public async Task What_was_slipped_in_before_TLS_is_not_taken_for_the_servers_word()
    {
        await using var server = new MailServer { OffersStartTls = true, Instead = line => line == "STARTTLS" ? "220 go\r\n250 injected" : null };

        var delivery = await Mailer(server, o => o with { Security = MailSecurity.StartTls }).SendAsync(Mail(), default);

        Assert.Equal(Verdict.Down, delivery.Verdict);
        Assert.Empty(server.Mails);
    }

    [Theory]
    [InlineData("another host")]
    [InlineData("expired")]
    [InlineData("unknown authority")]
    public async Task A_certificate_that_proves_nothing_is_refused(string what)
    {
        await using var server = new MailServer
        {
            ImplicitTls = true,
            Certificate = what switch { "another host" => TestCertificates.ForAnotherHost, "expired" => TestCertificates.Expired, _ => TestCertificates.For127001 },
        };

        var delivery = await Mailer(server, o => o with { Security = MailSecurity.Tls, CaFile = what == "unknown authority" ? "" : o.CaFile }).SendAsync(Mail(), default);

        Assert.Equal(Verdict.Down, delivery.Verdict);
        Assert.Contains("certificate", delivery.Words, StringComparison.Ordinal);
        Assert.Empty(server.Commands);
    }

    [Theory]
    [InlineData("RCPT TO:<bob@example.com>", "550 5.1.1 no such user", Verdict.Never)]
    [InlineData("RCPT TO:<bob@example.com>", "451 4.7.1 greylisted", Verdict.Later)]
    [InlineData("DATA", "452 no space", Verdict.Later)]
    [InlineData("(message)", "554 5.7.1 looks like spam", Verdict.Never)]
    [InlineData("(message)", "421 closing", Verdict.Later)]
    [InlineData("(message)", "", Verdict.Later)]
    [InlineData("(connect)", "554 go away", Verdict.Down)]
    [InlineData("(connect)", "", Verdict.Down)]
    [InlineData("(connect)", "HTTP/1.1 400 Bad Request", Verdict.Down)]
    [InlineData("(connect)", "٢٢٠ ready", Verdict.Down)]
    [InlineData("MAIL FROM:<conference@example.com>", "550 not you", Verdict.Down)]
    [InlineData("MAIL FROM:<conference@example.com>", "450 not now", Verdict.Later)]
    public async Task What_the_server_says_decides_whether_to_try_again(string when, string answer, Verdict expected)
    {
        await using var server = new MailServer { Instead = line => line == when ? answer : null };

        var delivery = await Mailer(server, o => answer.Length > 0 ? o : o with { Timeout = TimeSpan.FromMilliseconds(300) }).SendAsync(Mail(), default);

        Assert.Equal(expected, delivery.Verdict);
        Assert.NotEqual("", delivery.Words);
        Assert.Empty(server.Mails);
    }

    [Fact]
    public async Task A_server_that_talks_without_end_is_left()
    {
        await using var server = new MailServer { Instead = line => line.StartsWith("EHLO", StringComparison.Ordinal) ? string.Concat(Enumerable.Repeat("250-x\r\n", 5000)) : null };

        Assert.Equal(Verdict.Down, (await Mailer(server).SendAsync(Mail(), default)).Verdict);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_down_in_words_people_understand()
    {
        var server = new MailServer();
        var port = server.Port;
        await server.DisposeAsync();

        var delivery = await Mailer(port).SendAsync(Mail(), default);

        Assert.Equal(Verdict.Down, delivery.Verdict);
        Assert.StartsWith("The mail server 127.0.0.1 cannot be used", delivery.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_that_begins_with_a_dot_arrives_as_it_was()
    {
        await using var server = new MailServer();

        await Mailer(server).SendAsync(Mail(text: ".hidden\n.\n..two\nMAIL FROM:<x@evil.test>"), default);

        Assert.Contains("\r\n.hidden\r\n.\r\n..two\r\nMAIL FROM:<x@evil.test>\r\n", Assert.Single(server.Mails).Message, StringComparison.Ordinal);
        Assert.Single(server.Commands, c => c.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_address_beyond_ascii_needs_a_server_that_knows_it()
    {
        await using var server = new MailServer();
        Assert.Equal(Verdict.Never, (await Mailer(server).SendAsync(Mail("用户@bücher.example"), default)).Verdict);

        server.Offers = "SMTPUTF8";
        Assert.Equal(Verdict.Taken, (await Mailer(server).SendAsync(Mail("用户@bücher.example"), default)).Verdict);
        Assert.Equal(("MAIL FROM:<conference@example.com> SMTPUTF8", "RCPT TO:<用户@xn--bcher-kva.example>"), (server.Mails.Single().From, server.Mails.Single().To));
    }

    [Theory, MemberData(nameof(Corpus.Addresses), MemberType = typeof(Corpus))]
    public async Task No_address_says_more_than_one_recipient(string address, string expect)
    {
        await using var server = new MailServer();

        var delivery = await Mailer(server).SendAsync(Mail(address), default);

        Assert.Equal(expect is "reject" ? Verdict.Never : Verdict.Taken, delivery.Verdict);
        if (expect is "reject")
        {
            Assert.Empty(server.Commands);
            return;
        }

        await Eventually.TrueAsync(() => server.Commands.Contains("QUIT"), "the server heard goodbye");
        Assert.Equal(["EHLO", "MAIL", "RCPT", "DATA", "QUIT"], server.Commands.Select(c => c.Split(' ')[0]));
    }

    [Theory, MemberData(nameof(Corpus.Subjects), MemberType = typeof(Corpus))]
    public async Task No_subject_becomes_a_header_of_its_own(string subject)
    {
        await using var server = new MailServer();

        await Mailer(server).SendAsync(Mail(subject: subject), default);

        var head = Assert.Single(server.Mails).Message.Split("\r\n\r\n")[0].Split("\r\n");
        Assert.Equal(
            ["Date", "From", "To", "Subject", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"],
            head.Where(l => !l.StartsWith(' ')).Select(l => l.Split(':')[0]));
        Assert.All(head, l => Assert.True(l.Length <= 78, l));
        Assert.All(head, l => Assert.DoesNotContain(l, c => c is < ' ' or > '~'));
    }

    internal static SmtpMailer Mailer(MailServer server, Func<MailOptions, MailOptions>? change = null) => Mailer(server.Port, change);

    private static SmtpMailer Mailer(int port, Func<MailOptions, MailOptions>? change = null)
    {
        var options = new MailOptions { Host = "127.0.0.1", Port = port, Security = MailSecurity.None, From = "Conference <conference@example.com>", CaFile = TestCertificates.CaFile, Timeout = TimeSpan.FromSeconds(15) };
        return new SmtpMailer(new Fixed<MailOptions>(change?.Invoke(options) ?? options), TimeProvider.System);
    }

    private static OutboxMail Mail(string to = "bob@example.com", string subject = "Budget", string text = "Hello") =>
        new() { ToAddress = to, Subject = subject, Text = text, Html = "<p>Hello</p>" };
}
