using System.Text;

namespace Conference.Sip.Digests;

/// <summary>The arithmetic of RFC 7616 §3.4.1, from a stored H(A1), for qop=auth.</summary>
internal static class Digest
{
    /// <summary>H(username ":" realm ":" secret), lower-case hexadecimal: what is stored instead of a secret.</summary>
    public static string Ha1(DigestAlgorithm algorithm, string username, string realm, string secret) =>
        DigestHash.Of(algorithm, Encoding.UTF8.GetBytes($"{username}:{realm}:{secret}"));

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
        var ha2 = DigestHash.Of(algorithm, [.. Encoding.UTF8.GetBytes(method), .. ":"u8, .. uri]);
        return DigestHash.Of(
            algorithm,
            [.. Encoding.ASCII.GetBytes(ha1), .. ":"u8, .. nonce, .. ":"u8, .. nc, .. ":"u8, .. cnonce, .. ":auth:"u8, .. Encoding.ASCII.GetBytes(ha2)]);
    }
}
