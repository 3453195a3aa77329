namespace Conference.Media.Files;

/// <summary>The short sounds of a conference, synthesised when first used: -22 dBov, with soft edges of 8 ms.</summary>
public static class Tones
{
    private const int Rate = 8000;
    private const double Amplitude = 3681; // a sine of -22 dBov
    private const int EdgeSamples = 8 * Rate / 1000;

    /// <summary>Somebody joins: two notes upwards.</summary>
    public static Sound Join { get; } = Make("join", (660, 90), (880, 120));

    /// <summary>Somebody leaves: two notes downwards.</summary>
    public static Sound Leave { get; } = Make("leave", (880, 90), (660, 120));

    /// <summary>You are muted now.</summary>
    public static Sound Mute { get; } = Make("mute", (500, 120));

    /// <summary>You are heard again.</summary>
    public static Sound Unmute { get; } = Make("unmute", (750, 120));

    /// <summary>That did not work.</summary>
    public static Sound Error { get; } = Make("error", (400, 80), (0, 80), (400, 80), (0, 80), (400, 80));

    /// <summary>A recording runs.</summary>
    public static Sound Record { get; } = Make("record", (1400, 200));

    /// <summary>Speak after it.</summary>
    public static Sound Beep { get; } = Make("beep", (1000, 200));

    /// <summary>It rings at the other end: 425 Hz, one second in five, to be repeated (ETSI TR 101 041).</summary>
    public static Sound Ringing { get; } = Make("ringing", (425, 1000), (0, 4000));

    /// <summary>Engaged, or nobody could be reached: 425 Hz, half a second in one, four times.</summary>
    public static Sound Busy { get; } = Make("busy", (425, 500), (0, 500), (425, 500), (0, 500), (425, 500), (0, 500), (425, 500), (0, 500));

    private static Sound Make(string key, params (int Hertz, int Milliseconds)[] notes) =>
        new(key, Rate, notes.SelectMany(n => Note(n.Hertz, n.Milliseconds * Rate / 1000)).ToArray());

    private static IEnumerable<short> Note(int hertz, int samples)
    {
        for (var i = 0; i < samples; i++)
        {
            var edge = Math.Min(1, Math.Min(i + 1, samples - i) / (double)EdgeSamples);
            var gain = Amplitude * (1 - Math.Cos(Math.PI * edge)) / 2;
            yield return (short)Math.Round(gain * Math.Sin(2 * Math.PI * hertz * i / Rate));
        }
    }
}
