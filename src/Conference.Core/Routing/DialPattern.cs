namespace Conference.Core.Routing;

/// <summary>
/// Asterisk's number patterns without the underscore: literal characters, X 0-9, Z 1-9, N 2-9, [15-7] or [1,5-7], '.' one or more, '!' any number.
/// </summary>
public static class DialPattern
{
    public const int Longest = 64;

    /// <summary>Whether a pattern can match anything: known characters, closed sets that are not empty, '.' and '!' only at the end.</summary>
    public static bool IsValid(string pattern)
    {
        if (pattern.Length is 0 or > Longest) return false;
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] is '.' or '!') return i == pattern.Length - 1;
            if (pattern[i] == '[')
            {
                var close = pattern.IndexOf(']', i);
                if (close <= i + 1 || pattern.AsSpan(i + 1, close - i - 1).ContainsAnyExcept("0123456789*#-,")) return false;
                i = close;
            }
            else if (!"0123456789*#+XZNxzn".Contains(pattern[i], StringComparison.Ordinal)) return false;
        }

        return true;
    }

    public static bool Matches(string pattern, string number)
    {
        var at = 0;
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] is '.') return at < number.Length;
            if (pattern[i] is '!') return true;
            if (at >= number.Length) return false;
            if (pattern[i] == '[')
            {
                var close = pattern.IndexOf(']', i);
                if (close < 0 || !IsIn(pattern.AsSpan(i + 1, close - i - 1), number[at])) return false;
                i = close;
            }
            else if (!Fits(pattern[i], number[at])) return false;

            at++;
        }

        return at == number.Length;
    }

    /// <summary>What every number that matches begins with.</summary>
    public static string LiteralStart(string pattern)
    {
        var length = pattern.AsSpan().IndexOfAnyExcept("0123456789*#+");
        return length < 0 ? pattern : pattern[..length];
    }

    private static bool Fits(char pattern, char digit) => char.ToUpperInvariant(pattern) switch
    {
        'X' => char.IsAsciiDigit(digit),
        'Z' => digit is >= '1' and <= '9',
        'N' => digit is >= '2' and <= '9',
        _ => pattern == digit,
    };

    private static bool IsIn(ReadOnlySpan<char> set, char digit)
    {
        for (var i = 0; i < set.Length; i++)
        {
            if (set[i] == ',') continue;
            var isRange = i + 2 < set.Length && set[i + 1] == '-';
            if (isRange ? digit >= set[i] && digit <= set[i + 2] : digit == set[i]) return true;
            if (isRange) i += 2;
        }

        return false;
    }
}
