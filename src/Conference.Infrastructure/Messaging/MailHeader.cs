namespace Conference.Infrastructure.Messaging;

/// <summary>Free text in a header, as encoded words wherever it is not plainly plain (RFC 2047).</summary>
internal static class MailHeader
{
    /// <summary>Octets before base64 in one encoded word: 75 characters at most with <c>=?utf-8?B?</c> and <c>?=</c> around them (RFC 2047 §2), and the first line also carries the header's name.</summary>
    private const int WordOctets = 39;

    /// <summary>A whole header line; empty text becomes a word that says so.</summary>
    public static string Text(string header, string text) =>
        (Plain.Line(text, 300) is { Length: > 0 } line ? Words(header, line) : $"{header}: Conference") + "\r\n";

    /// <summary>The header with its text, without the last line end. What looks like an encoded word already is encoded, so it is shown as it was typed.</summary>
    public static string Words(string header, string text) =>
        IsPlain(text) && header.Length + 2 + text.Length <= 76 ? $"{header}: {text}" : $"{header}: {string.Join("\r\n ", Encoded(text))}";

    private static bool IsPlain(string text) => text.All(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '-' or '\'' or '!' or '/');

    private static IEnumerable<string> Encoded(string text)
    {
        var word = new List<byte>(WordOctets);
        Span<byte> utf8 = stackalloc byte[4];
        var words = new List<string>();
        foreach (var rune in text.EnumerateRunes())
        {
            var length = rune.EncodeToUtf8(utf8);
            if (word.Count + length > WordOctets) Flush();
            word.AddRange(utf8[..length]); // a character is never divided between words (RFC 2047 §5)
        }

        Flush();
        return words;

        void Flush()
        {
            words.Add($"=?utf-8?B?{Convert.ToBase64String([.. word])}?=");
            word.Clear();
        }
    }
}
