using System.Buffers;
using System.Text;

namespace Conference.Sip.Messages;

/// <summary>The few character classes of RFC 3261 §25.1 that everything above is made of.</summary>
internal static class SipText
{
    private static readonly SearchValues<byte> TokenBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.!%*_+`'~"u8);

    private static readonly SearchValues<byte> HostBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._"u8);

    private static readonly SearchValues<byte> AddressBytes = SearchValues.Create("0123456789abcdefABCDEF:."u8);

    /// <summary>Linear white space: blank, tab and the line break of a folded header.</summary>
    public static bool IsBlank(byte b) => b is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';

    public static bool IsToken(ReadOnlySpan<byte> text) => !text.IsEmpty && !text.ContainsAnyExcept(TokenBytes);

    /// <summary>A host name, an IPv4 address, or an IPv6 address in brackets.</summary>
    public static bool IsHost(ReadOnlySpan<byte> text)
    {
        if (text.Length is 0 or > 255) return false;
        if (text[0] != '[') return !text.ContainsAnyExcept(HostBytes);
        return text[^1] == ']' && IsAddress(text[1..^1]);
    }

    /// <summary>An IPv6 address without brackets and without a zone.</summary>
    public static bool IsAddress(ReadOnlySpan<byte> text) =>
        text.Length is >= 2 and <= 45 && text.Contains((byte)':') && !text.ContainsAnyExcept(AddressBytes)
        && System.Net.IPAddress.IsValidUtf8(text);

    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text)
    {
        var start = 0;
        while (start < text.Length && IsBlank(text[start])) start++;
        return TrimEnd(text[start..]);
    }

    public static ReadOnlySpan<byte> TrimEnd(ReadOnlySpan<byte> text)
    {
        var end = text.Length;
        while (end > 0 && IsBlank(text[end - 1])) end--;
        return text[..end];
    }

    /// <summary>Compares without regard to ASCII case.</summary>
    public static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> other) => Ascii.EqualsIgnoreCase(text, other);

    /// <summary>Reads decimal digits of ASCII and nothing else; other scripts have digits too, and signs and blanks are no number.</summary>
    /// <returns>Whether the text is a number that fits 32 bits.</returns>
    public static bool TryNumber(ReadOnlySpan<byte> text, out uint number)
    {
        number = 0;
        if (text.Length is 0 or > 19) return false;
        ulong sum = 0;
        foreach (var b in text)
        {
            if (b is < (byte)'0' or > (byte)'9') return false;
            sum = sum * 10 + (ulong)(b - '0');
        }

        number = (uint)sum;
        return sum <= uint.MaxValue;
    }

    public static bool TryPort(ReadOnlySpan<byte> text, out int port)
    {
        var isNumber = TryNumber(text, out var number);
        port = (int)Math.Min(number, 65536);
        return isNumber && port is > 0 and < 65536;
    }

    /// <summary>Octets as characters, one for one: for keys and for what goes back on the wire as it came.</summary>
    public static string Latin(ReadOnlySpan<byte> text) => Encoding.Latin1.GetString(text);

    /// <summary>Octets as UTF-8, for people to read: control characters, line breaks of folded headers among them, become blanks.</summary>
    public static string Utf8(ReadOnlySpan<byte> text)
    {
        var plain = Encoding.UTF8.GetString(text);
        return plain.AsSpan().IndexOfAnyInRange('\0', '\u001f') < 0 && !plain.Contains('\u007f')
            ? plain
            : string.Create(plain.Length, plain, (to, from) =>
            {
                for (var i = 0; i < to.Length; i++) to[i] = char.IsControl(from[i]) ? ' ' : from[i];
            });
    }

    /// <summary>An address as it is written in messages: the zone of a link-local one means nothing to anybody else.</summary>
    public static string Address(System.Net.IPAddress address) => address.ToString().Split('%')[0];

    /// <summary>A folded value on one line.</summary>
    public static byte[] Flat(ReadOnlySpan<byte> value)
    {
        var flat = value.ToArray();
        foreach (ref var b in flat.AsSpan())
            if (b is (byte)'\r' or (byte)'\n')
                b = (byte)' ';
        return flat;
    }
}
