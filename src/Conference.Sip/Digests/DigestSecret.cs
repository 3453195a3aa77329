namespace Conference.Sip.Digests;

/// <summary>What is stored instead of the secret of one device.</summary>
/// <param name="Algorithm">What it was made with.</param>
/// <param name="Ha1">H(username ":" realm ":" secret), lower-case hexadecimal (RFC 7616 §3.4.2).</param>
public sealed record DigestSecret(DigestAlgorithm Algorithm, string Ha1)
{
    /// <summary>What is stored instead of a secret.</summary>
    public static DigestSecret Of(DigestAlgorithm algorithm, string username, string realm, string secret) => new(algorithm, Digest.Ha1(algorithm, username, realm, secret));
}
