using Conference.Media.Dsp;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Dsp;

/// <summary>The gates of the mixer: ±0.2 dB up to 0.875 of the lower Nyquist frequency, nothing above -60 dB from 1.05 of it on, 75 dB of SINAD.</summary>
public sealed class ResamplerTests
{
    public static TheoryData<int, int> Ways => new() { { 8000, 16000 }, { 8000, 48000 }, { 16000, 48000 }, { 16000, 8000 }, { 48000, 8000 }, { 48000, 16000 } };

    [Theory]
    [MemberData(nameof(Ways))]
    public void The_pass_band_is_level(int from, int to)
    {
        foreach (var share in new[] { 0.01, 0.1, 0.3, 0.5, 0.7, 0.8, 0.875 })
            Assert.InRange(Decibels(from, to, share * Math.Min(from, to) / 2, Sharpness.Normal), -0.2, 0.2);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void The_light_one_is_level_a_little_less_far(int from, int to)
    {
        foreach (var share in new[] { 0.01, 0.3, 0.7, 0.8 })
            Assert.InRange(Decibels(from, to, share * Math.Min(from, to) / 2, Sharpness.Light), -0.2, 0.2);
    }

    [Theory]
    [InlineData(16000, 8000)]
    [InlineData(48000, 8000)]
    [InlineData(48000, 16000)]
    public void Nothing_folds_down(int from, int to)
    {
        for (var share = 1.05; share * to < from; share += 0.1)
        {
            Assert.InRange(Power(Pass(from, to, share * to / 2, Sharpness.Normal)), -200, -60);
            Assert.InRange(Power(Pass(from, to, (share + 0.02) * to / 2, Sharpness.Light)), -200, -60);
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_tone_stays_a_tone_without_images(int from, int to)
    {
        foreach (var hertz in new[] { 300, 1020, 2500, 3300 })
            Assert.InRange(Tone.Fit(Pass(from, to, hertz, Sharpness.Normal), hertz, to).Sinad, 75, 200);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_stream_in_pieces_of_any_length_comes_out_as_in_one(int from, int to)
    {
        int[] samples = [.. Signal.Noise(30000, from).Select(s => (int)s)];
        var (whole, pieces) = (new int[to], new int[to]);
        new Resampler(from, to).Process(samples, whole);

        var resampler = new Resampler(from, to);
        var random = new Random(3);
        for (var at = 0; at < from;)
        {
            var count = Math.Min(from - at, from / 1000 * random.Next(1, 60));
            resampler.Process(samples.AsSpan(at, count), pieces.AsSpan((int)((long)at * to / from), (int)((long)count * to / from)));
            at += count;
        }

        for (var i = 0; i < to; i++) // sums of floats in another order
            Assert.InRange(pieces[i] - whole[i], -1, 1);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void It_is_late_by_exactly_what_it_says(int from, int to)
    {
        var resampler = new Resampler(from, to);
        var pulse = new int[from / 10];
        pulse[0] = 1_000_000;
        var heard = new int[to / 10];
        resampler.Process(pulse, heard);
        Assert.Equal(resampler.Delay, Array.IndexOf(heard, heard.Max()));
    }

    [Fact]
    public void Twenty_voices_at_full_scale_pass_without_loss()
    {
        var sum = Enumerable.Repeat(20 * 32767, 1600).ToArray();
        var heard = new int[3200];
        new Resampler(8000, 16000).Process(sum, heard);
        Assert.All(heard[200..], s => Assert.InRange(s, 20 * 32767 - 1, 20 * 32767 + 1));
    }

    [Fact]
    public void A_reset_stream_is_silent_and_nothing_is_allocated()
    {
        var resampler = new Resampler(8000, 48000);
        var (samples, result) = (Enumerable.Repeat(9999, 160).ToArray(), new int[960]);
        resampler.Process(samples, result);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            resampler.Process(samples, result);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        resampler.Reset();
        resampler.Process(new int[160], result);
        Assert.All(result, s => Assert.Equal(0, s));
    }

    [Fact]
    public void Rates_that_do_not_divide_each_other_are_refused() => Assert.Throws<ArgumentException>(() => new Resampler(44100, 48000));

    private static double Decibels(int from, int to, double hertz, Sharpness sharpness) =>
        20 * Math.Log10(Tone.Fit(Pass(from, to, hertz, sharpness), hertz, to).Amplitude / 20000);

    private static double Power(short[] pcm) => 10 * Math.Log10((pcm.Sum(s => (double)s * s) / pcm.Length + 1e-9) / (20000.0 * 20000 / 2));

    private static short[] Pass(int from, int to, double hertz, Sharpness sharpness)
    {
        int[] samples = [.. Tone.Sine(hertz, 20000, from / 2, rate: from).Select(s => (int)s)];
        var heard = new int[to / 2];
        new Resampler(from, to, sharpness).Process(samples, heard);
        return [.. heard.Skip(to / 10).Select(s => (short)s)];
    }
}
