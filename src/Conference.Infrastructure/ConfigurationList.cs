using Microsoft.Extensions.Configuration;

namespace Conference.Infrastructure;

/// <summary>Settings that are lists.</summary>
public static class ConfigurationList
{
    /// <summary>Turns a list written as one value, or as several with commas, semicolons or blanks between, into the numbered keys that everybody reads.</summary>
    /// <remarks>The binder passes over a single value without a word, and the operator would never learn why it does not count.</remarks>
    public static void Spread(this IConfiguration configuration, string key)
    {
        var section = configuration.GetSection(key);
        var written = section.GetChildren().Select(c => c.Value).Prepend(section.Value).OfType<string>();
        foreach (var (index, value) in written.SelectMany(Split).ToList().Index()) section[$"{index}"] = value;
    }

    private static string[] Split(string value) => value.Split([',', ';', ' ', '\t', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
}
