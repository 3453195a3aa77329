using Conference.Media.Mixing;

namespace Conference.Media.Tests.Mixing;

public sealed class FadeTests
{
    [Theory]
    [InlineData(8000)]
    [InlineData(16000)]
    [InlineData(48000)]
    public void It_opens_within_5_ms_and_closes_within_20(int rate)
    {
        var fade = new Fade();
        var first = Flat(rate);
        Assert.True(fade.Apply(true, first));
        Assert.Equal(0, first[0]);
        Assert.All(first[(rate / 200 + 1)..], s => Assert.Equal(10000, s));

        var open = Flat(rate);
        Assert.True(fade.Apply(true, open));
        Assert.All(open, s => Assert.Equal(10000, s));

        var last = Flat(rate);
        Assert.True(fade.Apply(false, last));
        Assert.InRange(last[rate / 100], (short)4500, (short)5500); // half way
        Assert.InRange(last[^1], (short)0, (short)50);
        fade.Apply(false, last);
        Assert.False(fade.Apply(false, Flat(rate)));
    }

    [Fact]
    public void It_never_steps()
    {
        var fade = new Fade();
        var heard = new List<short>();
        foreach (var open in new[] { true, false, true, true, false, false })
        {
            var frame = new short[160];
            Array.Fill(frame, (short)10000);
            if (!fade.Apply(open, frame)) frame.AsSpan().Clear();
            heard.AddRange(frame);
        }

        Assert.InRange(Enumerable.Range(1, heard.Count - 1).Max(i => Math.Abs(heard[i] - heard[i - 1])), 1, 450);
        Assert.Equal(0, heard[^1]);
    }

    private static short[] Flat(int rate) => Enumerable.Repeat((short)10000, rate / 50).ToArray();
}
