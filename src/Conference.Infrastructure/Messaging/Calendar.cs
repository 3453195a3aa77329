using System.Collections.Immutable;
using System.Globalization;
using Conference.Core.Bookings;
using NodaTime;
using NodaTime.TimeZones;

namespace Conference.Infrastructure.Messaging;

/// <summary>What happens to the event in the recipient's calendar (RFC 5546 §3.2).</summary>
internal enum CalendarMethod
{
    Request,
    Cancel,
}

/// <param name="Name">May be empty.</param>
internal sealed record CalendarPerson(string Name, string Address);

/// <param name="Uid">The same in every message about this event.</param>
/// <param name="Sequence">One higher with each change.</param>
/// <param name="Stamp">When this message was made.</param>
/// <param name="Zone">IANA zone the times were meant in.</param>
/// <param name="Chair">The organizer attends as well and has accepted: in their own copy.</param>
/// <param name="Url">A page about it, or <see langword="null"/>.</param>
internal sealed record CalendarEvent(
    CalendarMethod Method,
    string Uid,
    int Sequence,
    DateTimeOffset Stamp,
    DateTimeOffset Start,
    DateTimeOffset End,
    string Zone,
    string Summary,
    string Description,
    string Location,
    CalendarPerson Organizer,
    bool Chair,
    ImmutableArray<CalendarPerson> Attendees,
    Uri? Url = null);

/// <summary>Writes one event as an iCalendar object (RFC 5545) with an iTIP method (RFC 5546).</summary>
internal static class Calendar
{
    public static string Write(CalendarEvent e)
    {
        var zone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(e.Zone) is { } known && known.Id is not ("UTC" or "Etc/UTC") ? known : null;
        var lines = new List<string> { "BEGIN:VCALENDAR", "PRODID:-//Conference//Conference//EN", "VERSION:2.0", "CALSCALE:GREGORIAN", $"METHOD:{Word(e.Method)}" };
        if (zone is not null) lines.AddRange(CalendarZone.Write(zone, e.Start, e.End));
        lines.AddRange(["BEGIN:VEVENT", $"UID:{e.Uid}", $"SEQUENCE:{e.Sequence.ToString(CultureInfo.InvariantCulture)}", $"DTSTAMP:{Utc(e.Stamp)}"]);
        lines.AddRange([Moment("DTSTART", e.Start, zone), Moment("DTEND", e.End, zone)]);
        lines.AddRange([$"SUMMARY:{CalendarText.Escape(e.Summary)}", $"DESCRIPTION:{CalendarText.Escape(e.Description)}", $"LOCATION:{CalendarText.Escape(e.Location)}"]);
        lines.AddRange(People(e));
        if (e.Url is not null) lines.Add($"URL:{e.Url.AbsoluteUri}");
        lines.AddRange([$"STATUS:{(e.Method == CalendarMethod.Cancel ? "CANCELLED" : "CONFIRMED")}", "TRANSP:OPAQUE", "END:VEVENT", "END:VCALENDAR"]);
        return string.Concat(lines.Select(CalendarText.Fold));
    }

    public static string Word(CalendarMethod method) => method == CalendarMethod.Cancel ? "CANCEL" : "REQUEST";

    private static IEnumerable<string> People(CalendarEvent e)
    {
        yield return $"ORGANIZER{Name(e.Organizer)}:mailto:{e.Organizer.Address}";
        if (e.Chair) yield return $"ATTENDEE{Name(e.Organizer)};ROLE=CHAIR;PARTSTAT=ACCEPTED:mailto:{e.Organizer.Address}";
        foreach (var person in e.Attendees.Where(p => EmailAddress.TryParse(p.Address, out _)))
            yield return $"ATTENDEE{Name(person)};CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:{person.Address}";
    }

    private static string Name(CalendarPerson person) => CalendarText.Parameter(person.Name) is { Length: > 0 } name ? $";CN=\"{name}\"" : "";

    /// <summary>Local time with its zone; in UTC where a local time would mean another moment: the second two o'clock of an autumn night (RFC 5545 §3.3.5).</summary>
    private static string Moment(string property, DateTimeOffset at, DateTimeZone? zone)
    {
        if (zone is null) return $"{property}:{Utc(at)}";
        var instant = Instant.FromUnixTimeSeconds(at.ToUnixTimeSeconds());
        var local = instant.InZone(zone).LocalDateTime;
        return zone.MapLocal(local).First().ToInstant() == instant
            ? $"{property};TZID={zone.Id}:{local.ToString("uuuuMMdd'T'HHmmss", CultureInfo.InvariantCulture)}"
            : $"{property}:{Utc(at)}";
    }

    private static string Utc(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
}

/// <summary>The rules of a zone around an event (RFC 5545 §3.6.5), one observance per change of the clocks.</summary>
internal static class CalendarZone
{
    private const string Local = "uuuuMMdd'T'HHmmss";

    public static IEnumerable<string> Write(DateTimeZone zone, DateTimeOffset start, DateTimeOffset end)
    {
        yield return "BEGIN:VTIMEZONE";
        yield return $"TZID:{zone.Id}";
        foreach (var observance in zone.GetZoneIntervals(Years(start, end))) foreach (var line in Observance(zone, observance)) yield return line;
        yield return "END:VTIMEZONE";
    }

    /// <summary>The whole years the event touches, and the one before: some programs look for the rule in force at midnight of New Year.</summary>
    private static Interval Years(DateTimeOffset start, DateTimeOffset end) =>
        new(Instant.FromUtc(start.UtcDateTime.Year - 1, 12, 31, 0, 0), Instant.FromUtc(end.UtcDateTime.Year + 1, 1, 2, 0, 0));

    private static string[] Observance(DateTimeZone zone, ZoneInterval at)
    {
        var kind = at.Savings > NodaTime.Offset.Zero ? "DAYLIGHT" : "STANDARD";
        var before = at.HasStart ? zone.GetZoneInterval(at.Start - Duration.Epsilon).WallOffset : at.WallOffset;
        var begins = at.HasStart ? at.Start.WithOffset(before).LocalDateTime.ToString(Local, CultureInfo.InvariantCulture) : "19700101T000000";
        return [$"BEGIN:{kind}", $"DTSTART:{begins}", $"TZOFFSETFROM:{Offset(before)}", $"TZOFFSETTO:{Offset(at.WallOffset)}", $"TZNAME:{CalendarText.Escape(at.Name)}", $"END:{kind}"];
    }

    private static string Offset(Offset offset)
    {
        var span = offset.ToTimeSpan().Duration();
        var sign = offset.Seconds < 0 ? '-' : '+';
        return span.Seconds == 0 ? $"{sign}{span:hhmm}" : $"{sign}{span:hhmmss}";
    }
}
