using System.Globalization;
using System.Text;

namespace Conference.Web.Features.Recordings;

/// <summary>What a downloaded recording is called: "2026-11-21 1430 Budget.wav", good on every system.</summary>
public static class FileName
{
    private const int LongestTitle = 80;
    private const int LongestName = 40;

    /// <param name="who">Whose track it is; empty for the mix.</param>
    /// <param name="kind">What it ends with.</param>
    public static string Of(string title, DateTimeOffset local, string who = "", string kind = "wav")
    {
        var name = new StringBuilder(local.ToString("yyyy-MM-dd HHmm", CultureInfo.InvariantCulture)).Append(' ');
        Append(name, title, LongestTitle);
        if (who.Length > 0) Append(name.Append(" - "), who, LongestTitle + LongestName);
        return $"{name.ToString().Trim(' ', '.')}.{kind}";
    }

    private static void Append(StringBuilder name, string text, int longest)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (name.Length > longest) break;
            name.Append(IsPlain(rune) ? rune.ToString() : "_");
        }
    }

    /// <summary>Letters, digits and harmless marks; nothing that is a path, a wildcard or invisible somewhere.</summary>
    private static bool IsPlain(Rune rune) => Rune.IsLetterOrDigit(rune) || rune.Value is ' ' or '-' or '_' or '.' or ',' or '(' or ')' or '\'' or '’';
}
