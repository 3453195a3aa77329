using Conference.Media.Mixing;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Mixing;

public sealed class LimiterTests
{
    public static TheoryData<int> Rates => [8000, 16000, 48000];

    [Theory]
    [MemberData(nameof(Rates))]
    public void What_fits_passes_untouched(int rate)
    {
        var limiter = new Limiter();
        var sum = Sine(29000, rate, 0, rate / 50);
        Assert.Equal(sum.Select(s => (short)s), Limited(limiter, sum, 2));
        Assert.Equal(1, limiter.Gain);
    }

    [Theory]
    [MemberData(nameof(Rates))]
    public void One_voice_passes_untouched_at_full_scale(int rate)
    {
        int[] loud = [.. Enumerable.Range(0, rate / 50).Select(i => i % 2 == 0 ? 32767 : -32768)];
        Assert.Equal(loud.Select(s => (short)s), Limited(new Limiter(), loud, voices: 1));
    }

    [Theory]
    [MemberData(nameof(Rates))]
    public void Twenty_loud_talkers_never_reach_full_scale(int rate)
    {
        var (limiter, frame) = (new Limiter(), rate / 50);
        var voices = Voices(rate, 20);
        for (var at = 0; at + frame <= 10 * rate; at += frame)
            Assert.DoesNotContain(Limited(limiter, Sum(voices, at, frame), 20), s => s is short.MaxValue or short.MinValue);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(20)]
    public void Only_the_gain_moves_the_shape_stays(int talkers)
    {
        const int rate = 16000;
        var (limiter, frame, segment) = (new Limiter(), rate / 50, rate / 100);
        var voices = Voices(rate, talkers);
        var ratios = new List<double>();
        for (var at = 0; at + frame <= 10 * rate; at += frame)
        {
            var sum = Sum(voices, at, frame);
            var heard = Limited(limiter, sum, talkers);
            for (var i = 0; i < frame; i += segment)
            {
                if (sum.Skip(i).Take(segment).Max(Math.Abs) > 29204) ratios.Add(LocalRatio(sum.AsSpan(i, segment), heard.AsSpan(i, segment)));
            }
        }

        Assert.NotEmpty(ratios);
        Assert.InRange(ratios.Average(), 30, 100);
    }

    [Theory]
    [MemberData(nameof(Rates))]
    public void It_lets_go_within_a_second(int rate)
    {
        var limiter = new Limiter();
        for (var i = 0; i < 10; i++)
            Limited(limiter, Sine(200_000, rate, i * rate / 50, rate / 50), 9);
        Assert.InRange(limiter.Gain, 0.1, 0.2);
        for (var i = 10; i < 60; i++)
            Limited(limiter, Sine(1000, rate, i * rate / 50, rate / 50), 9);
        Assert.Equal(1, limiter.Gain);
    }

    [Theory]
    [MemberData(nameof(Rates))]
    public void Gain_moves_without_steps(int rate)
    {
        var (limiter, frame) = (new Limiter(), rate / 50);
        var heard = new List<short>();
        for (var i = 0; i < 20; i++)
            heard.AddRange(Limited(limiter, Sine(i < 5 ? 20_000 : 60_000, rate, i * frame, frame), 2));
        var largest = Enumerable.Range(1, heard.Count - 1).Max(i => Math.Abs(heard[i] - heard[i - 1]));
        Assert.InRange(largest, 0, 2 * Math.PI * 400 / rate * 60_000);
    }

    private static short[] Limited(Limiter limiter, int[] sum, int voices)
    {
        var pcm = new short[sum.Length];
        limiter.Apply(sum, voices, pcm);
        return pcm;
    }

    private static int[] Sine(double amplitude, int rate, int start, int samples) =>
        [.. Enumerable.Range(start, samples).Select(i => (int)Math.Round(amplitude * Math.Sin(2 * Math.PI * 400 * i / rate)))];

    /// <summary>Speech, every voice at another place of it, with peaks at -1 dBFS.</summary>
    private static short[][] Voices(int rate, int talkers)
    {
        var speech = Speech.Of("en", rate);
        var loud = 29204.0 / speech.Max(s => Math.Abs((int)s));
        return
        [
            .. Enumerable.Range(0, talkers).Select(t => Enumerable.Range(0, 10 * rate)
                .Select(i => (short)(loud * speech[(i + t * (speech.Length / talkers)) % speech.Length])).ToArray()),
        ];
    }

    private static int[] Sum(short[][] voices, int at, int samples)
    {
        var sum = new int[samples];
        foreach (var voice in voices)
            Bus.Add(sum, voice.AsSpan(at, samples));
        return sum;
    }

    /// <summary>Signal to distortion in dB when the best constant gain is allowed for.</summary>
    private static double LocalRatio(ReadOnlySpan<int> sum, ReadOnlySpan<short> heard)
    {
        double product = 0, energy = 0, rest = 1e-9;
        for (var i = 0; i < sum.Length; i++)
            (product, energy) = (product + (double)sum[i] * heard[i], energy + (double)sum[i] * sum[i]);
        var gain = product / energy;
        for (var i = 0; i < sum.Length; i++)
            rest += Math.Pow(heard[i] - gain * sum[i], 2);
        return 10 * Math.Log10(gain * gain * energy / rest);
    }
}
