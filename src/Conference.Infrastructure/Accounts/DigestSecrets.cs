using System.Security.Cryptography;
using System.Text;
using Conference.Sip.Digests;

namespace Conference.Infrastructure.Accounts;

/// <summary>Secrets of phones: generated, and stored only as what digest needs (RFC 7616 §3.4.2).</summary>
public static class DigestSecrets
{
    private const int Length = 20;

    /// <summary>No letters that look alike when somebody copies them from a screen to a phone.</summary>
    private const string Alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789";

    /// <summary>Twenty characters from a cryptographic generator: more than 110 bits.</summary>
    public static string Generate() => RandomNumberGenerator.GetString(Alphabet, Length);

    /// <summary>H(username ":" realm ":" secret) by all three algorithms, lower-case hex.</summary>
    public static (string Md5, string Sha256, string Sha512Of256) Hash(string username, string realm, string secret)
    {
        var text = Encoding.UTF8.GetBytes($"{username}:{realm}:{secret}");
        return (DigestHash.Of(DigestAlgorithm.Md5, text), DigestHash.Of(DigestAlgorithm.Sha256, text), DigestHash.Of(DigestAlgorithm.Sha512Of256, text));
    }
}
