using Conference.Media.Dsp;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Dsp;

public sealed class ConcealerTests
{
    public static TheoryData<int> Rates => [8000, 16000, 48000];

    [Theory]
    [MemberData(nameof(Rates))]
    public void Audio_without_losses_passes_untouched(int rate)
    {
        var concealer = new Concealer(rate);
        concealer.Pass(new short[rate / 50]); // the first after nothing may be smoothed
        foreach (var frame in Speech.Of("en", rate)[..rate].Chunk(rate / 50))
        {
            var pcm = frame.ToArray();
            concealer.Pass(pcm);
            Assert.Equal(frame, pcm);
        }
    }

    [Theory]
    [MemberData(nameof(Rates))]
    public void A_vowel_goes_on(int rate)
    {
        var (concealer, frame) = (new Concealer(rate), rate / 50);
        for (var i = 0; i < 10; i++)
            concealer.Pass(Vowel(rate, i * frame, frame));
        var invented = new short[frame];
        concealer.Invent(invented);

        var meant = Vowel(rate, 10 * frame, frame);
        for (var i = 0; i < frame / 2; i++)
            Assert.InRange(invented[i] - meant[i], -1200, 1200);
        Assert.Equal(frame, concealer.Lost);
    }

    [Theory]
    [MemberData(nameof(Rates))]
    public void It_is_silent_after_60_ms_and_comes_back_softly(int rate)
    {
        var (concealer, frame) = (new Concealer(rate), rate / 50);
        for (var i = 0; i < 10; i++)
            concealer.Pass(Vowel(rate, i * frame, frame));
        var invented = new short[5 * frame];
        concealer.Invent(invented);
        Assert.True(concealer.IsSilent);
        Assert.All(invented[(3 * frame)..], s => Assert.Equal(0, s));
        Assert.Contains(invented[(2 * frame)..(3 * frame)], s => s != 0);

        var real = Enumerable.Repeat((short)10000, frame).ToArray();
        concealer.Pass(real);
        Assert.InRange(real[0], (short)0, (short)2000);
        Assert.Equal(10000, real[^1]);
        Assert.Equal(0, concealer.Lost);
    }

    [Fact]
    public void A_codec_that_conceals_by_itself_is_believed_for_100_ms()
    {
        var concealer = new Concealer(16000);
        concealer.Pass(Vowel(16000, 0, 320));
        for (var i = 0; i < 5; i++)
        {
            Assert.False(concealer.IsSilent);
            concealer.Borrow(new short[320]);
        }

        Assert.True(concealer.IsSilent);
    }

    [Fact]
    public void Losing_and_finding_allocates_nothing()
    {
        var (concealer, pcm) = (new Concealer(48000), new short[960]);
        concealer.Pass(pcm);
        concealer.Invent(pcm);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 50; i++)
        {
            concealer.Invent(pcm);
            concealer.Pass(pcm);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    /// <summary>140 Hz with some harmonics.</summary>
    private static short[] Vowel(int rate, int start, int samples) =>
    [
        .. Enumerable.Range(start, samples).Select(i => (short)(Enumerable.Range(1, 5)
            .Sum(h => Math.Sin(2 * Math.PI * 140 * h * i / rate + h) / h) * 5000)),
    ];
}
