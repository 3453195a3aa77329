using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Conference.Web.Hosting;

/// <summary>A certificate that vouches for itself, for houses without one: phones must be told to accept it.</summary>
internal static class OwnCertificate
{
    private const int Years = 10; // phones that pinned it would be lost at each change

    /// <summary>The one in the data directory, made when there is none or it has expired.</summary>
    public static CertificateFiles In(string directory, string? advertised, DateTimeOffset now)
    {
        var path = Path.Combine(directory, "sip-certificate.pem");
        if (!IsGood(path, now)) Write(path, Create(advertised, now));
        return new CertificateFiles(path, null, null);
    }

    private static bool IsGood(string path, DateTimeOffset now)
    {
        if (!File.Exists(path)) return false;
        try
        {
            using var there = X509Certificate2.CreateFromPemFile(path);
            return there.NotAfter > now.LocalDateTime;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static string Create(string? advertised, DateTimeOffset now)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in new[] { advertised, Dns.GetHostName(), "localhost" }.OfType<string>().Where(n => n.Length > 0).Distinct())
        {
            if (IPAddress.TryParse(name, out var address)) names.AddIpAddress(address);
            else names.AddDnsName(name);
        }

        using var key = RSA.Create(2048); // desk phones of ten years ago know nothing else
        var request = new CertificateRequest($"CN={(string.IsNullOrEmpty(advertised) ? "conference" : advertised)}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false)); // server, client
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(Years));
        return $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
    }

    /// <summary>Nobody else may read the key, not even for a moment.</summary>
    private static void Write(string path, string pem)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        File.Delete(path);
        using var writer = new StreamWriter(path, options);
        writer.Write(pem);
    }
}
