using System.Security.Cryptography;
using System.Text;

namespace Conference.Sip.Requests;

/// <summary>The arithmetic of RFC 7616 §3.4.1 for whoever knows the secret, for qop=auth and for the older form without.</summary>
internal static class DigestSum
{
    public static string Response(Challenge challenge, string user, string secret, string method, string uri, string count, string cnonce)
    {
        var ha1 = Hash(challenge.Hash, Encoding.UTF8.GetBytes($"{user}:"), Encoding.Latin1.GetBytes(challenge.Realm), Encoding.UTF8.GetBytes($":{secret}"));
        var ha2 = Hash(challenge.Hash, Encoding.Latin1.GetBytes($"{method}:{uri}"));
        var middle = challenge.HasQop ? $"{challenge.Nonce}:{count}:{cnonce}:auth" : challenge.Nonce;
        return Hash(challenge.Hash, Encoding.Latin1.GetBytes($"{ha1}:{middle}:{ha2}"));
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5351", Justification = "Providers ask for digest MD5.")]
    private static string Hash(DigestHash hash, params ReadOnlySpan<byte[]> parts)
    {
        byte[] text = [.. parts.ToArray().SelectMany(p => p)];
        return Convert.ToHexStringLower(hash switch
        {
            DigestHash.Md5 => MD5.HashData(text),
            DigestHash.Sha256 => SHA256.HashData(text),
            _ => Sha512Of256.HashData(text),
        });
    }
}
