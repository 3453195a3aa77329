using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Conference.Sip.Transport;

/// <summary>Our side of a TLS connection that we opened: the certificate must vouch for the domain asked for (RFC 5922 §7.3), or be the one pinned.</summary>
/// <param name="own">What we show there when asked who we are (providers with mutual TLS do), or nothing.</param>
internal sealed class TlsClient(Func<Hop, SslStreamCertificateContext?> own)
{
    /// <exception cref="AuthenticationException">The peer is not who it should be; the message is a sentence for people.</exception>
    public async Task<SslStream> AuthenticateAsync(Stream stream, Hop hop, CancellationToken cancel)
    {
        var secure = new SslStream(stream, leaveInnerStreamOpen: false);
        var doubt = "";
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = hop.Name,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ClientCertificateContext = own(hop),
            RemoteCertificateValidationCallback = (_, certificate, _, errors) => (doubt = Doubt(hop, certificate, errors)).Length == 0,
        };
        try
        {
            await secure.AuthenticateAsClientAsync(options, cancel);
            return secure;
        }
        catch (AuthenticationException error)
        {
            await secure.DisposeAsync();
            throw new AuthenticationException(doubt.Length > 0 ? doubt : $"{hop.Remote} and we found no TLS in common.", error);
        }
    }

    private static string Doubt(Hop hop, X509Certificate? certificate, SslPolicyErrors errors)
    {
        if (certificate is null) return $"{hop.Remote} shows no certificate.";
        if (hop.Pin is not null) return IsPinned(hop.Pin, certificate) ? "" : $"The certificate of {hop.Remote} is not the pinned one; its SHA-256 is {Thumbprint(certificate)}.";
        if (errors == SslPolicyErrors.RemoteCertificateNameMismatch && SipNames.Vouch(certificate, hop.Name)) return "";
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)) return $"The certificate of {hop.Remote} is not for {hop.Name}.";
        return errors == SslPolicyErrors.None ? "" : $"The certificate of {hop.Remote} is signed by nobody this machine trusts, or has expired; its SHA-256 is {Thumbprint(certificate)}.";
    }

    private static bool IsPinned(string pin, X509Certificate certificate) =>
        pin.Replace(":", "", StringComparison.Ordinal).Equals(Thumbprint(certificate), StringComparison.OrdinalIgnoreCase);

    private static string Thumbprint(X509Certificate certificate) => certificate.GetCertHashString(HashAlgorithmName.SHA256);
}
