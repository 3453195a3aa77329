using System.Collections.Immutable;
using Conference.Core;
using Conference.Core.Recordings;
using Conference.Media.Recording;

namespace Conference.Infrastructure.Recordings;

/// <param name="Who">Whose voice.</param>
/// <param name="Bytes">On disk; holes cost nothing.</param>
public sealed record KeptTrack(ParticipantId Who, string Path, long Bytes);

/// <summary>The files of recordings as they lie on disk: what there is, what it takes, and away with it.</summary>
public sealed class RecordingShelf(RecordingPlaces places)
{
    /// <summary>The mix, or <see langword="null"/> when there is none or it is empty.</summary>
    public string? MixOf(RecordingId id) => Existing(places.MixOf(id));

    /// <summary>The small copy, or <see langword="null"/> until there is one.</summary>
    public string? SmallOf(RecordingId id) => Existing(Path.Combine(places.FolderOf(id), RecordingFiles.Small));

    /// <summary>The track of one talker, or <see langword="null"/> when he has none.</summary>
    public string? TrackOf(RecordingId id, ParticipantId who) => Existing(Path.Combine(places.FolderOf(id), RecordingFiles.TrackOf(who.Value)));

    public ImmutableArray<KeptTrack> TracksOf(RecordingId id) =>
        [.. FilesOf(id).Select(path => (Path: path, Who: RecordingFiles.TalkerOf(path))).Where(t => t.Who is not null)
            .Select(t => new KeptTrack(new ParticipantId(t.Who!.Value), Path.GetFullPath(t.Path), FileUse.Of(t.Path)))];

    /// <summary>Who spoke when; empty when nothing was written down.</summary>
    public SessionStory StoryOf(RecordingId id, TimeSpan length)
    {
        try
        {
            return SessionStory.Read(Path.Combine(places.FolderOf(id), RecordingFiles.Session), length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return SessionStory.Empty; // recorded before there were stories, or gone
        }
    }

    /// <summary>Bytes on disk of all files of a recording.</summary>
    public long UseOf(RecordingId id) => FilesOf(id).Sum(FileUse.Of);

    /// <summary>Bytes on disk of all recordings.</summary>
    public long UseOfAll() => Directory.Exists(places.Root) ? Directory.EnumerateFiles(places.Root, "*", SearchOption.AllDirectories).Sum(FileUse.Of) : 0;

    /// <summary>Away with all files of a recording.</summary>
    /// <exception cref="IOException">The disk refuses; some may be left.</exception>
    public void Delete(RecordingId id)
    {
        var folder = places.FolderOf(id);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    private IEnumerable<string> FilesOf(RecordingId id) => places.FolderOf(id) is var folder && Directory.Exists(folder) ? Directory.EnumerateFiles(folder) : [];

    private static string? Existing(string path) => new FileInfo(path) is { Exists: true, Length: > 0 } file ? file.FullName : null;
}
