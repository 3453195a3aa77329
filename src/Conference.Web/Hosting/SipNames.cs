using System.Collections.Immutable;
using System.Net;
using Conference.Sip;
using Microsoft.Extensions.Options;

namespace Conference.Web.Hosting;

/// <summary>Names and neighbours of signalling as they are written in the settings: our domains, the proxies in front of us, the name servers.</summary>
/// <param name="Domains">Names that phones register at; empty for every name.</param>
/// <param name="ServiceRoute">URIs without angle brackets.</param>
/// <param name="DnsServers">Empty for those of the system.</param>
/// <param name="Problems">A sentence for each value that cannot be used.</param>
public sealed record SipNames(ImmutableArray<string> Domains, ImmutableArray<string> ServiceRoute, ImmutableArray<IPEndPoint> DnsServers, ImmutableArray<string> Problems)
{
    private const int DnsPort = 53;

    public static SipNames Read(SipOptions options)
    {
        var problems = new List<string>();
        return new SipNames(
            Each(options.Domains, DomainOf, problems),
            Each(options.ServiceRoute, RouteOf, problems),
            Each(options.DnsServers, DnsServerOf, problems),
            [.. problems]);
    }

    private static ImmutableArray<T> Each<T>(string[] words, Func<string, (T? Value, string Problem)> read, List<string> problems)
        where T : class
    {
        var found = ImmutableArray.CreateBuilder<T>();
        foreach (var word in words)
        {
            var (value, problem) = read(word.Trim());
            if (value is not null) found.Add(value);
            else problems.Add(problem);
        }

        return found.ToImmutable();
    }

    /// <summary>Only the name: what stands behind the @ of an address of ours.</summary>
    private static (string?, string) DomainOf(string word) =>
        Uri.CheckHostName(word) is UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6
            ? (word, "")
            : (null, $"Conference:Sip:Domains: '{word}' is not a name. Write only what stands behind the @, for instance example.org.");

    /// <summary>With or without angle brackets.</summary>
    private static (string?, string) RouteOf(string word)
    {
        var uri = word is ['<', .., '>'] ? word[1..^1] : word;
        return SipStackOptions.IsLooseRoute(uri)
            ? (uri, "")
            : (null, $"Conference:Sip:ServiceRoute: '{word}' is not the address of a proxy. Write for instance sip:proxy.example.org;lr.");
    }

    private static (IPEndPoint?, string) DnsServerOf(string word) =>
        IsWholeAddress(word) && IPEndPoint.TryParse(word, out var address)
            ? (address.Port == 0 ? new IPEndPoint(address.Address, DnsPort) : address, "")
            : (null, $"Conference:Sip:DnsServers: '{word}' is not the address of a name server. Write an IP address, for instance 192.0.2.53, [2001:db8::53] or 192.0.2.53:5353.");

    /// <summary>"10" is an address to the library, but to nobody else.</summary>
    private static bool IsWholeAddress(string word) => word.Count(c => c == '.') == 3 || word.Count(c => c == ':') > 1;
}

/// <summary>Ends the start with the sentences of <see cref="SipNames"/>.</summary>
public sealed class SipNamesCheck : IValidateOptions<SipOptions>
{
    public ValidateOptionsResult Validate(string? name, SipOptions options) =>
        SipNames.Read(options).Problems is { IsEmpty: false } problems ? ValidateOptionsResult.Fail(problems) : ValidateOptionsResult.Success;
}
