namespace Conference.Core.Recordings;

/// <summary>Where recordings lie on disk: one folder each, named by id alone, so that no name from outside ever becomes a path.</summary>
/// <param name="root">The recordings folder inside the data directory.</param>
public sealed class RecordingPlaces(string root)
{
    /// <summary>Free space below which no recording is started.</summary>
    public const long LeastFree = 200L * 1024 * 1024;

    public string Root => root;

    /// <summary>Where all files of a recording lie.</summary>
    public string FolderOf(RecordingId id) => Path.Combine(root, id.Value.ToString("N"));

    /// <summary>The mixed recording.</summary>
    public string MixOf(RecordingId id) => Path.Combine(FolderOf(id), "mix.wav");

    /// <summary>Makes the folder.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public string Prepare(RecordingId id)
    {
        var path = MixOf(id);
        Directory.CreateDirectory(FolderOf(id));
        return path;
    }

    public bool HasRoom() => new DriveInfo(Path.GetFullPath(root)).AvailableFreeSpace > LeastFree;
}
