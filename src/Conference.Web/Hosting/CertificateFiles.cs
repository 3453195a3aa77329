using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Conference.Web.Hosting;

/// <summary>A certificate on disk: PEM with its key inside or beside, or PFX.</summary>
/// <param name="Certificate">Path of the certificate.</param>
/// <param name="Key">Path of a PEM key, or nothing.</param>
/// <param name="Password">Of the key or the PFX file, or nothing.</param>
internal sealed record CertificateFiles(string Certificate, string? Key, string? Password)
{
    /// <summary>The section whose settings name it, for messages.</summary>
    public string Section { get; init; } = SipOptions.Section;

    /// <summary>Reads it with everything that goes with it.</summary>
    /// <exception cref="InvalidOperationException">It cannot be used; the message is for the operator.</exception>
    public SslStreamCertificateContext Load()
    {
        try
        {
            var (certificate, above) = IsPem() ? LoadPem() : LoadPfx();
            if (!certificate.HasPrivateKey) throw Unusable($"It holds no private key; name the key with {Section}:CertificateKey.");
            return SslStreamCertificateContext.Create(certificate, above, offline: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw Unusable($"{e.Message.TrimEnd('.')}. Give a PEM file, its key with {Section}:CertificateKey, or a PFX file, and the password with {Section}:CertificatePassword.");
        }
    }

    /// <summary>Changes whenever one of the files does.</summary>
    public string Version() => string.Join(' ', new[] { Certificate, Key }.OfType<string>().Select(f => new FileInfo(f)).Select(f => f.Exists ? $"{f.LastWriteTimeUtc.Ticks}/{f.Length}" : "-"));

    /// <summary>How PEM begins, perhaps after some words; PFX is binary.</summary>
    private bool IsPem() => File.ReadAllText(Certificate).Contains("-----BEGIN ", StringComparison.Ordinal);

    private (X509Certificate2 Certificate, X509Certificate2Collection Above) LoadPem()
    {
        using var pem = string.IsNullOrEmpty(Password)
            ? X509Certificate2.CreateFromPemFile(Certificate, Key)
            : X509Certificate2.CreateFromEncryptedPemFile(Certificate, Password, Key);
        var all = new X509Certificate2Collection();
        all.ImportFromPemFile(Certificate);
        return (Usable(pem), [.. all.Where(c => c.Thumbprint != pem.Thumbprint)]);
    }

    private (X509Certificate2 Certificate, X509Certificate2Collection Above) LoadPfx()
    {
        var all = X509CertificateLoader.LoadPkcs12CollectionFromFile(Certificate, Password);
        var own = all.FirstOrDefault(c => c.HasPrivateKey) ?? throw Unusable("It holds no private key.");
        return (own, [.. all.Where(c => c.Thumbprint != own.Thumbprint)]);
    }

    /// <summary>Windows cannot use a key that lives in memory only; the way through PFX gives it one that it can.</summary>
    private static X509Certificate2 Usable(X509Certificate2 pem) => X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);

    private InvalidOperationException Unusable(string why) => new($"{Section}:Certificate '{Certificate}' cannot be used. {why}");
}
