namespace Conference.Sip.Tests;

/// <summary>Finds the shared test material beside the repository; a missing piece is a failure, never a skip.</summary>
internal static class Kit
{
    public static string Root { get; } = FindRoot();

    public static string Corpora => Folder("corpora");

    public static string Sipp => Folder("sipp");

    private static string Folder(string name)
    {
        var path = Path.GetFullPath(Path.Combine(Root, "..", "shared", "kit", name));
        return Directory.Exists(path) ? path : throw new DirectoryNotFoundException($"The tests need the shared kit: {path} is not there.");
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Directory.Exists(Path.Combine(folder.FullName, "tests", "Conference.Sip.Tests")))
                return folder.FullName;
        throw new DirectoryNotFoundException("The repository root was not found above the test binary.");
    }
}
