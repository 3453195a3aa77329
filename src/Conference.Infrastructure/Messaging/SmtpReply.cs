using System.Collections.Immutable;

namespace Conference.Infrastructure.Messaging;

/// <summary>One answer of a mail server (RFC 5321 §4.2).</summary>
/// <param name="Code">Three digits.</param>
/// <param name="Lines">The text of each line, without code.</param>
internal sealed record SmtpReply(int Code, ImmutableArray<string> Lines)
{
    /// <summary>A server that says more than this is not one.</summary>
    public const int MostLines = 100;

    /// <summary>RFC 5321 §4.5.3.1.5 says 512; some greet longer.</summary>
    public const int LongestLine = 2000;

    public bool IsGood => Code is >= 200 and < 400;

    public bool IsFinal => Code >= 500;

    /// <summary>What stands after a keyword in the answer to EHLO, or <see langword="null"/> when it is not offered.</summary>
    public string? Offers(string keyword) => Lines.Skip(1)
        .Where(l => l.StartsWith(keyword, StringComparison.OrdinalIgnoreCase) && (l.Length == keyword.Length || l[keyword.Length] is ' ' or '='))
        .Select(l => l[keyword.Length..].Trim(' ', '='))
        .FirstOrDefault();

    public override string ToString() => Plain.Line($"{Code} {string.Join(' ', Lines)}", 300);

    /// <summary>Reads one line of an answer.</summary>
    /// <returns><see langword="false"/> when it is not one; <paramref name="last"/> says whether the answer ends with it.</returns>
    public static bool TryReadLine(string line, out int code, out string text, out bool last)
    {
        (code, text, last) = (0, "", false);
        if (line.Length < 3 || line.AsSpan(0, 3).ContainsAnyExceptInRange('0', '9')) return false;
        code = int.Parse(line.AsSpan(0, 3), System.Globalization.CultureInfo.InvariantCulture);
        if (code is < 200 or > 599 || (line.Length > 3 && line[3] is not (' ' or '-'))) return false;
        last = line.Length == 3 || line[3] == ' ';
        text = line.Length > 4 ? line[4..] : "";
        return true;
    }
}
