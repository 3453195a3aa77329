using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Conference.Infrastructure.Tests.Testing;

/// <summary>An authority and what it signs, made anew for each run.</summary>
internal static class TestCertificates
{
    private static readonly X509Certificate2 s_authority = MakeAuthority();

    /// <summary>The authority's certificate as a PEM file.</summary>
    public static string CaFile { get; } = WriteCa();

    public static X509Certificate2 For127001 { get; } = Sign("127.0.0.1", DateTimeOffset.UtcNow.AddDays(1));

    public static X509Certificate2 ForAnotherHost { get; } = Sign("mail.example.com", DateTimeOffset.UtcNow.AddDays(1));

    public static X509Certificate2 Expired { get; } = Sign("127.0.0.1", DateTimeOffset.UtcNow.AddHours(-1));

    private static X509Certificate2 MakeAuthority()
    {
        var request = new CertificateRequest("CN=Test authority", ECDsa.Create(ECCurve.NamedCurves.nistP256), HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-2), DateTimeOffset.UtcNow.AddDays(2));
    }

    private static X509Certificate2 Sign(string host, DateTimeOffset until)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(host, out var address)) names.AddIpAddress(address);
        else names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(s_authority, DateTimeOffset.UtcNow.AddDays(-1), until, RandomNumberGenerator.GetBytes(8));
        return X509CertificateLoader.LoadPkcs12(signed.CopyWithPrivateKey(key).Export(X509ContentType.Pfx), null);
    }

    private static string WriteCa()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("conference-ca-").FullName, "ca.pem");
        File.WriteAllText(file, s_authority.ExportCertificatePem());
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(Path.GetDirectoryName(file)!, true);
        return file;
    }
}
