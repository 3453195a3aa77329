namespace Conference.Media.Recording;

/// <summary>Looks every five seconds how much space is left for recordings, and where on the ladder that is.</summary>
/// <param name="probe">Asks the disk; may throw what a missing folder or a broken disk throws.</param>
internal sealed class DiskWatch(DiskLadder ladder, Func<DiskSpace> probe, TimeProvider time)
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new(); // two threads may look at once
    private DiskHealth _health = new(DiskLevel.Fine, default);
    private long? _lookedAt;

    /// <summary>As it was when last looked.</summary>
    public DiskHealth Health => Volatile.Read(ref _health);

    /// <summary>Looks, if that is due. A disk that does not say counts as it did before: what it refuses will show.</summary>
    public DiskHealth Look()
    {
        lock (_gate)
        {
            if (_lookedAt is { } last && time.GetElapsedTime(last) < Between) return _health;
            _lookedAt = time.GetTimestamp();
            try
            {
                var space = probe();
                Volatile.Write(ref _health, new DiskHealth(ladder.Step(_health.Level, space), space));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
            {
                // asked again in five seconds
            }

            return _health;
        }
    }
}

/// <param name="Level">What recordings do.</param>
/// <param name="Space">Why.</param>
public sealed record DiskHealth(DiskLevel Level, DiskSpace Space);
