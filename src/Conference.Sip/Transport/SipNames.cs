using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Conference.Sip.Messages;

namespace Conference.Sip.Transport;

/// <summary>SIP domains in a certificate: URIs among the alternative names, which TLS itself does not look at (RFC 5922 §7.1).</summary>
internal static class SipNames
{
    private const string AlternativeNames = "2.5.29.17";
    private static readonly Asn1Tag Uri = new(TagClass.ContextSpecific, 6);

    /// <summary>Whether a certificate names that domain as sip:domain; never for a user of it (RFC 5922 §7.2).</summary>
    public static bool Vouch(X509Certificate certificate, string domain)
    {
        using var whole = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return whole.Extensions[AlternativeNames] is { } names && Read(names.RawData).Any(u => Is(u, domain));
    }

    private static bool Is(string text, string domain) =>
        SipUri.TryParse(Encoding.UTF8.GetBytes(text), out var uri) && uri.IsSip && uri.User.IsEmpty && SipText.Latin(uri.Host).Equals(domain, StringComparison.OrdinalIgnoreCase);

    /// <summary>The URIs of the extension; what cannot be read names nobody.</summary>
    private static List<string> Read(byte[] extension)
    {
        var found = new List<string>();
        try
        {
            var names = new AsnReader(extension, AsnEncodingRules.DER).ReadSequence();
            while (names.HasData)
            {
                if (names.PeekTag().HasSameClassAndValue(Uri)) found.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, Uri));
                else names.ReadEncodedValue();
            }
        }
        catch (AsnContentException)
        {
            return [];
        }

        return found;
    }
}
