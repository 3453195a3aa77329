namespace Conference.Sip.Digests;

/// <summary>Hash functions of digests (RFC 8760 §2.2).</summary>
public enum DigestAlgorithm
{
    Md5,
    Sha256,

    /// <summary>SHA-512 cut to 256 bits, with beginnings of its own: SHA-512-256 on the wire.</summary>
    Sha512Of256,
}
