namespace Conference.Media.Files;

/// <summary>A piece of audio in memory: mono, 16-bit linear.</summary>
/// <param name="Key">The name of the prompt or tone, for logs.</param>
/// <param name="Rate">Samples per second.</param>
/// <param name="Samples">The audio; shared, never changed.</param>
public sealed record Sound(string Key, int Rate, ReadOnlyMemory<short> Samples)
{
    public TimeSpan Length => TimeSpan.FromTicks(TimeSpan.TicksPerSecond * Samples.Length / Rate);
}
