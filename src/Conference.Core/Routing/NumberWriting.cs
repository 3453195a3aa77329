using System.Collections.Immutable;

namespace Conference.Core.Routing;

/// <summary>Applies rewriting rules.</summary>
public static class NumberWriting
{
    /// <summary>The number by the first rule that matches; as it is when none does.</summary>
    public static string Rewrite(this ImmutableArray<NumberRewrite> rules, string number) => rules.Preview(number).Number;

    /// <summary>The same, with the rule that did it; <see langword="null"/> when none matched.</summary>
    public static (string Number, NumberRewrite? Rule) Preview(this ImmutableArray<NumberRewrite> rules, string number)
    {
        var rule = rules.FirstOrDefault(r => DialPattern.Matches(r.Pattern, number));
        return rule is null ? (number, null) : (Rewrite(number, rule.Drop, rule.Prepend), rule);
    }

    /// <summary>Takes characters from the front and puts others there.</summary>
    public static string Rewrite(string number, int drop, string prepend) => prepend + number[Math.Clamp(drop, 0, number.Length)..];
}
