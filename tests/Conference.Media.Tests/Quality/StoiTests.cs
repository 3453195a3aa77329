using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Quality;

/// <summary>The yardstick itself.</summary>
public sealed class StoiTests
{
    [Fact]
    public void The_same_sentence_is_perfect_at_any_volume()
    {
        var speech = Speech.Of("en", 8000)[..80000];
        Assert.InRange(Stoi.Of(speech, [.. speech.Select(s => (short)(s / 4))], 8000), 0.999, 1);
    }

    [Fact]
    public void The_more_noise_the_less_is_understood()
    {
        var speech = Speech.Of("en", 8000)[..80000];
        var scores = new[] { 300, 3000, 15000 }.Select(a => Stoi.Of(speech, Mixed(speech, a), 8000)).ToArray();
        Assert.InRange(scores[0], 0.9, 1);
        Assert.InRange(scores[1], 0.5, scores[0] - 0.05);
        Assert.InRange(scores[2], 0, scores[1] - 0.1);
    }

    private static short[] Mixed(short[] speech, int amplitude) =>
        [.. speech.Zip(Signal.Noise(amplitude, speech.Length), (a, b) => (short)Math.Clamp(a + b, -32768, 32767))];
}
