using Conference.Media.Mixing;

namespace Conference.Media.Tests.Mixing;

public sealed class BusTests
{
    [Fact]
    public void What_a_talker_hears_is_exactly_the_sum_of_the_others()
    {
        var random = new Random(1);
        var voices = Enumerable.Range(0, 20).Select(_ => Voice(random)).ToArray();
        var sum = new int[160];
        foreach (var voice in voices)
            Bus.Add(sum, voice);

        var heard = new int[160];
        Bus.Hear(sum, voices[7], heard);

        for (var i = 0; i < 160; i++)
            Assert.Equal(voices.Where(v => v != voices[7]).Sum(v => v[i]), heard[i]);
    }

    [Fact]
    public void Peak_power_and_level_are_those_of_the_samples()
    {
        short[] square = [.. Enumerable.Range(0, 160).Select(i => i % 2 == 0 ? short.MinValue : short.MinValue)];
        Assert.Equal(32768, Bus.Peak([.. square.Select(s => (int)s)]));
        Assert.Equal((double)(1 << 30), Bus.Power(square));
        Assert.Equal(0, Bus.Decibels(Bus.Power(square)));
        Assert.Equal(-127, Bus.Decibels(Bus.Power(new short[160])));
        Assert.Equal(-20, Bus.Decibels((1 << 30) / 100.0), 3);
    }

    [Fact]
    public void Clipping_saturates()
    {
        var pcm = new short[17];
        Bus.Clip([.. Enumerable.Range(0, 17).Select(i => i % 2 == 0 ? 1_000_000 : -1_000_000)], pcm);
        Assert.Equal(Enumerable.Range(0, 17).Select(i => i % 2 == 0 ? short.MaxValue : short.MinValue), pcm);
    }

    private static short[] Voice(Random random) => [.. Enumerable.Range(0, 160).Select(_ => (short)random.Next(short.MinValue, 32768))];
}
