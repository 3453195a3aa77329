using System.Security.Cryptography;

namespace Conference.Media.Security;

/// <summary>Whose certificate it must be: its hash, told in the signalling (RFC 8122 §5).</summary>
/// <param name="Hash">"sha-256", "sha-384" or "sha-512".</param>
/// <param name="Value">Upper-case hexadecimal pairs with colons between.</param>
public sealed record Fingerprint(string Hash, string Value)
{
    /// <summary>Reads what stands after <c>a=fingerprint:</c>; <see langword="null"/> for broken hashes (md5, sha-1) and nonsense.</summary>
    public static Fingerprint? Parse(ReadOnlySpan<char> text)
    {
        var space = text.IndexOf(' ');
        if (space < 0 || space > 16) return null;
        var hash = text[..space].ToString().ToLowerInvariant();
        var value = text[space..].Trim();
        if (value.Length != 3 * BytesOf(hash) - 1) return null;
        for (var i = 0; i < value.Length; i++)
            if (i % 3 == 2 ? value[i] != ':' : !char.IsAsciiHexDigit(value[i])) return null;
        return new Fingerprint(hash, value.ToString().ToUpperInvariant());
    }

    /// <summary>Of a certificate in DER.</summary>
    public static Fingerprint Of(ReadOnlySpan<byte> certificate, string hash = "sha-256")
    {
        var digest = hash switch
        {
            "sha-384" => SHA384.HashData(certificate),
            "sha-512" => SHA512.HashData(certificate),
            _ => SHA256.HashData(certificate),
        };
        return new Fingerprint(hash, string.Join(':', digest.Select(b => b.ToString("X2", System.Globalization.CultureInfo.InvariantCulture))));
    }

    public bool Matches(ReadOnlySpan<byte> certificate) => Of(certificate, Hash) == this;

    public override string ToString() => $"{Hash} {Value}";

    private static int BytesOf(string hash) => hash switch
    {
        "sha-256" => 32,
        "sha-384" => 48,
        "sha-512" => 64,
        _ => -1,
    };
}
