using System.Runtime.CompilerServices;

namespace Conference.Infrastructure.Tests.Testing;

/// <summary>Compares text with the approved one beside the test. A wire format changes on purpose or not at all.</summary>
internal static class Golden
{
    /// <param name="file">Name under <c>Golden/</c> beside the calling test; a missing one is written, and the test fails once.</param>
    public static void Is(string file, string text, [CallerFilePath] string test = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(test)!, "Golden", file);
        var shown = text.Replace("\r\n", "\n", StringComparison.Ordinal);
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, shown);
            Assert.Fail($"{file} is new: read it, and approve it by committing it.");
        }

        Assert.Equal(File.ReadAllText(path), shown);
    }
}
