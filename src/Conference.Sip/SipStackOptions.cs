using System.Collections.Immutable;
using System.Net;
using System.Net.Security;
using System.Text;
using Conference.Sip.Messages;

namespace Conference.Sip;

/// <summary>One address to listen on.</summary>
/// <param name="Transport">"udp", "tcp" or "tls".</param>
/// <param name="Address">Address and port; 0.0.0.0 means every address, port 0 a free one.</param>
public sealed record SipListen(string Transport, IPEndPoint Address)
{
    private const string HostIs = ";host=";

    /// <summary>What peers of this listener are told it is called (Contact, Via), whoever they are; <see langword="null"/> for what holds everywhere.</summary>
    /// <remarks>Some providers take requests only from a name that stands in our certificate.</remarks>
    public string? Host { get; init; }

    /// <summary>
    /// Reads "udp://0.0.0.0:5060" or "tls://[::]:5061;host=sip.example.org"; the port may be left out (5060, and 5061 for TLS).
    /// </summary>
    /// <returns>The listener, or <see langword="null"/> with a sentence an operator can act on.</returns>
    public static SipListen? Parse(string text, out string problem)
    {
        var host = text.IndexOf(HostIs, StringComparison.OrdinalIgnoreCase);
        if (host < 0) return ParsePlace(text, out problem);
        var name = text[(host + HostIs.Length)..].Trim();
        if (Uri.CheckHostName(name) != UriHostNameType.Unknown) return ParsePlace(text[..host], out problem) is { } place ? place with { Host = name } : null;
        problem = $"'{text}' has no name after {HostIs}. Write for instance tls://0.0.0.0:5061;host=sip.example.org.";
        return null;
    }

    private static SipListen? ParsePlace(string text, out string problem)
    {
        problem = "";
        var at = text.IndexOf("://", StringComparison.Ordinal);
        var transport = at > 0 ? text[..at].ToLowerInvariant() : "";
        if (transport is not ("udp" or "tcp" or "tls"))
        {
            problem = $"'{text}' does not begin with udp://, tcp:// or tls://. Write for instance udp://0.0.0.0:5060.";
            return null;
        }

        if (!IPEndPoint.TryParse(text[(at + 3)..].TrimEnd('/'), out var address))
        {
            problem = $"'{text}' has no address after {transport}://. Write for instance {transport}://0.0.0.0:5060.";
            return null;
        }

        var hasPort = text.LastIndexOf(':') > text.LastIndexOf(']') && text.LastIndexOf(':') > at + 2;
        return new SipListen(transport, hasPort ? address : new IPEndPoint(address.Address, transport == "tls" ? 5061 : 5060));
    }
}

/// <summary>How signalling listens and what it calls itself.</summary>
public sealed record SipStackOptions
{
    /// <summary>Where to listen; at least one.</summary>
    public required ImmutableArray<SipListen> Listen { get; init; }

    /// <summary>The address or name machines beyond our own networks reach us at (Contact, Via); <see langword="null"/> takes the address a packet arrived on.</summary>
    public string? AdvertisedAddress { get; init; }

    /// <summary>Who is near enough to be told the address that routes to them instead of the advertised one.</summary>
    public OwnNetworks Near { get; init; } = OwnNetworks.OfThisMachine;

    /// <summary>Digest realm, constant for the life of the installation: every stored H(A1) depends on it.</summary>
    public string Realm { get; init; } = "conference";

    /// <summary>What TLS shows for the name a peer asked for; asked for each connection, so that it may change while we run. Needed for TLS listeners.</summary>
    public Func<string, SslStreamCertificateContext>? Certificate { get; init; }

    /// <summary>What TLS shows to the servers of a trunk that ask who we are, by the trunk's name; where it gives nothing, <see cref="Certificate"/> for no name.</summary>
    public Func<string, SslStreamCertificateContext?>? TrunkCertificate { get; init; }

    /// <summary>Name servers to ask; empty takes those of the system.</summary>
    public ImmutableArray<IPEndPoint> DnsServers { get; init; } = [];

    /// <summary>Names that phones register at, besides the realm, the advertised address and addresses; empty takes every name for ours.</summary>
    public ImmutableArray<string> Domains { get; init; } = [];

    /// <summary>URIs of the proxies that calls of registered phones must go by, told in every 200 to REGISTER (RFC 3608).</summary>
    public ImmutableArray<string> ServiceRoute { get; init; } = [];

    /// <summary>Whether that can stand in <see cref="ServiceRoute"/>: a SIP URI, without angle brackets, of a proxy that routes loosely. A strict one would replace the address that is called (RFC 3261 §16.12).</summary>
    public static bool IsLooseRoute(string uri) =>
        !uri.Any(c => c is <= ' ' or > '~' or '<' or '>' or '"')
        && SipUri.TryParse(Encoding.ASCII.GetBytes(uri), out var read) && read.IsSip
        && uri.Split(';').Skip(1).Any(p => p.Equals("lr", StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether programs that call themselves scanners get no answer at all.</summary>
    public bool IgnoresScanners { get; init; } = true;

    /// <summary>T1 of RFC 3261 §17: the round-trip estimate all transaction timers grow from.</summary>
    public TimeSpan T1 { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Shortest registration granted; shorter requests get 423 with Min-Expires.</summary>
    public TimeSpan MinExpires { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest registration granted.</summary>
    public TimeSpan MaxExpires { get; init; } = TimeSpan.FromHours(1);
}
