namespace Conference.Media.Files;

/// <summary>Music for waiting, made by this program so that nobody owns it: soft chords with plucked notes, -26 dBov, without a seam.</summary>
public static class Music
{
    private const int Rate = 8000;
    private const int TempoPerMinute = 76;
    private const int Beat = Rate * 60 / TempoPerMinute;
    private const int BeatsPerBar = 4;
    private const double LoudnessRms = 1642; // -26 dBov

    /// <summary>Semitones above A2; a bar each: Am7 Fmaj7 C Gadd9, with a turn at the end.</summary>
    private static readonly int[][] s_bars =
    [
        [12, 15, 19, 22], [8, 12, 15, 19], [15, 19, 22, 27], [10, 14, 17, 24],
        [12, 15, 19, 27], [8, 12, 15, 24], [15, 19, 22, 31], [10, 14, 17, 22],
        [5, 12, 17, 20], [8, 15, 20, 24], [15, 19, 22, 27], [7, 14, 19, 22],
        [12, 15, 19, 22], [8, 12, 15, 19], [5, 8, 12, 17], [7, 10, 14, 17],
    ];

    /// <summary>Which note of the chord is plucked on each half beat; -1 rests.</summary>
    private static readonly int[] s_pluck = [0, -1, 2, 1, 3, -1, 2, -1];

    private static readonly Lazy<Sound> s_loop = new(Compose);

    /// <summary>About 50 s, to be repeated.</summary>
    public static Sound Loop => s_loop.Value;

    private static Sound Compose()
    {
        var mix = new float[s_bars.Length * BeatsPerBar * Beat];
        for (var bar = 0; bar < s_bars.Length; bar++)
        {
            var start = bar * BeatsPerBar * Beat;
            foreach (var note in s_bars[bar])
                Pad(mix, start, Hertz(note));
            for (var i = 0; i < s_pluck.Length; i++)
            {
                if (s_pluck[i] >= 0) Pluck(mix, start + i * Beat / 2, Hertz(s_bars[bar][s_pluck[i]] + 12));
            }
        }

        return new Sound("music", Rate, Normalise(mix));
    }

    private static double Hertz(int semitones) => 110 * Math.Pow(2, semitones / 12.0);

    /// <summary>A chord note that swells and fades into the next bar; what passes the end begins the loop.</summary>
    private static void Pad(float[] mix, int start, double hertz)
    {
        const int length = (BeatsPerBar + 1) * Beat;
        for (var i = 0; i < length; i++)
        {
            var swell = Math.Sin(Math.PI * i / length);
            mix[(start + i) % mix.Length] += (float)(0.25 * swell * Math.Sin(2 * Math.PI * hertz * i / Rate));
        }
    }

    private static void Pluck(float[] mix, int start, double hertz)
    {
        const int length = 2 * Beat;
        const int attack = 24;
        for (var i = 0; i < length; i++)
        {
            var gain = Math.Min(1, i / (double)attack) * Math.Exp(-5.0 * i / length);
            var wave = Math.Sin(2 * Math.PI * hertz * i / Rate) + 0.3 * Math.Sin(4 * Math.PI * hertz * i / Rate);
            mix[(start + i) % mix.Length] += (float)(0.5 * gain * wave);
        }
    }

    private static short[] Normalise(float[] mix)
    {
        var rms = Math.Sqrt(mix.Average(s => (double)s * s));
        return [.. mix.Select(s => (short)Math.Clamp(Math.Round(s * LoudnessRms / rms), short.MinValue, short.MaxValue))];
    }
}
