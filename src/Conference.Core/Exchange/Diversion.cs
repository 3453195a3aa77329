using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Conference.Core.Accounts;
using Conference.Core.Calls;
using Conference.Core.Routing;

namespace Conference.Core.Exchange;

/// <summary>Who sent a call on, and why: what whoever is called instead may read (RFC 5806, RFC 7044).</summary>
/// <param name="Number">The extension that did.</param>
/// <param name="Cause">The word of RFC 5806.</param>
/// <param name="Counter">How often the call was sent on by now.</param>
internal sealed partial record Diversion(string Number, string Cause, int Counter)
{
    private const string Short = "Diversion";
    private const string Long = "History-Info";
    private const int Most = 100; // whoever claims more is past every limit anyway

    /// <summary>The number of Cause in SIP (RFC 4458 §3.4, RFC 7544 §7.3).</summary>
    private int Status => Cause switch
    {
        "user-busy" => 486,
        "no-answer" => 408,
        "deflection" => 487,
        "unavailable" => 503,
        _ => 302,
    };

    /// <summary>How often a call was sent on before it came to us, as far as it says so.</summary>
    public static int Before(string? diversion, string? history)
    {
        var entries = Index().Count(history ?? "");
        var said = Counts().Matches(diversion ?? "").Sum(m => int.Parse(m.ValueSpan[(m.Value.LastIndexOf('=') + 1)..], CultureInfo.InvariantCulture));
        return Math.Clamp(Math.Max(entries - 1, Math.Max(said, Address().Count(diversion ?? ""))), 0, Most);
    }

    /// <summary>Headers without the story of another house, or of an earlier step.</summary>
    public static ImmutableArray<(string Name, string Value)> Without(ImmutableArray<(string Name, string Value)> headers) =>
        [.. headers.Where(h => h.Name is not (Short or Long))];

    /// <summary>As phones of the house read it.</summary>
    public (string Name, string Value) ForPhones(string house) => Shortly(Number, house);

    /// <summary>As a provider wants to read it: under a number of its own, and not at all when the extension hides.</summary>
    /// <param name="trunk">The provider.</param>
    /// <param name="payer">Who sent the call on.</param>
    /// <param name="uri">Who is called instead.</param>
    public ImmutableArray<(string Name, string Value)> For(TrunkPlan trunk, ExtensionCard? payer, string uri)
    {
        var identity = TrunkIdentity.Outgoing(trunk, payer, isEmergency: false);
        var number = TrunkIdentity.Shown(identity);
        if (number.Length == 0) return [];
        return trunk.Redirection switch
        {
            RedirectionStyle.Diversion => [Shortly(number, trunk.Line.Domain)],
            RedirectionStyle.HistoryInfo => [AtLength(number, trunk.Line.Domain, uri)],
            RedirectionStyle.Both => [Shortly(number, trunk.Line.Domain), AtLength(number, trunk.Line.Domain, uri)],
            _ => [],
        };
    }

    private (string, string) Shortly(string number, string host) => (Short, $"<sip:{Escaped(number)}@{host}>;reason={Cause};counter={Counter}");

    /// <summary>First who was called, with why he did not take it; then who is called instead (RFC 7044 §10).</summary>
    private (string, string) AtLength(string number, string host, string uri) =>
        (Long, $"<sip:{Escaped(number)}@{host}?Reason=SIP%3Bcause%3D{Status}>;index=1, <{uri};cause={Status}>;index=1.1;mp=1");

    private static string Escaped(string number) => number.Replace("#", "%23", StringComparison.Ordinal);

    [GeneratedRegex(@";\s*index\s*=", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Index();

    [GeneratedRegex(@";\s*counter\s*=[0-9]{1,3}", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Counts();

    [GeneratedRegex("<(?:sips?|tel):", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Address();
}
