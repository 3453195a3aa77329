using System.Text;

namespace Conference.Infrastructure.Messaging;

/// <summary>Text as printable ASCII in lines of at most 76 characters (RFC 2045 §6.7).</summary>
internal static class QuotedPrintable
{
    private const int LongestLine = 76;

    public static string Encode(string text)
    {
        var coded = new StringBuilder(text.Length + (text.Length / 8));
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n')) Line(coded, line);
        return coded.ToString(0, coded.Length - 2);
    }

    private static void Line(StringBuilder coded, string line)
    {
        var octets = Encoding.UTF8.GetBytes(line);
        var column = 0;
        for (var i = 0; i < octets.Length; i++)
        {
            var piece = Octet(octets[i], isLast: i == octets.Length - 1);
            if (column + piece.Length > LongestLine - 1)
            {
                coded.Append("=\r\n"); // soft line break
                column = 0;
            }

            coded.Append(piece);
            column += piece.Length;
        }

        coded.Append("\r\n");
    }

    /// <summary>Blanks at a line's end are coded, because servers on the way trim them.</summary>
    private static string Octet(byte octet, bool isLast) =>
        octet is (> 32 and < 127 and not (byte)'=') || (octet is 32 or 9 && !isLast) ? ((char)octet).ToString() : $"={octet:X2}";
}
