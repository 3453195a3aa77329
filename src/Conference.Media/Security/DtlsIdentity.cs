using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Conference.Media.Security;

/// <summary>Our certificate for handshakes, made at the start and forgotten at the end, and the settings all handshakes share (RFC 5763 §5, RFC 8827 §6.5).</summary>
public sealed unsafe class DtlsIdentity : IDisposable
{
    private const string Ciphers =
        "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:"
        + "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA";

    private DtlsIdentity(nint context, Fingerprint fingerprint) => (Context, Fingerprint) = (context, fingerprint);

    /// <summary>What the signalling tells peers to expect.</summary>
    public Fingerprint Fingerprint { get; }

    internal nint Context { get; private set; }

    /// <summary>A new certificate: P-256, signed by itself.</summary>
    /// <param name="time">For its dates.</param>
    /// <returns><see langword="null"/> where .NET's OpenSSL is missing or too old: then DTLS is not offered.</returns>
    public static DtlsIdentity? Create(TimeProvider time)
    {
        if (!LibSsl.IsComplete) return null;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Conference", key, HashAlgorithmName.SHA256);
        var now = time.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(10));
        var context = LibSsl.NewContext(LibSsl.Method());
        if (context == 0) return null;
        if (Prepare(context, certificate.RawData, key.ExportECPrivateKey())) return new DtlsIdentity(context, Fingerprint.Of(certificate.RawData));
        LibSsl.FreeContext(context);
        LibSsl.ClearErrors();
        return null;
    }

    public void Dispose()
    {
        if (Context != 0) LibSsl.FreeContext(Context); // handshakes hold it until they are gone
        Context = 0;
    }

    private static bool Prepare(nint context, ReadOnlySpan<byte> certificate, byte[] key)
    {
        LibSsl.SetContextOptions(context, LibSsl.NoQueryMtu | LibSsl.NoTicket | LibSsl.NoCompression | LibSsl.NoRenegotiation);
        LibSsl.ControlContext(context, LibSsl.SetSessionCacheMode, 0, null);
        LibSsl.SetVerify(context, LibSsl.VerifyPeer | LibSsl.FailWithoutCertificate, &Accept);
        LibSsl.SetCookieMaker(context, &DtlsHandshake.MakeCookie);
        LibSsl.SetCookieChecker(context, &DtlsHandshake.CheckCookie);
        var profiles = string.Join(':', SrtpSuite.Spoken.Select(s => s.DtlsName).Where(n => n.Length > 0));
        fixed (byte* ciphers = Encoding.ASCII.GetBytes(Ciphers + '\0'), srtp = Encoding.ASCII.GetBytes(profiles + '\0'), der = certificate, secret = key)
        {
            var isReady = LibSsl.ControlContext(context, LibSsl.SetMinimumVersion, LibSsl.Dtls12, null) == 1
                && LibSsl.SetCiphers(context, ciphers) == 1
                && LibSsl.SetProfiles(context, srtp) == 0 // the one function of OpenSSL that says 0 for yes
                && LibSsl.UseCertificate(context, certificate.Length, der) == 1
                && LibSsl.UsePrivateKey(LibSsl.EcKey, context, secret, key.Length) == 1;
            CryptographicOperations.ZeroMemory(key);
            return isReady;
        }
    }

    /// <summary>Certificates sign themselves here; the one that counts is compared with its fingerprint afterwards.</summary>
    [UnmanagedCallersOnly]
    private static int Accept(int isTrusted, nint store) => 1;
}
