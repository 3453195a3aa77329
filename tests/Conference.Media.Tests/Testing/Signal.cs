namespace Conference.Media.Tests.Testing;

/// <summary>Sounds for tests that want every corner of a codec.</summary>
internal static class Signal
{
    /// <summary>A sweep from 50 Hz up with noise in it.</summary>
    public static short[] Sweep(int amplitude, int samples, int rate)
    {
        var random = new Random(7);
        return
        [
            .. Enumerable.Range(0, samples).Select(i => (short)Math.Clamp(
                amplitude * (0.8 * Math.Sin(2 * Math.PI * i / rate * (50 + (0.2 * rate * i / samples))) + 0.4 * (random.NextDouble() - 0.5)), -32768, 32767)),
        ];
    }

    /// <summary>White noise of even distribution.</summary>
    public static short[] Noise(int amplitude, int samples, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, samples).Select(_ => (short)random.Next(-amplitude, amplitude + 1))];
    }
}
