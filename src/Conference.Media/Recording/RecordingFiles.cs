namespace Conference.Media.Recording;

/// <summary>The names of the files of one recording; they lie in a folder of their own.</summary>
public static class RecordingFiles
{
    /// <summary>What a listener heard.</summary>
    public const string Mix = "mix.wav";

    /// <summary>The same, small.</summary>
    public const string Small = "mix.opus";

    /// <summary>Who came, spoke and left when.</summary>
    public const string Session = "session.jsonl";

    /// <summary>All the tracks.</summary>
    public const string Tracks = "t-*.wav";

    /// <summary>The track of one talker.</summary>
    /// <param name="who">His seat (<see cref="Mixing.Seat"/>).</param>
    public static string TrackOf(Guid who) => $"t-{who:N}.wav";

    /// <summary>Whose track a file is, or <see langword="null"/> when it is none.</summary>
    public static Guid? TalkerOf(string file)
    {
        var name = Path.GetFileName(file);
        return name.StartsWith("t-", StringComparison.Ordinal) && name.EndsWith(".wav", StringComparison.Ordinal)
            && Guid.TryParseExact(name[2..^4], "N", out var who) ? who : null;
    }
}
