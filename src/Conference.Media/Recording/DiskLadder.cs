namespace Conference.Media.Recording;

/// <summary>How much recordings may do with the space that is left. Each step includes those before it.</summary>
public enum DiskLevel
{
    Fine,

    /// <summary>No recording is started any more; those that run go on.</summary>
    Low,

    /// <summary>Only mixes are written: the tracks of the talkers have holes.</summary>
    Scarce,

    /// <summary>Nothing is written: recordings wait, with a hole, until there is space.</summary>
    Full,
}

/// <summary>Space on the disk of the recordings, bytes.</summary>
public readonly record struct DiskSpace(long Free, long Total)
{
    /// <summary>Of the disk that a folder is on.</summary>
    /// <exception cref="IOException">The disk does not say.</exception>
    public static DiskSpace Of(string folder)
    {
        var drive = new DriveInfo(Path.GetFullPath(folder));
        return new DiskSpace(drive.AvailableFreeSpace, drive.TotalSize);
    }
}

/// <summary>From how little space on recordings do less. Space must come back with a tenth more before they do more again.</summary>
public sealed record DiskLadder
{
    /// <summary>With less than this share free, or less than <see cref="LowBytes"/>, no recording is started.</summary>
    public double LowShare { get; init; } = 0.05;

    public long LowBytes { get; init; } = 2L << 30;

    /// <summary>With less than this, only mixes are written.</summary>
    public long ScarceBytes { get; init; } = 500L << 20;

    /// <summary>With less than this, nothing is: it is kept for the database on the same disk.</summary>
    public long FullBytes { get; init; }

    /// <summary>The step for a moment's space.</summary>
    /// <param name="now">Where we stand.</param>
    public DiskLevel Step(DiskLevel now, DiskSpace space)
    {
        var level = LevelOf(space);
        if (level >= now) return level;
        var eased = LevelOf(space with { Free = space.Free - space.Free / 11 }); // would a tenth less do, too?
        return eased > now ? now : eased;
    }

    private DiskLevel LevelOf(DiskSpace space)
    {
        if (space.Free < FullBytes) return DiskLevel.Full;
        if (space.Free < ScarceBytes) return DiskLevel.Scarce;
        return space.Free < LowBytes || space.Free < space.Total * LowShare ? DiskLevel.Low : DiskLevel.Fine;
    }
}
