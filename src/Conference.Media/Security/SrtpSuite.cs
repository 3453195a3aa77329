using System.Collections.Immutable;

namespace Conference.Media.Security;

/// <summary>How packets are protected.</summary>
public enum SrtpProfile
{
    None,

    /// <summary>AES-128 in counter mode, HMAC-SHA1 cut to 80 bits: everybody speaks it (RFC 3711).</summary>
    Aes128Sha1Tag80,

    /// <summary>The same with 32 bits for voice; RTCP keeps 80 (RFC 4568 §6.2.2).</summary>
    Aes128Sha1Tag32,

    /// <summary>AES-256 in counter mode (RFC 6188).</summary>
    Aes256Sha1Tag80,

    /// <summary>AES-128 in Galois/counter mode (RFC 7714).</summary>
    Aes128Gcm,

    /// <summary>AES-256 in Galois/counter mode (RFC 7714).</summary>
    Aes256Gcm,
}

/// <summary>One profile as the protocols know it.</summary>
/// <param name="Profile">Which one.</param>
/// <param name="SdesName">Crypto suite of a=crypto (RFC 4568 §6.2, RFC 6188 §6, RFC 7714 §14.1).</param>
/// <param name="DtlsName">What OpenSSL calls it; empty when use_srtp has no number for it (RFC 5764 §4.1.2, RFC 7714 §14.2).</param>
/// <param name="DtlsNumber">That number; 0 for none.</param>
/// <param name="KeyBytes">Master and session encryption key.</param>
/// <param name="SaltBytes">Master and session salt.</param>
/// <param name="TagBytes">What RTP packets grow by.</param>
/// <param name="ControlTagBytes">What RTCP packets grow by, besides their index of 4 bytes.</param>
public sealed record SrtpSuite(
    SrtpProfile Profile, string SdesName, string DtlsName, int DtlsNumber, int KeyBytes, int SaltBytes, int TagBytes, int ControlTagBytes)
{
    /// <summary>The most that protecting adds to any packet: tag and index.</summary>
    public const int MostGrowth = 20;

    private static readonly ImmutableArray<SrtpSuite> s_all =
    [
        new(SrtpProfile.Aes128Sha1Tag80, "AES_CM_128_HMAC_SHA1_80", "SRTP_AES128_CM_SHA1_80", 1, 16, 14, 10, 10),
        new(SrtpProfile.Aes256Sha1Tag80, "AES_256_CM_HMAC_SHA1_80", "", 0, 32, 14, 10, 10),
        new(SrtpProfile.Aes128Gcm, "AEAD_AES_128_GCM", "SRTP_AEAD_AES_128_GCM", 7, 16, 12, 16, 16),
        new(SrtpProfile.Aes256Gcm, "AEAD_AES_256_GCM", "SRTP_AEAD_AES_256_GCM", 8, 32, 12, 16, 16),
        new(SrtpProfile.Aes128Sha1Tag32, "AES_CM_128_HMAC_SHA1_32", "SRTP_AES128_CM_SHA1_32", 2, 16, 14, 4, 10),
    ];

    /// <summary>What this machine speaks, best first: Galois mode only where the processor multiplies for it.</summary>
    public static ImmutableArray<SrtpSuite> Spoken { get; } = [.. s_all.Where(s => !s.IsGalois || Galois.IsSupported)];

    /// <summary>Encryption and authentication in one.</summary>
    public bool IsGalois => Profile is SrtpProfile.Aes128Gcm or SrtpProfile.Aes256Gcm;

    /// <summary>Master key and salt, as SDES and the exporter of DTLS hand them out.</summary>
    public int MasterBytes => KeyBytes + SaltBytes;

    public static SrtpSuite Of(SrtpProfile profile) => s_all.First(s => s.Profile == profile);

    /// <summary>The suite an a=crypto line names, when we speak it.</summary>
    public static SrtpSuite? Named(ReadOnlySpan<char> name)
    {
        foreach (var suite in Spoken)
            if (name.Equals(suite.SdesName, StringComparison.OrdinalIgnoreCase)) return suite;
        return null;
    }
}
