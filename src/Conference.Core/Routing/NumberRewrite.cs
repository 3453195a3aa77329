namespace Conference.Core.Routing;

/// <summary>One rule for writing a number differently: what it begins with is replaced.</summary>
/// <param name="Pattern">A dial pattern, for instance <c>00.</c> or <c>+39ZX.</c>: literal digits, X, Z, N, [1-5], a final dot for one or more or ! for any.</param>
/// <param name="Drop">How many characters are taken from the front.</param>
/// <param name="Prepend">What is put before the rest.</param>
public sealed record NumberRewrite(string Pattern, int Drop, string Prepend);
