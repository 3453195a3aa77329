using Conference.Media.Dsp;
using Conference.Media.Mixing;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Dsp;

public sealed class ComfortNoiseTests
{
    [Theory]
    [InlineData(30)]
    [InlineData(50)]
    [InlineData(65)]
    public void Noise_is_as_loud_as_the_payload_says(int level)
    {
        var noise = new ComfortNoise();
        Assert.True(noise.Update([(byte)level]));
        Assert.InRange(Level(noise), -level - 0.7, -level + 0.7);
        Assert.True(noise.Update([(byte)level, 230, 60, 150])); // coloured, and as loud
        Assert.InRange(Level(noise), -level - 1, -level + 1);
    }

    [Fact]
    public void A_shape_is_heard()
    {
        var noise = new ComfortNoise();
        noise.Update([30, 30]); // a first coefficient below zero: a low rumble
        var pcm = Make(noise);
        Assert.True(Band(pcm, 200) > 10 * Band(pcm, 3800));
    }

    [Fact]
    public void It_begins_softly_and_127_is_silence()
    {
        var noise = new ComfortNoise();
        noise.Set(-20);
        var pcm = new short[160];
        noise.Fill(pcm);
        Assert.InRange(pcm[..8].Max(s => Math.Abs((int)s)), 0, 400);
        noise.Update([127]);
        noise.Fill(pcm);
        noise.Fill(pcm);
        Assert.All(pcm, s => Assert.Equal(0, s));
        Assert.False(noise.Update([]));
    }

    [Fact]
    public void Any_payload_is_survived()
    {
        var (noise, random, pcm) = (new ComfortNoise(), new Random(13), new short[320]);
        for (var i = 0; i < 2000; i++)
        {
            var payload = new byte[random.Next(60)];
            random.NextBytes(payload);
            noise.Update(payload);
            noise.Fill(pcm);
        }
    }

    [Fact]
    public void A_level_is_written_as_it_is_read()
    {
        var payload = new byte[1];
        Assert.Equal(1, ComfortNoise.Write(-47.4f, payload));
        Assert.Equal(-47, ComfortNoise.LevelOf(payload));
        Assert.Equal(0, ComfortNoise.Write(-47, []));
    }

    private static double Level(ComfortNoise noise) => Bus.Decibels(Bus.Power(Make(noise)));

    private static short[] Make(ComfortNoise noise)
    {
        var pcm = new short[32000];
        noise.Fill(pcm);
        noise.Fill(pcm);
        return pcm;
    }

    /// <summary>Mean power about a frequency.</summary>
    private static double Band(short[] pcm, double hertz) => pcm.Chunk(160).Average(c => Math.Pow(Tone.Amplitude(c, hertz), 2));
}
