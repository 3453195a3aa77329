using System.Globalization;
using System.Text;

namespace Conference.Web.Features.Recordings;

/// <summary>What a downloaded recording is called: "2026-11-21 1430 Budget.wav", good on every system.</summary>
public static class FileName
{
    private const int LongestTitle = 80;

    public static string Of(string title, DateTimeOffset local)
    {
        var name = new StringBuilder(local.ToString("yyyy-MM-dd HHmm", CultureInfo.InvariantCulture)).Append(' ');
        foreach (var rune in title.EnumerateRunes())
        {
            if (name.Length > LongestTitle) break;
            name.Append(IsPlain(rune) ? rune.ToString() : "_");
        }

        return $"{name.ToString().Trim(' ', '.')}.wav";
    }

    /// <summary>Letters, digits and harmless marks; nothing that is a path, a wildcard or invisible somewhere.</summary>
    private static bool IsPlain(Rune rune) => Rune.IsLetterOrDigit(rune) || rune.Value is ' ' or '-' or '_' or '.' or ',' or '(' or ')' or '\'' or '’';
}
