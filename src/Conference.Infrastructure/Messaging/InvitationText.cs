using System.Globalization;
using System.Net;
using System.Text;
using Conference.Core.Bookings;
using Conference.Infrastructure.Data;
using NodaTime;

namespace Conference.Infrastructure.Messaging;

/// <summary>Every sentence of the mails about a booking, in one place and one language: another language is another of these.</summary>
internal sealed class InvitationText(DialIn dialIn)
{
    /// <summary>What is said to one recipient.</summary>
    /// <param name="forHost">Hosts read both PINs, guests their own.</param>
    public (string Subject, string Text, string Html) Write(Booking booking, MailKind kind, bool forHost)
    {
        var (opening, closing) = (Opening(booking, kind, forHost), Closing(kind));
        var facts = Facts(booking, kind, forHost).ToList();
        return (Subject(booking, kind, forHost), AsText(opening, facts, closing), AsHtml(booking, opening, facts, closing));
    }

    /// <summary>The dial-in block alone, for the calendar.</summary>
    public string Describe(Booking booking, MailKind kind, bool forHost) =>
        kind == MailKind.Cancellation ? Opening(booking, kind, forHost) : AsText("", [.. Facts(booking, kind, forHost).Skip(1)], Closing(kind));

    /// <summary>One line that says where it takes place.</summary>
    public string Location(Booking booking) => dialIn.AccessNumber.Length > 0
        ? $"Phone {dialIn.AccessNumber}, conference {booking.Number}"
        : dialIn.SipHost.Length > 0 ? $"sip:{booking.Number}@{dialIn.SipHost}" : $"Conference {booking.Number}";

    private static string Subject(Booking booking, MailKind kind, bool forHost) => (kind, forHost) switch
    {
        (MailKind.Cancellation, _) => $"Cancelled: {booking.Title}",
        (_, true) => $"Booked: {booking.Title}",
        _ => $"Invitation: {booking.Title}",
    };

    private static string Opening(Booking booking, MailKind kind, bool forHost) => (kind, forHost) switch
    {
        (MailKind.Cancellation, true) => $"Your conference \"{booking.Title}\" is cancelled. Everybody invited is told.",
        (MailKind.Cancellation, _) => $"{booking.HostName} has cancelled the conference \"{booking.Title}\".",
        (_, true) => $"Your conference \"{booking.Title}\" is booked.",
        _ => $"{booking.HostName} invites you to the conference \"{booking.Title}\".",
    };

    private static string Closing(MailKind kind) =>
        kind == MailKind.Cancellation ? "" : "End each number you type with #.";

    private IEnumerable<(string Name, string Value)> Facts(Booking booking, MailKind kind, bool forHost)
    {
        yield return ("When", When(booking));
        if (kind == MailKind.Cancellation) yield break;
        if (dialIn.AccessNumber.Length > 0) yield return ("Phone", dialIn.AccessNumber);
        yield return ("Conference number", booking.Number.Value);
        if (dialIn.SipHost.Length > 0) yield return ("SIP address", $"sip:{booking.Number}@{dialIn.SipHost}");
        if (forHost) yield return ("Your PIN as host", booking.HostPin);
        yield return (forHost ? "PIN of your guests" : "PIN", booking.GuestPin);
        if (dialIn.AccessNumber.Length > 0) yield return ("In one go", $"{dialIn.AccessNumber},,{booking.Number}#,,{(forHost ? booking.HostPin : booking.GuestPin)}#");
        if (forHost && dialIn.PageOf(booking) is { } page) yield return ("Page", page.AbsoluteUri);
    }

    /// <summary>For instance "Monday, 2 March 2026, 15:00 to 16:00 (Europe/Rome, UTC+01:00)".</summary>
    private static string When(Booking booking)
    {
        var zone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(booking.TimeZone) ?? DateTimeZone.Utc;
        var start = Instant.FromDateTimeOffset(booking.StartsAt).InZone(zone);
        var end = Instant.FromDateTimeOffset(booking.EndsAt).InZone(zone);
        var until = end.Date == start.Date ? "HH:mm" : "HH:mm 'on' d MMMM";
        return $"{start.ToString("dddd, d MMMM uuuu, HH:mm", CultureInfo.InvariantCulture)} to {end.ToString(until, CultureInfo.InvariantCulture)} ({zone.Id}, UTC{start.Offset.ToString("m", CultureInfo.InvariantCulture)})";
    }

    private static string AsText(string opening, IReadOnlyCollection<(string Name, string Value)> facts, string closing)
    {
        var text = new StringBuilder();
        if (opening.Length > 0) text.Append(opening).Append("\n\n");
        var width = facts.Max(f => f.Name.Length) + 1;
        foreach (var (name, value) in facts) text.Append((name + ":").PadRight(width)).Append(' ').Append(value).Append('\n');
        if (closing.Length > 0) text.Append('\n').Append(closing).Append('\n');
        return text.ToString();
    }

    /// <summary>No pictures, no colours of its own: it looks right in the dark and on a phone.</summary>
    private static string AsHtml(Booking booking, string opening, IEnumerable<(string Name, string Value)> facts, string closing)
    {
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture, $"<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{Html(booking.Title)}</title></head>\n");
        html.Append(CultureInfo.InvariantCulture, $"<body style=\"font-family:sans-serif;line-height:1.5\"><p>{Html(opening)}</p>\n<table role=\"presentation\">\n");
        foreach (var (name, value) in facts)
            html.Append(CultureInfo.InvariantCulture, $"<tr><td style=\"padding:2px 16px 2px 0;vertical-align:top\">{name}</td><td><strong>{Shown(value)}</strong></td></tr>\n");
        html.Append("</table>\n");
        if (closing.Length > 0) html.Append(CultureInfo.InvariantCulture, $"<p>{Html(closing)}</p>\n");
        return html.Append("</body></html>\n").ToString();
    }

    private static string Shown(string value) =>
        value.StartsWith("http", StringComparison.Ordinal) || value.StartsWith("sip:", StringComparison.Ordinal) ? $"<a href=\"{Html(value)}\">{Html(value)}</a>" : Html(value);

    private static string Html(string text) => WebUtility.HtmlEncode(text);
}
