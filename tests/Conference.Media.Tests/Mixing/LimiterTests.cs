using Conference.Media.Mixing;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Mixing;

public sealed class LimiterTests
{
    private readonly Limiter _limiter = new();

    [Fact]
    public void What_fits_passes_untouched()
    {
        var pcm = Frames(1, _ => 29000);
        Assert.Equal(Tone.Sine(400, 29000, 1600), pcm[..1600]);
        Assert.Equal(1, _limiter.Gain);
    }

    [Fact]
    public void One_voice_passes_untouched_at_full_scale()
    {
        int[] loud = [.. Enumerable.Range(0, 160).Select(i => i % 2 == 0 ? 32767 : -32768)];
        var pcm = new short[160];

        _limiter.Apply(loud, voices: 1, pcm);

        Assert.Equal(loud.Select(s => (short)s), pcm);
    }

    [Fact]
    public void Twenty_loud_talkers_never_reach_full_scale()
    {
        var random = new Random(20);
        for (var frame = 0; frame < 500; frame++)
        {
            var sum = new int[160];
            for (var talker = 0; talker < 20; talker++)
                Bus.Add(sum, Tone.Sine(150 + 37 * talker, 29000 * random.NextDouble(), 160, frame * 160));
            var pcm = new short[160];
            _limiter.Apply(sum, 20, pcm);
            Assert.DoesNotContain(pcm, s => s is short.MaxValue or short.MinValue);
        }
    }

    [Fact]
    public void It_lets_go_within_a_second()
    {
        Frames(10, _ => 200_000);
        Assert.InRange(_limiter.Gain, 0.1, 0.2);
        Frames(50, _ => 1000);
        Assert.Equal(1, _limiter.Gain);
    }

    [Fact]
    public void Gain_moves_without_steps()
    {
        var pcm = Frames(20, frame => frame < 5 ? 20_000 : 60_000);
        var largest = Enumerable.Range(1, pcm.Length - 1).Max(i => Math.Abs(pcm[i] - pcm[i - 1]));
        Assert.InRange(largest, 0, 2 * Math.PI * 400 / 8000 * 60_000);
    }

    private short[] Frames(int count, Func<int, double> amplitude)
    {
        var all = new List<short>();
        for (var frame = 0; frame < Math.Max(count, 10); frame++)
        {
            int[] sum = [.. Enumerable.Range(frame * 160, 160).Select(i => (int)Math.Round(amplitude(frame) * Math.Sin(2 * Math.PI * 400 * i / 8000)))];
            var pcm = new short[160];
            _limiter.Apply(sum, 2, pcm);
            all.AddRange(pcm);
        }

        return [.. all];
    }
}
