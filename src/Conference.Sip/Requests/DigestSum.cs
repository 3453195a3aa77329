using System.Text;
using Conference.Sip.Digests;

namespace Conference.Sip.Requests;

/// <summary>The arithmetic of RFC 7616 §3.4.1 for whoever knows the secret, for qop=auth and for the older form without.</summary>
internal static class DigestSum
{
    public static string Response(Challenge challenge, string user, string secret, string method, string uri, string count, string cnonce)
    {
        var ha1 = Hash(challenge.Algorithm, Encoding.UTF8.GetBytes($"{user}:"), Encoding.Latin1.GetBytes(challenge.Realm), Encoding.UTF8.GetBytes($":{secret}"));
        var ha2 = Hash(challenge.Algorithm, Encoding.Latin1.GetBytes($"{method}:{uri}"));
        var middle = challenge.HasQop ? $"{challenge.Nonce}:{count}:{cnonce}:auth" : challenge.Nonce;
        return Hash(challenge.Algorithm, Encoding.Latin1.GetBytes($"{ha1}:{middle}:{ha2}"));
    }

    private static string Hash(DigestAlgorithm algorithm, params ReadOnlySpan<byte[]> parts) => DigestHash.Of(algorithm, [.. parts.ToArray().SelectMany(p => p)]);
}
