using System.Net.Security;
using System.Security.Authentication;

namespace Conference.Sip.Transport;

/// <summary>Our side of a TLS connection that a peer opened: 1.2 and 1.3, the certificate as it is now.</summary>
/// <remarks>Nobody is asked for a certificate: a connection is only a pipe, and who talks over it says so by digest.</remarks>
/// <param name="certificates">The certificate for the name the peer asked for (SNI), which may change while we run.</param>
internal sealed class TlsServer(Func<string, SslStreamCertificateContext> certificates)
{
    public async Task<SslStream> AuthenticateAsync(Stream stream, CancellationToken cancel)
    {
        var secure = new SslStream(stream, leaveInnerStreamOpen: false);
        await secure.AuthenticateAsServerAsync((_, hello, _, _) => new(Options(hello.ServerName)), null, cancel);
        return secure;
    }

    private SslServerAuthenticationOptions Options(string name) => new()
    {
        ServerCertificateContext = certificates(name),
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ClientCertificateRequired = false,
        AllowRenegotiation = false,
    };
}
