using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Conference.Core.Accounts;

/// <summary>Lists of networks as people write them: <c>192.168.1.0/24, 2001:db8::/32, 10.0.0.7</c>.</summary>
public static class Networks
{
    /// <summary>Longest list anybody may write.</summary>
    public const int Most = 50;

    private static readonly char[] s_between = [',', ';', ' ', '\t', '\r', '\n'];

    /// <returns>The list, and the first word that is no network, or <see langword="null"/>.</returns>
    public static (ImmutableArray<IPNetwork> Networks, string? Wrong) Read(string? text)
    {
        var networks = ImmutableArray.CreateBuilder<IPNetwork>();
        foreach (var word in (text ?? "").Split(s_between, StringSplitOptions.RemoveEmptyEntries))
        {
            if (networks.Count == Most || ReadOne(word) is not { } network) return (networks.ToImmutable(), word);
            networks.Add(network);
        }

        return (networks.ToImmutable(), null);
    }

    public static string Write(ImmutableArray<IPNetwork> networks) => string.Join(", ", networks.Select(n => n.ToString()));

    /// <summary>An address alone is a network of one; bits behind the prefix are forgiven.</summary>
    private static IPNetwork? ReadOne(string word)
    {
        var slash = word.IndexOf('/', StringComparison.Ordinal);
        if (!IPAddress.TryParse(slash < 0 ? word : word[..slash], out var address) || !IsWhole(address, word)) return null;
        var all = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        var prefix = all;
        if (slash >= 0 && (!int.TryParse(word[(slash + 1)..], System.Globalization.NumberStyles.None, null, out prefix) || prefix > all)) return null;
        return new IPNetwork(Masked(address, prefix), prefix);
    }

    /// <summary>"10" is an address to the library, but to nobody else; a zone means nothing elsewhere.</summary>
    private static bool IsWhole(IPAddress address, string word) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? address.ScopeId == 0 : word.Count(c => c == '.') == 3;

    private static IPAddress Masked(IPAddress address, int prefix)
    {
        var bytes = address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
        {
            var kept = Math.Clamp(prefix - (8 * i), 0, 8);
            bytes[i] &= (byte)(0xFF << (8 - kept));
        }

        return new IPAddress(bytes);
    }
}
