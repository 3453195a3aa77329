using System.Security.Cryptography;
using System.Text;
using Conference.Sip.Calls;

namespace Conference.Sip.Authentication;

/// <summary>The arithmetic of RFC 7616 §3.4.1, from a stored H(A1), for qop=auth.</summary>
internal static class Digest
{
    /// <summary>H(username ":" realm ":" secret), lower-case hexadecimal: what is stored instead of a secret.</summary>
    public static string Ha1(DigestAlgorithm algorithm, string username, string realm, string secret) =>
        Hash(algorithm, Encoding.UTF8.GetBytes($"{username}:{realm}:{secret}"));

    /// <summary>The response of a client that knows the secret.</summary>
    public static string Response(
        DigestAlgorithm algorithm,
        string ha1,
        string method,
        ReadOnlySpan<byte> uri,
        ReadOnlySpan<byte> nonce,
        ReadOnlySpan<byte> nc,
        ReadOnlySpan<byte> cnonce)
    {
        var ha2 = Hash(algorithm, [.. Encoding.UTF8.GetBytes(method), .. ":"u8, .. uri]);
        return Hash(
            algorithm,
            [.. Encoding.ASCII.GetBytes(ha1), .. ":"u8, .. nonce, .. ":"u8, .. nc, .. ":"u8, .. cnonce, .. ":auth:"u8, .. Encoding.ASCII.GetBytes(ha2)]);
    }

    /// <summary>MD5 is what phones speak; the secret itself is never sent or stored (RFC 8760 keeps it for them).</summary>
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5351", Justification = "Digest MD5 is required by deployed phones.")]
    private static string Hash(DigestAlgorithm algorithm, ReadOnlySpan<byte> text) => Convert.ToHexStringLower(
        algorithm == DigestAlgorithm.Md5 ? MD5.HashData(text) : SHA256.HashData(text));
}
