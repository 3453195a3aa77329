using System.Text;

namespace Conference.Infrastructure.Messaging;

/// <summary>How words stand in an iCalendar line without becoming one of their own.</summary>
internal static class CalendarText
{
    private const int LongestLine = 75; // octets, without the line end (RFC 5545 §3.1)

    /// <summary>A TEXT value (RFC 5545 §3.3.11): every line end of any alphabet becomes <c>\n</c>, other control characters a blank.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var rune in text.ReplaceLineEndings("\n").EnumerateRunes())
            escaped.Append(rune.Value switch
            {
                '\n' => "\\n",
                '\\' => "\\\\",
                ';' => "\\;",
                ',' => "\\,",
                '\t' => "\t",
                _ when Rune.IsControl(rune) => " ",
                _ => rune.ToString(),
            });
        return escaped.ToString();
    }

    /// <summary>A quoted parameter value: it may hold everything but a double quote and control characters (RFC 5545 §3.2).</summary>
    public static string Parameter(string text) => Plain.Line(text).Replace('"', '\'');

    /// <summary>The line with its end, continued after 75 octets and never inside a character.</summary>
    public static string Fold(string line)
    {
        var folded = new StringBuilder(line.Length + 16);
        var octets = 0;
        foreach (var rune in line.EnumerateRunes())
        {
            if (octets + rune.Utf8SequenceLength > LongestLine)
            {
                folded.Append("\r\n ");
                octets = 1;
            }

            folded.Append(rune.ToString());
            octets += rune.Utf8SequenceLength;
        }

        return folded.Append("\r\n").ToString();
    }
}
