namespace Conference.Media.Tests.Testing;

/// <summary>The robustness corpora that lie beside the repository.</summary>
internal static class Corpus
{
    private static readonly string s_root = Find();

    /// <summary>Where they lie.</summary>
    public static string Folder => s_root;

    /// <summary>All files of one set, for instance "sdp-original".</summary>
    public static IEnumerable<(string Name, byte[] Bytes)> Files(params string[] sets) =>
        sets.SelectMany(set => Directory.EnumerateFiles(Path.Combine(s_root, set)).Order(StringComparer.Ordinal))
            .Select(path => (Path.GetFileName(path), File.ReadAllBytes(path)));

    public static byte[] Read(string name) => File.ReadAllBytes(Path.Combine(s_root, name));

    private static string Find()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            var candidate = Path.Combine(directory.FullName, "shared", "kit", "corpora");
            if (Directory.Exists(candidate)) return candidate;
        }

        throw new DirectoryNotFoundException("The corpora are missing: expected ../shared/kit/corpora beside the repository.");
    }
}
