using System.Net.Security;
using System.Security.Authentication;

namespace Conference.Sip.Transport;

/// <summary>Our side of a TLS connection that a peer opened: 1.2 and 1.3, the certificate as it is now.</summary>
/// <remarks>
/// Whatever a peer shows, or nothing, the connection comes up: it is only a pipe. Who talks over it says so by digest, or was recognised as a
/// trunk by its certificate.
/// </remarks>
/// <param name="certificates">The certificate for the name the peer asked for (SNI), which may change while we run.</param>
/// <param name="asks">Whether peers are asked for one of theirs now: only where a trunk may be among them, phones have none.</param>
internal sealed class TlsServer(Func<string, SslStreamCertificateContext> certificates, Func<bool> asks)
{
    /// <returns>The connection, and what the peer showed or <see langword="null"/>.</returns>
    public async Task<(SslStream Stream, PeerCertificate? Shown)> AuthenticateAsync(Stream stream, CancellationToken cancel)
    {
        PeerCertificate? shown = null;
        var secure = new SslStream(stream, leaveInnerStreamOpen: false);
        await secure.AuthenticateAsServerAsync((_, hello, _, _) => new(Options(hello.ServerName, (_, certificate, chain, errors) =>
        {
            shown = certificate is null ? null : PeerCertificate.Read(certificate, chain, errors);
            return true;
        })), null, cancel);
        return (secure, shown);
    }

    private SslServerAuthenticationOptions Options(string name, RemoteCertificateValidationCallback look)
    {
        var isAsking = asks();
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = certificates(name),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ClientCertificateRequired = isAsking,
            RemoteCertificateValidationCallback = look,
            AllowTlsResume = !isAsking, // a session taken up again shows no certificate, or an old one
            AllowRenegotiation = false,
        };
    }
}
