using System.Text;
using Conference.Infrastructure.Messaging;
using Conference.Infrastructure.Tests.Testing;
using NodaTime;

namespace Conference.Infrastructure.Tests.Messaging;

public sealed class CalendarTests
{
    private static readonly CalendarEvent s_meeting = new(
        CalendarMethod.Request, "uid-1@conference", 0, Some.Monday, Some.Monday.AddHours(5), Some.Monday.AddHours(6), "Europe/Rome", "Budget", "Phone: 600\nPIN: 405162", "Phone 600",
        new CalendarPerson("Anna Rossi", "anna@example.com"), false, [new CalendarPerson("Bob", "bob@example.com")]);

    [Fact]
    public void An_invitation_reads_as_approved() => Golden.Is("request.ics", Calendar.Write(s_meeting));

    [Fact]
    public void A_cancellation_reads_as_approved() =>
        Golden.Is("cancel.ics", Calendar.Write(s_meeting with { Method = CalendarMethod.Cancel, Sequence = 1, Chair = true, Url = new Uri("https://conf.example.com/bookings/1") }));

    [Theory]
    [InlineData("Asia/Kolkata")]
    [InlineData("America/New_York")]
    [InlineData("Australia/Lord_Howe")]
    [InlineData("Europe/Dublin")]
    [InlineData("Africa/Casablanca")]
    public void Each_zone_brings_its_own_rules(string zone) => Golden.Is(zone.Replace('/', '-') + ".ics", Calendar.Write(s_meeting with { Zone = zone }));

    [Fact]
    public void Every_zone_there_is_gives_back_the_moment_that_was_meant()
    {
        foreach (var zone in DateTimeZoneProviders.Tzdb.Ids.Where(id => id is not ("UTC" or "Etc/UTC")))
        {
            for (var month = 0; month < 12; month++)
            {
                var start = Some.Monday.AddDays(month * 30).AddHours(month);
                var text = Calendar.Write(s_meeting with { Zone = zone, Start = start, End = start.AddHours(1) });
                Assert.Equal(start, ReadStart(text));
            }
        }
    }

    [Fact]
    public void The_second_two_o_clock_of_an_autumn_night_is_written_in_utc()
    {
        var second = new DateTimeOffset(2026, 10, 25, 1, 30, 0, TimeSpan.Zero);

        Assert.Contains("DTSTART:20261025T013000Z", Calendar.Write(s_meeting with { Start = second, End = second.AddHours(1) }), StringComparison.Ordinal);
        Assert.Contains("DTSTART;TZID=Europe/Rome:20261025T023000", Calendar.Write(s_meeting with { Start = second.AddHours(-1), End = second.AddHours(1) }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UTC")]
    [InlineData("Nowhere/At_All")]
    public void Without_a_zone_of_its_own_everything_is_in_utc(string zone)
    {
        var text = Calendar.Write(s_meeting with { Zone = zone });

        Assert.Contains("\r\nDTSTART:20260302T140000Z\r\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("VTIMEZONE", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a;b,c\\d\nnew", @"a\;b\,c\\d\nnew")]
    [InlineData("x\r\nATTENDEE:mailto:v@evil.test", @"x\nATTENDEE:mailto:v@evil.test")]
    [InlineData("x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:evil", @"x\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:evil")]
    [InlineData("x\rBEGIN:VALARM\rACTION:PROCEDURE", @"x\nBEGIN:VALARM\nACTION:PROCEDURE")]
    [InlineData("x\u0085y\u2028z\u2029\f", @"x\ny\nz\n\n")]
    [InlineData("\u0007bell\0", " bell ")]
    [InlineData("\t lead", "\t lead")]
    [InlineData("", "")]
    public void No_text_leaves_its_property(string text, string written)
    {
        var calendar = Calendar.Write(s_meeting with { Summary = text, Description = text, Location = text, Organizer = new CalendarPerson(text, "anna@example.com"), Attendees = [new CalendarPerson(text, "bob@example.com")] });

        Assert.Equal(1, Lines(calendar).Count(l => l == "BEGIN:VEVENT"));
        Assert.Equal(1, Lines(calendar).Count(l => l.StartsWith("ATTENDEE", StringComparison.Ordinal)));
        Assert.DoesNotContain(Lines(calendar), l => l.StartsWith("BEGIN:VALARM", StringComparison.Ordinal));
        Assert.Contains($"SUMMARY:{written}", Lines(calendar));
    }

    [Fact]
    public void A_name_cannot_close_its_quotes() =>
        Assert.Contains("ORGANIZER;CN=\"'quoted':CN\":mailto:anna@example.com", Lines(Calendar.Write(s_meeting with { Organizer = new CalendarPerson("\"quoted\":CN", "anna@example.com") })));

    [Fact]
    public void Somebody_whose_address_is_none_is_left_out() =>
        Assert.DoesNotContain("evil", Calendar.Write(s_meeting with { Attendees = [new CalendarPerson("", "a@b.com\r\nX-EVIL:1")] }), StringComparison.Ordinal);

    [Fact]
    public void Lines_are_folded_before_the_76th_octet_and_never_inside_a_character()
    {
        var text = Calendar.Write(s_meeting with { Summary = string.Concat(Enumerable.Repeat("😀é漢a", 60)) });

        Assert.All(text.Split("\r\n"), l => Assert.True(Encoding.UTF8.GetByteCount(l) <= 75, l));
        Assert.DoesNotContain('\uFFFD', text);
        Assert.Contains("SUMMARY:" + string.Concat(Enumerable.Repeat("😀é漢a", 60)), Lines(text));
    }

    private static string[] Lines(string calendar) => calendar.Replace("\r\n ", "", StringComparison.Ordinal).Split("\r\n");

    /// <summary>What a calendar program makes of DTSTART with nothing but the rules in the same file.</summary>
    private static DateTimeOffset ReadStart(string calendar)
    {
        var lines = Lines(calendar);
        var value = lines.Single(l => l.StartsWith("DTSTART;TZID", StringComparison.Ordinal) || (l.StartsWith("DTSTART", StringComparison.Ordinal) && l.EndsWith('Z'))).Split(':')[1];
        var local = DateTime.ParseExact(value.TrimEnd('Z'), "yyyyMMdd'T'HHmmss", null);
        if (value.EndsWith('Z')) return new DateTimeOffset(local, TimeSpan.Zero);
        var rules = lines.Index().Where(l => l.Item is "BEGIN:STANDARD" or "BEGIN:DAYLIGHT")
            .Select(l => (From: DateTime.ParseExact(lines[l.Index + 1].Split(':')[1], "yyyyMMdd'T'HHmmss", null), To: lines[l.Index + 3].Split(':')[1]));
        var offset = rules.Where(r => r.From <= local).MaxBy(r => r.From).To;
        var span = TimeSpan.ParseExact(offset[1..], ["hhmm", "hhmmss"], null);
        return new DateTimeOffset(local, offset[0] == '-' ? -span : span);
    }
}
