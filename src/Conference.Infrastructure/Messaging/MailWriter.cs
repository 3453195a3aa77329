using System.Globalization;
using System.Text;
using Conference.Core.Bookings;
using Conference.Infrastructure.Data;

namespace Conference.Infrastructure.Messaging;

/// <summary>Writes a mail as it travels (RFC 5322, RFC 2045-2047): headers that cannot be broken out of, text beside HTML, the calendar inside and attached.</summary>
/// <remarks>
/// Calendar programs look for <c>text/calendar</c> among the alternatives (RFC 6047 §2.4); people without one find <c>invite.ics</c> attached.
/// Bodies are quoted-printable or base64, so every octet is 7-bit and no line exceeds 76; only an international address may bring UTF-8 into a header (RFC 6532).
/// </remarks>
internal static class MailWriter
{
    public static string Write(OutboxMail mail, EmailAddress to, EmailAddress from, string fromName, DateTimeOffset now)
    {
        var message = new StringBuilder();
        message.Append(CultureInfo.InvariantCulture, $"Date: {now.ToUniversalTime():ddd, dd MMM yyyy HH':'mm':'ss} +0000\r\n");
        message.Append(Mailbox("From", fromName, from.ToString()));
        message.Append(Mailbox("To", mail.ToName, to.ToString()));
        if (EmailAddress.TryParse(mail.ReplyTo, out var reply)) message.Append(Mailbox("Reply-To", "", reply.ToString()));
        message.Append(MailHeader.Text("Subject", mail.Subject));
        message.Append(CultureInfo.InvariantCulture, $"Message-ID: <{mail.Id:N}@{from.Domain}>\r\n"); // the same at every attempt: a doubled mail is recognised
        message.Append("Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n");
        Body(message, mail);
        return message.ToString();
    }

    private static void Body(StringBuilder message, OutboxMail mail)
    {
        var (outer, inner) = ($"outer-{mail.Id:N}", $"inner-{mail.Id:N}");
        if (mail.Calendar.Length > 0) message.Append(CultureInfo.InvariantCulture, $"Content-Type: multipart/mixed;\r\n boundary=\"{outer}\"\r\n\r\n--{outer}\r\n");
        message.Append(CultureInfo.InvariantCulture, $"Content-Type: multipart/alternative;\r\n boundary=\"{inner}\"\r\n\r\n");
        Part(message, inner, "text/plain; charset=utf-8", mail.Text);
        Part(message, inner, "text/html; charset=utf-8", mail.Html);
        if (mail.Calendar.Length > 0) Base64Part(message, inner, $"text/calendar; charset=utf-8; method={mail.CalendarMethod}", "", mail.Calendar);
        message.Append(CultureInfo.InvariantCulture, $"--{inner}--\r\n");
        if (mail.Calendar.Length == 0) return;
        Base64Part(message, outer, "application/ics; name=\"invite.ics\"", "Content-Disposition: attachment; filename=\"invite.ics\"\r\n", mail.Calendar);
        message.Append(CultureInfo.InvariantCulture, $"--{outer}--\r\n");
    }

    private static void Part(StringBuilder message, string boundary, string type, string text) =>
        message.Append(CultureInfo.InvariantCulture, $"--{boundary}\r\nContent-Type: {type}\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{QuotedPrintable.Encode(text)}\r\n");

    private static void Base64Part(StringBuilder message, string boundary, string type, string more, string text) =>
        message.Append(CultureInfo.InvariantCulture, $"--{boundary}\r\nContent-Type: {type}\r\nContent-Transfer-Encoding: base64\r\n{more}\r\n{Convert.ToBase64String(Encoding.UTF8.GetBytes(text), Base64FormattingOptions.InsertLineBreaks)}\r\n");

    private static string Mailbox(string header, string name, string address) =>
        Plain.Line(name, Invitee.NameLength) is { Length: > 0 } shown ? $"{MailHeader.Words(header, shown)}\r\n <{address}>\r\n" : $"{header}: {address}\r\n";
}
