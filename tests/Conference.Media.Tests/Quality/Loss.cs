namespace Conference.Media.Tests.Quality;

/// <summary>Which packets a network loses; the same ones every time.</summary>
internal static class Loss
{
    /// <summary>Each for itself.</summary>
    public static bool[] Random(int packets, double share, int seed = 5)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, packets).Select(_ => random.NextDouble() < share)];
    }

    /// <summary>Several in a row.</summary>
    public static bool[] Bursts(int packets, double share, int length, int seed = 5)
    {
        var (random, lost) = (new Random(seed), new bool[packets]);
        for (var i = 0; i + length < packets; i += length)
        {
            if (random.NextDouble() < share) lost.AsSpan(i, length).Fill(true);
        }

        return lost;
    }
}
