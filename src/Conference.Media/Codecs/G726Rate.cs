namespace Conference.Media.Codecs;

/// <summary>The tables of one rate of G.726 (§3.3 to §3.5), by code word.</summary>
internal sealed class G726Rate
{
    /// <summary>Where the cells of the quantiser end, in logarithms of base 2 with 7 fractional bits.</summary>
    public short[] Decisions { get; private init; } = [];

    /// <summary>The middle of each cell, the same way.</summary>
    public short[] Levels { get; private init; } = [];

    /// <summary>W(I): where the step size is pulled, with 9 fractional bits.</summary>
    public int[] Scales { get; private init; } = [];

    /// <summary>F(I): how unsteady the signal seems.</summary>
    public short[] Rates { get; private init; } = [];

    /// <summary>Whether the code word of all zeros is never sent: every rate but 16 kbit/s.</summary>
    public bool HasNoPlusZero { get; private init; } = true;

    public static G726Rate Two { get; } = new()
    {
        Decisions = [261],
        Levels = Mirrored<short>(116, 365),
        Scales = Mirrored<int>(-704, 14048),
        Rates = Mirrored<short>(0, 0xE00),
        HasNoPlusZero = false,
    };

    public static G726Rate Three { get; } = new()
    {
        Decisions = [8, 218, 331],
        Levels = Mirrored<short>(-2048, 135, 273, 373),
        Scales = Mirrored<int>(-128, 960, 4384, 18624),
        Rates = Mirrored<short>(0, 0x200, 0x400, 0xE00),
    };

    public static G726Rate Four { get; } = new()
    {
        Decisions = [-124, 80, 178, 246, 300, 349, 400],
        Levels = Mirrored<short>(-2048, 4, 135, 213, 273, 323, 373, 425),
        Scales = Mirrored<int>(-384, 576, 1312, 2048, 3584, 6336, 11360, 35904),
        Rates = Mirrored<short>(0, 0, 0, 0x200, 0x200, 0x200, 0x600, 0xE00),
    };

    public static G726Rate Five { get; } = new()
    {
        Decisions = [-122, -16, 68, 139, 198, 250, 298, 339, 378, 413, 445, 475, 502, 528, 553],
        Levels = Mirrored<short>(-2048, -66, 28, 104, 169, 224, 274, 318, 358, 395, 429, 459, 488, 514, 539, 566),
        Scales = Mirrored<int>(448, 448, 768, 1248, 1280, 1312, 1856, 3200, 4512, 5728, 7008, 8960, 11456, 14080, 16928, 22272),
        Rates = Mirrored<short>(0, 0, 0, 0, 0, 0x200, 0x200, 0x200, 0x200, 0x200, 0x400, 0x600, 0x800, 0xA00, 0xC00, 0xC00),
    };

    /// <summary>The negative code words count backwards.</summary>
    private static T[] Mirrored<T>(params ReadOnlySpan<T> positive)
    {
        var all = new T[2 * positive.Length];
        positive.CopyTo(all);
        for (var i = 0; i < positive.Length; i++)
            all[^(i + 1)] = positive[i];
        return all;
    }
}
