using Conference.Core;

namespace Conference.Infrastructure.Data;

/// <summary>Where a recording is in its life.</summary>
public enum RecordingState
{
    Running,
    Kept,

    /// <summary>The file is gone; this row remains as the record of who deleted it and when.</summary>
    Deleted,
}

/// <summary>What is known of a recording besides its file.</summary>
public sealed class Recording
{
    public RecordingId Id { get; init; }

    public MeetingId Meeting { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? StoppedAt { get; set; }

    /// <summary>Length of the audio in the file.</summary>
    public TimeSpan Length { get; set; }

    public RecordingState State { get; set; }

    public DateTimeOffset? DeletedAt { get; set; }

    public string? DeletedById { get; set; }

    public string? DeletedByName { get; set; }
}
