namespace Conference.Media.Mixing;

/// <summary>The sample rates voices are mixed at: narrow, wide and full band.</summary>
internal static class MixRates
{
    public const int Count = 3;

    /// <summary>Samples in 20 ms at the highest rate.</summary>
    public const int LongestFrame = 960;

    private static ReadOnlySpan<int> Hertz => [8000, 16000, 48000];

    /// <summary>0 for 8 000 Hz, 1 for 16 000, 2 for 48 000.</summary>
    public static int IndexOf(int hertz) => hertz switch
    {
        8000 => 0,
        16000 => 1,
        48000 => 2,
        _ => throw new ArgumentOutOfRangeException(nameof(hertz)),
    };

    public static int HertzOf(int index) => Hertz[index];

    /// <summary>Samples in 20 ms.</summary>
    public static int FrameOf(int index) => Hertz[index] / 50;
}
