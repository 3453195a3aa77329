using System.Security.Cryptography;
using Conference.Sip.Messages;

namespace Conference.Sip.Digests;

/// <summary>The hash functions a digest may be made with, and their names on the wire (RFC 8760 §2.2).</summary>
public static class DigestHash
{
    /// <summary>Lower-case hexadecimal, as digests are written.</summary>
    /// <remarks>MD5 is what phones speak; the secret itself is never sent or stored (RFC 8760 keeps it for them).</remarks>
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5351", Justification = "Digest MD5 is required by deployed phones and providers.")]
    public static string Of(DigestAlgorithm algorithm, ReadOnlySpan<byte> text) => Convert.ToHexStringLower(algorithm switch
    {
        DigestAlgorithm.Md5 => MD5.HashData(text),
        DigestAlgorithm.Sha256 => SHA256.HashData(text),
        _ => Sha512Of256.HashData(text),
    });

    public static string NameOf(DigestAlgorithm algorithm) => algorithm switch
    {
        DigestAlgorithm.Md5 => "MD5",
        DigestAlgorithm.Sha256 => "SHA-256",
        _ => "SHA-512-256",
    };

    /// <summary>Reads a name in any case; none at all means MD5 (RFC 7616 §3.3).</summary>
    /// <returns>Whether we know it; the "-sess" forms are nobody's.</returns>
    public static bool TryRead(ReadOnlySpan<byte> name, out DigestAlgorithm algorithm)
    {
        algorithm = SipText.Is(name, "SHA-256"u8) ? DigestAlgorithm.Sha256 : SipText.Is(name, "SHA-512-256"u8) ? DigestAlgorithm.Sha512Of256 : DigestAlgorithm.Md5;
        return algorithm != DigestAlgorithm.Md5 || name.IsEmpty || SipText.Is(name, "MD5"u8);
    }
}
