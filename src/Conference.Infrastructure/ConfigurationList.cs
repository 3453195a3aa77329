using Microsoft.Extensions.Configuration;

namespace Conference.Infrastructure;

/// <summary>Settings that are lists.</summary>
public static class ConfigurationList
{
    private static readonly char[] s_withoutSemicolon = [',', ' ', '\t', '\n', '\r'];
    private static readonly char[] s_between = [.. s_withoutSemicolon, ';'];

    /// <summary>Turns a list written as one value, or as several with commas, semicolons or blanks between, into the numbered keys that everybody reads.</summary>
    /// <remarks>The binder passes over a single value without a word, and the operator would never learn why it does not count.</remarks>
    /// <param name="hasParameters">The values themselves hold semicolons, as URIs do: those divide nothing.</param>
    public static void Spread(this IConfiguration configuration, string key, bool hasParameters = false)
    {
        var section = configuration.GetSection(key);
        var written = section.GetChildren().Select(c => c.Value).Prepend(section.Value).OfType<string>();
        foreach (var (index, value) in written.SelectMany(v => v.Split(hasParameters ? s_withoutSemicolon : s_between, StringSplitOptions.RemoveEmptyEntries)).ToList().Index()) section[$"{index}"] = value;
    }
}
