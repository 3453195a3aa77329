using System.Collections.Immutable;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Conference.Sip.Transport;

/// <summary>The certificate a peer showed when it opened a TLS connection to us: who it is, as far as somebody vouches for it (RFC 5922 §7).</summary>
/// <param name="Names">The domains it is for: DNS names and SIP URIs of its alternative names, or the common name where it has none.</param>
/// <param name="Sha256">Its SHA-256, for those who pin it.</param>
/// <param name="IsTrusted">Whether this machine trusts who signed it, and it is in its time.</param>
public sealed record PeerCertificate(ImmutableArray<string> Names, string Sha256, bool IsTrusted)
{
    /// <summary>Whether it proves a domain: by that very name, wildcards are for no SIP domain (RFC 5922 §7.2), or by being the one pinned.</summary>
    public bool Proves(string domain, string? pin) => pin is not null
        ? Sha256.Equals(pin.Replace(":", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase)
        : IsTrusted && Names.Contains(domain, StringComparer.OrdinalIgnoreCase);

    /// <summary>What TLS says of a certificate that was shown.</summary>
    internal static PeerCertificate Read(X509Certificate shown, X509Chain? chain, SslPolicyErrors errors)
    {
        using var whole = X509CertificateLoader.LoadCertificate(shown.GetRawCertData());
        return new PeerCertificate(SipNames.Of(whole), whole.GetCertHashString(HashAlgorithmName.SHA256), errors == SslPolicyErrors.None || IsOnlyMeantForServers(chain, errors));
    }

    /// <summary>SIP servers open connections too: a certificate made for servers proves as much here.</summary>
    private static bool IsOnlyMeantForServers(X509Chain? chain, SslPolicyErrors errors) =>
        errors == SslPolicyErrors.RemoteCertificateChainErrors && chain is { ChainStatus.Length: > 0 } && chain.ChainStatus.All(s => s.Status == X509ChainStatusFlags.NotValidForUsage);
}
