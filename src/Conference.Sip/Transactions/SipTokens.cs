using System.Security.Cryptography;
using System.Text;
using Conference.Sip.Messages;

namespace Conference.Sip.Transactions;

/// <summary>Tags and branches nobody can guess.</summary>
internal static class SipTokens
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    /// <summary>A fresh tag of 64 random bits.</summary>
    public static string Tag() => RandomNumberGenerator.GetHexString(16, lowercase: true);

    public static string Branch() => "z9hG4bK" + Tag();

    /// <summary>The tag of an answer that leaves no state behind: the same for every repetition of a request (RFC 3261 §8.2.7).</summary>
    public static string StatelessTag(SipMessage request)
    {
        var hash = HMACSHA256.HashData(Key, Encoding.Latin1.GetBytes(request.Envelope.Branch + '\n' + request.Envelope.CallId));
        return Convert.ToHexStringLower(hash.AsSpan(0, 8));
    }
}
