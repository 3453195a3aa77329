namespace Conference.Media.Tests.Testing;

/// <summary>Tones, and how much of one is in a piece of audio.</summary>
internal static class Tone
{
    public static short[] Sine(double hertz, double amplitude, int samples, int start = 0, int rate = 8000) =>
        [.. Enumerable.Range(start, samples).Select(i => (short)Math.Round(amplitude * Math.Sin(2 * Math.PI * hertz * i / rate)))];

    /// <summary>Amplitude of one frequency (Goertzel).</summary>
    public static double Amplitude(ReadOnlySpan<short> pcm, double hertz, int rate = 8000)
    {
        var coefficient = 2 * Math.Cos(2 * Math.PI * hertz / rate);
        double one = 0, two = 0;
        foreach (var sample in pcm)
            (one, two) = (sample + coefficient * one - two, one);
        return 2 * Math.Sqrt(Math.Max(0, one * one + two * two - coefficient * one * two)) / pcm.Length;
    }
}
