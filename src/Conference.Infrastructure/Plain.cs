using System.Text;

namespace Conference.Infrastructure;

/// <summary>Words from outside made harmless for one line of a header, a table or a report.</summary>
public static class Plain
{
    /// <summary>One line without control characters, without marks that turn the writing direction and without broken surrogates.</summary>
    /// <param name="most">Longest result in UTF-16 units; a surrogate pair is never cut.</param>
    public static string Line(string? text, int most = 200)
    {
        var line = new StringBuilder(Math.Min(text?.Length ?? 0, most));
        foreach (var rune in (text ?? "").EnumerateRunes())
        {
            if (TurnsDirection(rune.Value)) continue;
            if (line.Length + rune.Utf16SequenceLength > most) break;
            line.Append(IsControl(rune) ? " " : rune.ToString());
        }

        return line.ToString().Trim();
    }

    /// <summary>C0, C1, and the separators that some readers take for a line end.</summary>
    private static bool IsControl(Rune rune) => Rune.IsControl(rune) || rune.Value is 0x2028 or 0x2029;

    private static bool TurnsDirection(int c) => c is (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069) or 0x200E or 0x200F or 0x061C;
}
