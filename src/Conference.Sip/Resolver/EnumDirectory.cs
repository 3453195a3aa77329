using System.Text;
using System.Text.RegularExpressions;
using Conference.Sip.Messages;

namespace Conference.Sip.Resolver;

/// <inheritdoc/>
internal sealed class EnumDirectory(IDns dns, TimeProvider time) : IEnumDirectory
{
    private const int LongestNumber = 15; // E.164
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    public async Task<string?> FindAsync(string e164, string suffix, CancellationToken cancel)
    {
        var digits = string.Concat(e164.Where(char.IsAsciiDigit));
        if (digits.Length is 0 or > LongestNumber) return null;
        try
        {
            var answer = await dns.AskAsync($"{string.Join('.', digits.Reverse())}.{suffix.Trim('.')}", DnsType.Naptr).WaitAsync(Limit, time, cancel);
            return answer.Of<DnsRecord.Naptr>()
                .Where(IsSip)
                .OrderBy(n => n.Order).ThenBy(n => n.Preference)
                .Select(n => Rewrite(n.Regexp, "+" + digits))
                .FirstOrDefault(u => u is not null);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <summary>Applies the rule of a record, <c>!pattern!replacement!flags</c> (RFC 3402 §3.2), to a number.</summary>
    /// <remarks>The pattern is a stranger's: it runs in linear time, or not at all.</remarks>
    internal static string? Rewrite(string rule, string number)
    {
        if (rule.Length is < 4 or > 255 || rule.Split(rule[0]) is not ["", var pattern, var replacement, var flags]) return null;
        try
        {
            var options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | (flags.Contains('i', StringComparison.Ordinal) ? RegexOptions.IgnoreCase : 0);
            var match = Regex.Match(number, pattern, options, TimeSpan.FromMilliseconds(50));
            return match.Success ? SipOnly(Fill(replacement, match)) : null;
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException or RegexMatchTimeoutException)
        {
            return null;
        }
    }

    private static bool IsSip(DnsRecord.Naptr record) =>
        record.Flags.Equals("u", StringComparison.OrdinalIgnoreCase)
        && record.Services.Split('+') is [var first, .. var rest]
        && (first.Equals("E2U", StringComparison.OrdinalIgnoreCase) ? rest.Any(IsSipService) : IsSipService(first) && rest is ["E2U" or "e2u"]);

    private static bool IsSipService(string service) => service.Split(':')[0].Equals("sip", StringComparison.OrdinalIgnoreCase);

    /// <summary>\1 to \9 stand for what the pattern's parentheses matched.</summary>
    private static string Fill(string replacement, Match match)
    {
        var text = new StringBuilder();
        for (var i = 0; i < replacement.Length; i++)
        {
            if (replacement[i] != '\\' || i + 1 == replacement.Length) text.Append(replacement[i]);
            else if (char.IsAsciiDigit(replacement[++i])) text.Append(match.Groups[replacement[i] - '0'].Value);
            else text.Append(replacement[i]);
        }

        return text.ToString();
    }

    private static string? SipOnly(string uri) =>
        uri.All(c => c is > ' ' and < '\x7f') && SipUri.TryParse(Encoding.ASCII.GetBytes(uri), out var read) && read.IsSip ? uri : null;
}
