namespace Conference.Core.Routing;

/// <summary>A PIN that callers are asked for before a rule dials out.</summary>
/// <param name="Rule">Whose; wrong ones are counted for it.</param>
/// <param name="Digits">The PIN; empty when it can no longer be read: then nobody knows it.</param>
public sealed record RulePin(string Rule, string Digits)
{
    public const int Shortest = 4;
    public const int Longest = 12;

    /// <summary>Whether somebody typed it; takes the same time wherever the first difference stands.</summary>
    public bool Opens(string typed) => Digits.Length > 0
        && System.Security.Cryptography.CryptographicOperations.FixedTimeEquals(System.Text.Encoding.ASCII.GetBytes(Digits), System.Text.Encoding.ASCII.GetBytes(typed));

    /// <summary>PINs stay out of logs.</summary>
    public override string ToString() => $"PIN of {Rule}";
}
