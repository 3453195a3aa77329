using System.Globalization;

namespace Conference.Media.Security;

/// <summary>One a=crypto line: a key that travels in the signalling (RFC 4568 §9.1). Worth as much as the signalling is secret.</summary>
/// <param name="Tag">By which the answer names the line it takes.</param>
/// <param name="Key">Of whoever wrote the line, for what he sends.</param>
public sealed record SdesCrypto(int Tag, SrtpKey Key)
{
    private const int MostIdentifier = 128;

    /// <summary>Reads what stands after <c>a=crypto:</c>.</summary>
    /// <returns><see langword="null"/> for suites we do not speak, several keys, session parameters that change the packets, and nonsense: such a line is not chosen (RFC 4568 §7.1.2).</returns>
    public static SdesCrypto? Parse(ReadOnlySpan<char> value)
    {
        Span<Range> parts = stackalloc Range[16];
        var count = value.Split(parts, ' ', StringSplitOptions.RemoveEmptyEntries);
        if (count is < 3 or 16 || !TryNumber(value[parts[0]], out var tag)) return null;
        for (var i = 3; i < count; i++)
            if (!IsHarmless(value[parts[i]])) return null;
        return SrtpSuite.Named(value[parts[1]]) is { } suite && ParseKey(suite, value[parts[2]]) is { } key ? new SdesCrypto(tag, key) : null;
    }

    /// <summary>What stands after <c>a=crypto:</c>. The one place where a key becomes text.</summary>
    public string Write() => string.Create(CultureInfo.InvariantCulture, $"{Tag} {Key.Suite.SdesName} inline:{Convert.ToBase64String(Key.Master)}");

    /// <summary>Parameters that begin with a minus may be ignored, and the replay window is ours to choose (RFC 4568 §6.3).</summary>
    private static bool IsHarmless(ReadOnlySpan<char> parameter) => parameter[0] == '-' || parameter.StartsWith("WSH=", StringComparison.OrdinalIgnoreCase);

    private static SrtpKey? ParseKey(SrtpSuite suite, ReadOnlySpan<char> text)
    {
        const string inline = "inline:";
        if (!text.StartsWith(inline, StringComparison.OrdinalIgnoreCase) || text.Contains(';')) return null;
        text = text[inline.Length..];
        Span<Range> parts = stackalloc Range[4];
        var count = text.Split(parts, '|');
        Span<byte> master = stackalloc byte[64];
        if (count > 3 || text[parts[0]].Length > 80 || !Convert.TryFromBase64Chars(text[parts[0]], master, out var length) || length != suite.MasterBytes) return null;

        // of key|lifetime|identifier:length the last two may be missing; a lifetime is for the sender to keep
        Span<byte> identifier = stackalloc byte[MostIdentifier];
        var bytes = 0;
        var last = text[parts[count - 1]];
        if (count > 1 && last.Contains(':') && !TryIdentifier(last, identifier, out bytes)) return null;
        return new SrtpKey(suite.Profile, master[..length], identifier[..bytes]);
    }

    private static bool TryIdentifier(ReadOnlySpan<char> text, Span<byte> identifier, out int bytes)
    {
        var colon = text.IndexOf(':');
        if (!TryNumber(text[(colon + 1)..], out bytes) || bytes is < 1 or > MostIdentifier || !TryNumber(text[..colon], out var value)) return false;
        identifier.Clear();
        for (var i = bytes - 1; i >= 0 && value > 0; i--, value >>= 8)
            identifier[i] = (byte)value;
        return value == 0;
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out int number)
    {
        number = 0;
        return text.Length is > 0 and <= 9 && !text.ContainsAnyExceptInRange('0', '9') && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
