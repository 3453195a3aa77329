using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Conference.Sip.Transport;

namespace Conference.Sip.Tests.Transport;

public class SipNamesTests
{
    [Theory]
    [InlineData("sip:provider.example", true)]
    [InlineData("sip:PROVIDER.example", true)]
    [InlineData("sip:other.example", false)]
    [InlineData("sip:alice@provider.example", false)]
    [InlineData("https://provider.example", false)]
    public void A_certificate_vouches_for_the_domain_it_names_as_a_SIP_URI(string name, bool isVouched)
    {
        using var certificate = With(names =>
        {
            names.AddDnsName("host7.datacentre.example");
            names.AddUri(new Uri(name));
        });

        Assert.Equal(isVouched, SipNames.Vouch(certificate, "provider.example"));
    }

    [Fact]
    public void Names_that_cannot_be_read_vouch_for_nobody()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509Extension("2.5.29.17", [0x30, 0x82, 0xFF], critical: false));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));

        Assert.False(SipNames.Vouch(certificate, "provider.example"));
    }

    private static X509Certificate2 With(Action<SubjectAlternativeNameBuilder> add)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=host7", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        add(names);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
