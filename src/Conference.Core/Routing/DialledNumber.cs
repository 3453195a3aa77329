namespace Conference.Core.Routing;

/// <summary>What may be dialled at all, and what may leave the house: nothing else reaches a dial rule, a trunk or a log.</summary>
public static class DialledNumber
{
    public const int Longest = 32;
    private const int ShortestOutside = 2;
    private const int LongestOutside = 15; // E.164
    private const int DestinationDigits = 5;

    /// <summary>Whether it is a number: a plus perhaps, then 1 to 32 of 0-9, * and #.</summary>
    public static bool IsValid(string number)
    {
        var digits = number.AsSpan(number is ['+', ..] ? 1 : 0);
        return digits.Length is > 0 and <= Longest && !digits.ContainsAnyExcept("0123456789*#");
    }

    /// <summary>Whether it may be sent to a trunk: 2 to 15 digits after a plus or 00, and no star or pound that a provider might obey.</summary>
    public static bool MayLeave(string number)
    {
        var digits = number.AsSpan(InternationalPrefix(number));
        return digits.Length is >= ShortestOutside and <= LongestOutside && !digits.ContainsAnyExceptInRange('0', '9');
    }

    /// <summary>Whether it is written for the whole world: with a plus or 00.</summary>
    public static bool IsInternational(string number) => InternationalPrefix(number) > 0;

    /// <summary>The digits after plus or 00; the number itself when it has neither.</summary>
    public static string WithoutPrefix(string number) => number[InternationalPrefix(number)..];

    /// <summary>What calls are counted by: the first five digits.</summary>
    public static string Destination(string number) => WithoutPrefix(number) is var digits && digits.Length > DestinationDigits ? digits[..DestinationDigits] : digits;

    private static int InternationalPrefix(string number) =>
        number.StartsWith('+') ? 1 : number.StartsWith("00", StringComparison.Ordinal) ? 2 : 0;
}
