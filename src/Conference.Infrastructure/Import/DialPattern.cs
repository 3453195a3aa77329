namespace Conference.Infrastructure.Import;

/// <summary>Asterisk's number patterns: X 0-9, Z 1-9, N 2-9, [15-7], '.' one or more, '!' any number.</summary>
internal static class DialPattern
{
    /// <param name="pattern">With its leading underscore.</param>
    public static bool Matches(string pattern, string number)
    {
        var at = 0;
        for (var i = 1; i < pattern.Length; i++)
        {
            if (pattern[i] is '.') return at < number.Length;
            if (pattern[i] is '!') return true;
            if (at >= number.Length) return false;
            if (pattern[i] == '[')
            {
                var close = pattern.IndexOf(']', i);
                if (close < 0 || !InSet(pattern.AsSpan(i + 1, close - i - 1), number[at])) return false;
                i = close;
            }
            else if (!Fits(pattern[i], number[at])) return false;

            at++;
        }

        return at == number.Length;
    }

    private static bool Fits(char pattern, char digit) => char.ToUpperInvariant(pattern) switch
    {
        'X' => char.IsAsciiDigit(digit),
        'Z' => digit is >= '1' and <= '9',
        'N' => digit is >= '2' and <= '9',
        _ => pattern == digit,
    };

    private static bool InSet(ReadOnlySpan<char> set, char digit)
    {
        for (var i = 0; i < set.Length; i++)
        {
            var isRange = i + 2 < set.Length && set[i + 1] == '-';
            if (isRange ? digit >= set[i] && digit <= set[i + 2] : digit == set[i]) return true;
            if (isRange) i += 2;
        }

        return false;
    }
}
