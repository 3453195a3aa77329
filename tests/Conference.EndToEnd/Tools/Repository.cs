using System.Runtime.CompilerServices;

namespace Conference.EndToEnd.Tools;

/// <summary>Where the house stands, and where its parts were built.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The support folder of this project: what runs under node.</summary>
    public static string Support { get; } = Path.Combine(Root, "tests", "Conference.EndToEnd", "support");

    /// <summary>The built web server, from the same configuration as these tests.</summary>
    public static string Web { get; } = Path.Combine(Root, "src", "Conference.Web", "bin", Configuration(), "net10.0", "Conference.Web.dll");

    /// <summary>A folder of the test material beside the repository; a missing piece is a failure, never a skip.</summary>
    public static string Kit(string folder)
    {
        var path = Path.GetFullPath(Path.Combine(Root, "..", "shared", "kit", folder));
        return Directory.Exists(path) ? path : throw new DirectoryNotFoundException($"The tests need the shared kit: {path} is not there.");
    }

    // .../bin/Release/net10.0/
    private static string Configuration() => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    private static string FindRoot([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(here, "..", "..", "..", ".."));
}
