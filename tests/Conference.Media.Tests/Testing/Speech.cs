using Conference.Media.Files;

namespace Conference.Media.Tests.Testing;

/// <summary>Real sentences: the prompts of this house, which are all the speech that a test needs.</summary>
internal static class Speech
{
    /// <summary>Every prompt of a language, one after the other.</summary>
    /// <param name="language">One of <see cref="Languages"/>.</param>
    /// <param name="rate">Samples per second.</param>
    public static short[] Of(string language, int rate) => [.. Sentences(language, rate).SelectMany(s => s)];

    /// <summary>Every prompt of a language.</summary>
    public static IEnumerable<short[]> Sentences(string language, int rate)
    {
        var library = SoundLibrary.Load(Prompts, null, rate);
        return Directory.GetFiles(Path.Combine(Prompts, language), "*.g722").Order(StringComparer.Ordinal)
            .Select(f => library.Find(language, Path.GetFileNameWithoutExtension(f))!.Samples.ToArray());
    }

    public static string[] Languages => ["en", "it", "ru", "zh"];

    private static string Prompts
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!Directory.Exists(Path.Combine(folder!.FullName, "wwwroot", "prompts")))
                folder = folder.Parent;
            return Path.Combine(folder.FullName, "wwwroot", "prompts");
        }
    }
}
