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

    /// <summary>How far everything that is not this frequency lies below it, in dB; and its amplitude (a least-squares fit).</summary>
    public static (double Sinad, double Amplitude) Fit(ReadOnlySpan<short> pcm, double hertz, int rate)
    {
        double ss = 0, cc = 0, sc = 0, ys = 0, yc = 0, y1 = 0, s1 = 0, c1 = 0;
        for (var i = 0; i < pcm.Length; i++)
        {
            var (s, c) = Math.SinCos(2 * Math.PI * hertz * i / rate);
            (ss, cc, sc, s1, c1) = (ss + s * s, cc + c * c, sc + s * c, s1 + s, c1 + c);
            (ys, yc, y1) = (ys + s * pcm[i], yc + c * pcm[i], y1 + pcm[i]);
        }

        var determinant = ss * cc - sc * sc;
        var (a, b) = ((ys * cc - yc * sc) / determinant, (yc * ss - ys * sc) / determinant);
        var rest = 0.0;
        for (var i = 0; i < pcm.Length; i++)
        {
            var (s, c) = Math.SinCos(2 * Math.PI * hertz * i / rate);
            rest += Math.Pow(pcm[i] - a * s - b * c, 2);
        }

        var amplitude = Math.Sqrt(a * a + b * b);
        return (10 * Math.Log10(amplitude * amplitude / 2 / (rest / pcm.Length)), amplitude);
    }
}
