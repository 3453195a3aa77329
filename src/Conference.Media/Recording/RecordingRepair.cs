using Conference.Media.Files;

namespace Conference.Media.Recording;

/// <summary>Brings a recording that a crash left behind into order: every header says what its file holds, and all files are as long as the mix.</summary>
public static class RecordingRepair
{
    /// <param name="mix">The mixed file; the others lie beside it.</param>
    /// <returns>The length; <see langword="null"/> when the mix is no recording of ours.</returns>
    /// <exception cref="IOException">The mix cannot be opened or written. A track that cannot is left as it is.</exception>
    public static TimeSpan? Fix(string mix)
    {
        if (WavRepair.Fix(mix) is not { } length) return null;
        foreach (var track in Directory.EnumerateFiles(Path.GetDirectoryName(Path.GetFullPath(mix))!, RecordingFiles.Tracks))
            TryFix(track, length);
        return length;
    }

    private static void TryFix(string track, TimeSpan length)
    {
        try
        {
            WavRepair.Fix(track, length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // the mix is what counts
        }
    }
}
