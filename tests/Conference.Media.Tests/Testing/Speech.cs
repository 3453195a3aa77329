using Conference.Media.Files;

namespace Conference.Media.Tests.Testing;

/// <summary>Real sentences: the prompts of this house, which are all the speech that a test needs.</summary>
internal static class Speech
{
    /// <summary>Every prompt of a language, one after the other.</summary>
    /// <param name="rate">Samples per second.</param>
    /// <param name="language">en, it, ru or zh.</param>
    public static short[] Of(string language, int rate)
    {
        var folder = Path.Combine(Prompts, language);
        var library = SoundLibrary.Load(Prompts, null, rate);
        return
        [
            .. Directory.GetFiles(folder, "*.g722").Order(StringComparer.Ordinal)
                .SelectMany(f => library.Find(language, Path.GetFileNameWithoutExtension(f))!.Samples.ToArray()),
        ];
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
