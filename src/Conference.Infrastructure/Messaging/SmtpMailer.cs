using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;
using Conference.Core.Bookings;
using Conference.Infrastructure.Data;
using Microsoft.Extensions.Options;

namespace Conference.Infrastructure.Messaging;

/// <summary>Speaks SMTP (RFC 5321) with the configured server, one conversation per mail.</summary>
/// <remarks>The message itself is 7-bit by construction (see <see cref="MailWriter"/>), so 8BITMIME is never needed; SMTPUTF8 only for an address that is not ASCII.</remarks>
public sealed class SmtpMailer(IOptionsMonitor<MailOptions> options, TimeProvider time) : IMailer
{
    private static readonly string s_me = Me();

    public bool IsSetUp => options.CurrentValue.IsSet;

    public async Task<Delivery> SendAsync(OutboxMail mail, CancellationToken cancel)
    {
        var settings = options.CurrentValue;
        if (settings.Problems().FirstOrDefault() is { } problem) return new Delivery(Verdict.Down, problem);
        if (!settings.IsSet) return new Delivery(Verdict.Down, "No mail server is set up (Conference:Mail:Host).");
        if (!EmailAddress.TryParse(mail.ToAddress, out var to)) return new Delivery(Verdict.Never, "That is not an address mail can be sent to.");
        try
        {
            await using var server = await SmtpConnection.OpenAsync(settings, cancel);
            return await ConverseAsync(server, settings, mail, to, cancel);
        }
        catch (Exception e) when (e is SocketException or IOException or TimeoutException)
        {
            return new Delivery(Verdict.Down, Plain.Line($"The mail server {settings.Host} cannot be used: {e.Message}.", 300));
        }
        catch (Exception e) when (e is AuthenticationException or CryptographicException)
        {
            return new Delivery(Verdict.Down, Plain.Line($"The certificate of the mail server {settings.Host} was refused: {e.Message}", 300));
        }
    }

    private async Task<Delivery> ConverseAsync(SmtpConnection server, MailOptions settings, OutboxMail mail, EmailAddress to, CancellationToken cancel)
    {
        var (hello, trouble) = await GreetAsync(server, settings, cancel);
        if (trouble is not null) return trouble;
        if (await SignInAsync(server, settings, hello!, cancel) is { } refused) return refused;
        if (to.NeedsUtf8 && hello!.Offers("SMTPUTF8") is null) return new Delivery(Verdict.Never, "The mail server cannot send to addresses with letters beyond a-z.");
        try
        {
            var delivery = await HandOverAsync(server, settings, mail, to, cancel);
            await SayGoodbyeAsync(server, cancel);
            return delivery;
        }
        catch (Exception e) when (e is IOException or TimeoutException) // the server is there, so it may be about this mail: others go on
        {
            return new Delivery(Verdict.Later, Plain.Line($"The mail server {settings.Host} did not take it: {e.Message}.", 300));
        }
    }

    /// <summary>Up to the EHLO that counts: after TLS everything said before is forgotten (RFC 3207 §4.2).</summary>
    private static async Task<(SmtpReply? Hello, Delivery? Trouble)> GreetAsync(SmtpConnection server, MailOptions settings, CancellationToken cancel)
    {
        if (settings.Security == MailSecurity.Tls) await server.SecureAsync(settings, cancel);
        if (await server.HearAsync(cancel) is { IsGood: false } greeting) return (null, Down(greeting));
        if (await server.AskAsync($"EHLO {s_me}", cancel) is var hello && !hello.IsGood) return (null, Down(hello));
        if (settings.Security != MailSecurity.StartTls) return (hello, null);

        if (hello.Offers("STARTTLS") is null) return (null, new Delivery(Verdict.Down, "The mail server does not offer STARTTLS; nothing was sent."));
        if (await server.AskAsync("STARTTLS", cancel) is { IsGood: false } no) return (null, Down(no));
        await server.SecureAsync(settings, cancel);
        hello = await server.AskAsync($"EHLO {s_me}", cancel);
        return hello.IsGood ? (hello, null) : (null, Down(hello));
    }

    /// <summary>AUTH PLAIN (RFC 4616), else LOGIN.</summary>
    private static async Task<Delivery?> SignInAsync(SmtpConnection server, MailOptions settings, SmtpReply hello, CancellationToken cancel)
    {
        if (settings.User.Length == 0) return null;
        if (!server.IsSecure && !settings.AllowPasswordWithoutTls) return new Delivery(Verdict.Down, "The password was not sent, because the connection is not encrypted.");
        var offered = (hello.Offers("AUTH") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var reply = offered.Contains("PLAIN", StringComparer.OrdinalIgnoreCase)
            ? await server.AskAsync("AUTH PLAIN " + Base64($"\0{settings.User}\0{settings.Password}"), cancel)
            : offered.Contains("LOGIN", StringComparer.OrdinalIgnoreCase)
                ? await LogInAsync(server, settings, cancel)
                : new SmtpReply(504, ["offers no sign-in this program knows (PLAIN, LOGIN)"]);
        return reply.Code == 235 ? null : Down(reply);
    }

    private static async Task<SmtpReply> LogInAsync(SmtpConnection server, MailOptions settings, CancellationToken cancel)
    {
        if (await server.AskAsync("AUTH LOGIN", cancel) is { Code: not 334 } no) return no;
        if (await server.AskAsync(Base64(settings.User), cancel) is { Code: not 334 } unknown) return unknown;
        return await server.AskAsync(Base64(settings.Password), cancel);
    }

    private async Task<Delivery> HandOverAsync(SmtpConnection server, MailOptions settings, OutboxMail mail, EmailAddress to, CancellationToken cancel)
    {
        var (from, name) = settings.Sender()!.Value;
        if (await server.AskAsync($"MAIL FROM:<{from}>{(to.NeedsUtf8 || from.NeedsUtf8 ? " SMTPUTF8" : "")}", cancel) is { IsGood: false } sender) return sender.IsFinal ? Down(sender) : Refused(sender);
        if (await server.AskAsync($"RCPT TO:<{to}>", cancel) is { IsGood: false } recipient) return Refused(recipient);
        if (await server.AskAsync("DATA", cancel) is { Code: not 354 } data) return Refused(data);
        await server.SendAsync(Stuffed(MailWriter.Write(mail, to, from, name, time.GetUtcNow())), cancel);
        var verdict = await server.HearAsync(settings.Timeout * 4, cancel);
        return verdict.IsGood ? new Delivery(Verdict.Taken) : Refused(verdict);
    }

    /// <summary>The mail is settled already; a server that does not say goodbye changes nothing.</summary>
    private static async Task SayGoodbyeAsync(SmtpConnection server, CancellationToken cancel)
    {
        try
        {
            await server.SendAsync("QUIT\r\n"u8.ToArray(), cancel);
        }
        catch (Exception e) when (e is IOException or TimeoutException)
        {
        }
    }

    /// <summary>A dot at the start of a line is doubled, a dot alone ends the message (RFC 5321 §4.5.2).</summary>
    internal static byte[] Stuffed(string message) =>
        Encoding.UTF8.GetBytes((message.StartsWith('.') ? "." : "") + message.Replace("\r\n.", "\r\n..", StringComparison.Ordinal) + ".\r\n");

    private static Delivery Refused(SmtpReply reply) =>
        new(reply.IsFinal ? Verdict.Never : Verdict.Later, $"The mail server answered: {reply}");

    private static Delivery Down(SmtpReply reply) => new(Verdict.Down, $"The mail server answered: {reply}");

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    /// <summary>A name for EHLO (RFC 5321 §4.1.1.1); only ASCII letters, digits, dots and dashes of the machine's own.</summary>
    private static string Me()
    {
        var name = new string([.. Environment.MachineName.ToLower(CultureInfo.InvariantCulture).Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.')]).Trim('.', '-');
        return name.Length == 0 ? "localhost" : name;
    }
}
