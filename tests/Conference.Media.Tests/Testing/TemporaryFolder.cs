namespace Conference.Media.Tests.Testing;

/// <summary>A folder that is gone with its test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("media-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
