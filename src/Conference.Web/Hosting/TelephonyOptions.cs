using System.Collections.Immutable;
using Conference.Media.Codecs;
using Conference.Media.Sdp;
using Conference.Media.Sessions;
using Conference.Sip;

namespace Conference.Web.Hosting;

/// <summary>Where phones reach us.</summary>
public sealed record SipOptions
{
    public const string Section = "Conference:Sip";

    /// <summary>Where to listen; left out, every address on port 5060, by UDP and TCP.</summary>
    public string[] Listen { get; init; } = [];

    /// <summary>The address or name phones outside reach us at, when that is not an address of this machine.</summary>
    public string? AdvertisedAddress { get; init; }

    /// <summary>Digest realm; changing it makes every stored secret useless.</summary>
    public string Realm { get; init; } = "conference";

    /// <summary>Names that phones register at, besides the realm, the advertised address and any IP address; left out, every name is taken for ours.</summary>
    public string[] Domains { get; init; } = [];

    /// <summary>ENUM trees that we keep ourselves, for instance <c>e164.example.org</c>: only what they say may lead to private addresses.</summary>
    public string[] PrivateDirectories { get; init; } = [];

    /// <summary>Proxies that calls of registered phones must go by, first hop first, for instance <c>sip:proxy.example.org;lr</c> (RFC 3608); none by default.</summary>
    public string[] ServiceRoute { get; init; } = [];

    /// <summary>Name servers to ask, each an address with or without a port; left out, those of the system.</summary>
    public string[] DnsServers { get; init; } = [];

    /// <summary>Seconds of the shortest registration that is granted; a phone that asks for less is told so (423).</summary>
    public int MinExpires { get; init; } = 60;

    /// <summary>Seconds of the longest registration that is granted; a phone that asks for more gets these.</summary>
    public int MaxExpires { get; init; } = 3600;

    /// <summary>PEM file with the certificate and those above it, or a PFX file; what TLS phones are shown. Empty: one made here and kept in the data directory.</summary>
    public string? Certificate { get; init; }

    /// <summary>PEM file with the key of the certificate, when that is not in the same file.</summary>
    public string? CertificateKey { get; init; }

    /// <summary>Password of the key or of the PFX file.</summary>
    public string? CertificatePassword { get; init; }

    /// <summary>More certificates, for peers that ask for one of their names and for trunks that want one of their own.</summary>
    public MoreCertificate[] Certificates { get; init; } = [];

    /// <summary>The listeners, with a sentence for each line that is none.</summary>
    internal (ImmutableArray<SipListen> Listeners, ImmutableArray<string> Problems) Read()
    {
        var listeners = ImmutableArray.CreateBuilder<SipListen>();
        var problems = ImmutableArray.CreateBuilder<string>();
        foreach (var line in Listen is [] ? ["udp://0.0.0.0:5060", "tcp://0.0.0.0:5060"] : Listen)
        {
            if (SipListen.Parse(line, out var problem) is { } listener) listeners.Add(listener);
            else problems.Add($"Conference:Sip:Listen: {problem}");
        }

        return (listeners.ToImmutable(), problems.ToImmutable());
    }

    /// <summary>The operator's certificate, if there is one.</summary>
    internal CertificateFiles? CertificateFiles => string.IsNullOrEmpty(Certificate)
        ? null
        : new CertificateFiles(Certificate, string.IsNullOrEmpty(CertificateKey) ? null : CertificateKey, CertificatePassword);

    /// <summary>The other certificates, and the trunks each is for.</summary>
    internal (CertificateFiles Files, string[] Trunks)[] MoreCertificates =>
        [.. Certificates.Select((c, i) => (
            new CertificateFiles(c.Certificate, string.IsNullOrEmpty(c.CertificateKey) ? null : c.CertificateKey, c.CertificatePassword) { Section = $"{Section}:{nameof(Certificates)}:{i}" },
            c.Trunks.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)))];

    /// <summary>Whether the two lengths make sense together.</summary>
    public bool ExpiresAreUsable => MinExpires is >= 10 and <= 3600 && MaxExpires >= MinExpires && MaxExpires <= 86_400;

    internal bool HasTls => Read().Listeners.Any(l => l.Transport == "tls");

    internal bool RealmIsUsable => Realm.Length is > 0 and <= 64 && Realm.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');

    internal bool AdvertisedIsUsable => string.IsNullOrEmpty(AdvertisedAddress) || Uri.CheckHostName(AdvertisedAddress) != UriHostNameType.Unknown;
}

/// <summary>One certificate of several.</summary>
public sealed record MoreCertificate
{
    /// <summary>PEM file with the certificate and those above it, or a PFX file.</summary>
    public string Certificate { get; init; } = "";

    /// <summary>PEM file with the key, when that is not in the same file.</summary>
    public string? CertificateKey { get; init; }

    /// <summary>Password of the key or of the PFX file.</summary>
    public string? CertificatePassword { get; init; }

    /// <summary>Names of trunks whose servers are shown it when they ask who we are, separated by commas.</summary>
    public string Trunks { get; init; } = "";
}

/// <summary>Where voices travel.</summary>
public sealed record MediaPortOptions
{
    public const string Section = "Conference:Media";

    /// <summary>UDP ports for audio, first and last; two for each caller.</summary>
    public string Ports { get; init; } = "10000-20000";

    /// <summary>The UDP port that all phones in web pages share, outside of <see cref="Ports"/>; right behind them by default, so that one rule of a firewall covers both. 0 for any that is free.</summary>
    public int SharedPort { get; init; } = 20001;

    /// <summary>Codecs by name, best first, separated by commas; those whose library is not installed are left out.</summary>
    public string Codecs { get; init; } = string.Join(", ", new MediaOptions().Codecs);

    /// <summary>Whether voices are encrypted (SRTP): None, Accept (whoever asks) or Sdes (we ask too, where we call).</summary>
    public string Security { get; init; } = nameof(MediaSecurity.Accept);

    /// <summary>Whether silence is told about rather than sent, to phones that offer it: half the traffic, at the price of a background that comes and goes.</summary>
    public bool Pauses { get; init; }

    /// <summary>Whether pictures of video phones are passed on; two more ports for each that has a camera.</summary>
    public bool Video { get; init; }

    /// <summary>What one camera may send at most, in kbit/s; more is dropped.</summary>
    public int VideoKilobits { get; init; } = new MediaOptions().VideoKilobits;

    /// <summary>Where voices are mixed: Embedded (in this process) or Separate (in one of its own, which pages and their garbage never make late).</summary>
    public string Process { get; init; } = "Embedded";

    internal bool ProcessIsKnown => IsSeparate || Process.Equals("Embedded", StringComparison.OrdinalIgnoreCase);

    internal bool IsSeparate => Process.Equals("Separate", StringComparison.OrdinalIgnoreCase);

    internal ImmutableArray<string> CodecNames => [.. Codecs.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    /// <summary>Names that are no codec of ours, installed or not.</summary>
    internal ImmutableArray<string> UnknownCodecs => [.. CodecNames.Except(VoiceCodecs.AllNames, StringComparer.OrdinalIgnoreCase)];

    internal MediaSecurity? Protection => Enum.TryParse<MediaSecurity>(Security, ignoreCase: true, out var chosen) && chosen is not MediaSecurity.Dtls ? chosen : null;

    /// <summary>Whether the shared port is one, and not one that a caller may be given.</summary>
    internal bool SharedIsUsable => SharedPort == 0 || (SharedPort is >= 1024 and <= 65535 && !(Range() is var (first, last) && SharedPort >= first && SharedPort <= last));

    /// <summary>The two ends, or <see langword="null"/>.</summary>
    internal (int First, int Last)? Range() =>
        Ports.Split('-') is [var first, var last]
        && ushort.TryParse(first.Trim(), out var from) && ushort.TryParse(last.Trim(), out var to)
        && from >= 1024 && to > from ? (from, to) : null;
}
