using System.Collections.Frozen;
using System.Collections.Immutable;
using Conference.Core.Routing;
using Microsoft.Extensions.Localization;

namespace Conference.Web.Features.Trunks;

/// <summary>Headers as people type them, a line each: <c>X-Account: 4711</c>. Those that calls are routed, proved or carried by are ours alone.</summary>
internal static class ExtraHeaderText
{
    private const int Most = 10;
    private const int LongestName = 60;
    private const int LongestValue = 300;

    private static readonly FrozenSet<string> s_ours = new[]
    {
        "Via", "From", "To", "Call-ID", "CSeq", "Contact", "Max-Forwards", "Route", "Record-Route", "Content-Length", "Content-Type", "Content-Encoding", "Content-Disposition",
        "Authorization", "Proxy-Authorization", "WWW-Authenticate", "Proxy-Authenticate", "Require", "Proxy-Require", "Supported", "Unsupported", "Allow", "Accept",
        "Session-Expires", "Min-SE", "RAck", "RSeq", "Event", "Expires", "Min-Expires", "Refer-To", "Referred-By", "Replaces", "Join", "Path", "Service-Route",
        "P-Asserted-Identity", "P-Preferred-Identity", "Remote-Party-ID", "Privacy", "Diversion", "History-Info", "Identity",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static ImmutableArray<ExtraHeader> Read(string? text, Action<string> complain, IStringLocalizer<SharedWords> T)
    {
        var headers = ImmutableArray.CreateBuilder<ExtraHeader>();
        foreach (var line in (text ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var (name, value) = colon > 0 ? (line[..colon].Trim(), line[(colon + 1)..].Trim()) : ("", "");
            if (!IsToken(name) || value.Length is 0 or > LongestValue || value.Any(char.IsControl)) complain(T["“{0}” is no header. Write a name, a colon and a value on each line: X-Account: 4711.", Cut(line)]);
            else if (name.Length == 1 || s_ours.Contains(name)) complain(T["The header {0} is written by this server; others may be added.", name]);
            else if (headers.Count == Most) complain(T["At most {0} headers.", Most]);
            else headers.Add(new ExtraHeader(name, value));
        }

        return headers.ToImmutable();
    }

    private static bool IsToken(string name) => name.Length is > 0 and <= LongestName && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '!' or '%' or '*' or '+' or '`' or '\'' or '~');

    private static string Cut(string line) => line.Length > 50 ? line[..50] : line;
}
