using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Conference.Sip.Messages;

namespace Conference.Sip.Transport;

/// <summary>SIP domains in a certificate: URIs among the alternative names, which TLS itself does not look at (RFC 5922 §7.1).</summary>
internal static class SipNames
{
    private const string AlternativeNames = "2.5.29.17";
    private static readonly Asn1Tag DnsName = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag Uri = new(TagClass.ContextSpecific, 6);

    /// <summary>Whether a certificate names that domain as sip:domain; never for a user of it (RFC 5922 §7.2).</summary>
    public static bool Vouch(X509Certificate certificate, string domain)
    {
        using var whole = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return whole.Extensions[AlternativeNames] is { } names && Read(names.RawData, Uri).Any(u => Is(u, domain));
    }

    /// <summary>Every domain a certificate names, as DNS name or as sip:domain; its common name when it has no alternative names (RFC 5922 §7.1).</summary>
    public static ImmutableArray<string> Of(X509Certificate2 certificate)
    {
        if (certificate.Extensions[AlternativeNames] is not { } names) return certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false) is { Length: > 0 } common ? [common] : [];
        return [.. Read(names.RawData, DnsName), .. Read(names.RawData, Uri).Select(DomainOf).OfType<string>()];
    }

    private static string? DomainOf(string text) =>
        SipUri.TryParse(Encoding.UTF8.GetBytes(text), out var uri) && uri.IsSip && uri.User.IsEmpty ? SipText.Latin(uri.Host) : null;

    private static bool Is(string text, string domain) => domain.Equals(DomainOf(text), StringComparison.OrdinalIgnoreCase);

    /// <summary>The names of one kind in the extension; what cannot be read names nobody.</summary>
    private static List<string> Read(byte[] extension, Asn1Tag kind)
    {
        var found = new List<string>();
        try
        {
            var names = new AsnReader(extension, AsnEncodingRules.DER).ReadSequence();
            while (names.HasData)
            {
                if (names.PeekTag().HasSameClassAndValue(kind)) found.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, kind));
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
