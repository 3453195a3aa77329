using System.ComponentModel.DataAnnotations;
using Conference.Media.Recording;

namespace Conference.Web.Hosting;

/// <summary>What recordings consist of, and what they leave of the disk.</summary>
public sealed record RecordingOptions
{
    public const string Section = "Conference:Recordings";

    /// <summary>Whether each talker gets a track of his own besides the mix.</summary>
    public bool Tracks { get; init; } = true;

    /// <summary>Whether pauses are cut out; otherwise they stay as silence, so that the times of the recording are those of the meeting.</summary>
    public bool CutPauses { get; init; }

    /// <summary>Whether a small copy (Opus) is made of each recording afterwards, where libopus is installed.</summary>
    public bool SmallCopies { get; init; } = true;

    /// <summary>With less of the disk free, in percent, no recording is started.</summary>
    [Range(0, 90)]
    public int LowPercent { get; init; } = 5;

    /// <summary>The same in megabytes.</summary>
    [Range(0, 100_000_000)]
    public int LowMegabytes { get; init; } = 2048;

    /// <summary>With less free, in megabytes, recordings go on without tracks.</summary>
    [Range(0, 100_000_000)]
    public int ScarceMegabytes { get; init; } = 500;

    internal DiskLadder Ladder => new() { LowShare = LowPercent / 100.0, LowBytes = (long)LowMegabytes << 20, ScarceBytes = (long)ScarceMegabytes << 20 };
}
