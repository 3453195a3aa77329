using System.Text;
using System.Text.RegularExpressions;

namespace Conference.Sip.Tracing;

/// <summary>A message as people may read it: what proves an identity, opens a voice or was typed on a key pad is replaced.</summary>
/// <remarks>Works on text and not on the index, so that it also holds for messages no parser understands. Every pattern runs in linear time.</remarks>
internal static partial class Redaction
{
    private const string Removed = "(removed)";

    public static string Of(ReadOnlySpan<byte> message)
    {
        var text = Encoding.UTF8.GetString(message);
        var blank = BlankLine().Match(text);
        if (!blank.Success) return Whole(text);
        var head = Folded().Replace(text[..blank.Index], " ");
        return Head(head) + blank.Value + Body(head, text[(blank.Index + blank.Length)..]);
    }

    /// <summary>Nobody knows where the body of such a message begins: the rules of both are for all of it.</summary>
    private static string Whole(string text)
    {
        text = Folded().Replace(text, " ");
        return Private().IsMatch(text) ? Removed : Body("", Head(text));
    }

    private static string Head(string head)
    {
        head = Credentials().Replace(head, m => m.Groups["name"].Value + Proof(m.Groups["value"].Value));
        return UriPassword().Replace(head, $"$1:{Removed}@");
    }

    /// <summary>Digest keeps everything but what was computed from the secret; other schemes carry the secret itself.</summary>
    private static string Proof(string value) =>
        value.TrimStart().StartsWith("Digest", StringComparison.OrdinalIgnoreCase) || value.Contains("rspauth", StringComparison.OrdinalIgnoreCase)
            ? Response().Replace(value, $"$1={Removed}")
            : $" {Removed}";

    private static string Body(string head, string body)
    {
        if (body.Length == 0) return "";
        if (Private().IsMatch(head)) return Removed;
        body = Keys().Replace(body, $"$1{Removed}");
        return UriPassword().Replace(body, $"$1:{Removed}@");
    }

    /// <summary>The end of the head, also of those who end lines with LF alone.</summary>
    [GeneratedRegex(@"\r?\n\r?\n", RegexOptions.NonBacktracking)]
    private static partial Regex BlankLine();

    [GeneratedRegex(@"(\r\n|\r|\n)[ \t]+", RegexOptions.NonBacktracking)]
    private static partial Regex Folded();

    [GeneratedRegex(@"^(?<name>(Proxy-)?(Authorization|Authentication-Info)[ \t]*:)(?<value>[^\r\n]*)", RegexOptions.Multiline | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Credentials();

    [GeneratedRegex("""(response|rspauth)[ \t]*=[ \t]*("[^"]*"?|[^,\s]*)""", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Response();

    /// <summary>sip:user:password@host</summary>
    [GeneratedRegex(@"(sips?:[^\s:@<>""]+):[^\s@<>""]+@", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex UriPassword();

    /// <summary>Keys pressed and words written are nobody's business: MESSAGE, INFO, and whatever calls itself DTMF or KPML.</summary>
    [GeneratedRegex(@"\A(MESSAGE|INFO)[ \t]|^(Content-Type|c)[ \t]*:[ \t]*[^\r\n]*(dtmf|kpml)|^CSeq[ \t]*:[^\r\n]*[ \t](MESSAGE|INFO)[ \t]*\r?$", RegexOptions.Multiline | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Private();

    /// <summary>SDES keys, ICE passwords, keys of RFC 4566 and MIKEY.</summary>
    [GeneratedRegex(@"(inline:|^a=ice-pwd:|^k=|^a=key-mgmt:)[^\r\n]*", RegexOptions.Multiline | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Keys();
}
