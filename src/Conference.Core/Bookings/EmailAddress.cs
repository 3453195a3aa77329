using System.Globalization;

namespace Conference.Core.Bookings;

/// <summary>An address that mail can be sent to: strict enough to stand in an SMTP command and a header as it is.</summary>
/// <remarks>
/// Narrower than RFC 5321 §4.1.2 on purpose: no quoted local parts, no address literals, no percent hack, no comments, a domain with a dot.
/// International domains become their ASCII form (RFC 5891); a local part in other scripts is kept and needs SMTPUTF8 (RFC 6531).
/// </remarks>
public readonly record struct EmailAddress
{
    private static readonly IdnMapping s_idn = new() { UseStd3AsciiRules = true };

    private EmailAddress(string local, string domain) => (Local, Domain) = (local, domain);

    public string Local { get; }

    /// <summary>In ASCII, lower case.</summary>
    public string Domain { get; }

    /// <summary>Whether the mail server must know SMTPUTF8 to take it.</summary>
    public bool NeedsUtf8 => Local.Any(c => c > 127);

    public override string ToString() => $"{Local}@{Domain}";

    /// <summary>Reads one address; surrounding blanks are forgiven.</summary>
    /// <returns><see langword="false"/> for everything that is not exactly one usable address.</returns>
    public static bool TryParse(string? text, out EmailAddress address)
    {
        address = default;
        text = text?.Trim(' ');
        if (text is null || text.Length > Invitee.EmailLength || text.IndexOf('@') is var at && (at < 1 || at != text.LastIndexOf('@'))) return false;
        var local = text[..at];
        if (!IsLocal(local) || AsciiDomain(text[(at + 1)..]) is not { } domain || local.Length + domain.Length + 1 > Invitee.EmailLength) return false;
        address = new EmailAddress(local, domain);
        return true;
    }

    /// <summary>A dot-atom (RFC 5322 §3.2.3) of at most 64 octets; a leading dash could be taken for an option by a mail program.</summary>
    private static bool IsLocal(string local) =>
        System.Text.Encoding.UTF8.GetByteCount(local) <= 64
        && local[0] is not ('.' or '-') && local[^1] != '.' && !local.Contains("..", StringComparison.Ordinal)
        && !local.StartsWith("=?", StringComparison.Ordinal)
        && local.All(IsAtom);

    private static bool IsAtom(char c) => c <= 127
        ? char.IsAsciiLetterOrDigit(c) || "!#$&'*+-/=?^_`{|}~.".Contains(c, StringComparison.Ordinal)
        : char.IsLetterOrDigit(c) || CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    private static string? AsciiDomain(string domain)
    {
        if (domain.Length == 0 || domain.Any(c => c <= 127 && !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-'))) return null;
        try
        {
            var ascii = s_idn.GetAscii(domain).ToLowerInvariant();
            return ascii.Contains('.', StringComparison.Ordinal) && ascii.Split('.').All(IsLabel) ? ascii : null;
        }
        catch (ArgumentException) // the framework's only way to say that it is not a domain
        {
            return null;
        }
    }

    private static bool IsLabel(string label) => label.Length is >= 1 and <= 63 && label[0] != '-' && label[^1] != '-';
}
