using Conference.Media.Codecs;
using Conference.Media.Rtp;

namespace Conference.Media.Tests.Rtp;

public sealed class EModelTests
{
    private static readonly CodecImpairment s_narrow = CodecImpairment.Of(VoiceFormats.Pcma);

    [Fact]
    public void A_clean_call_scores_as_the_recommendation_says() =>
        Assert.Equal(4.41, EModel.Score(s_narrow, loss: 0, burst: 1, mouthToEar: 80), 0.01);

    [Theory] // R = 93.2 - 95 * loss / (loss + 25.1)
    [InlineData(1, 4.34)]
    [InlineData(5, 3.92)]
    [InlineData(10, 3.41)]
    public void Losses_cost_what_G_113_says_of_a_codec_that_covers_them(double loss, double score) =>
        Assert.Equal(score, EModel.Score(s_narrow, loss, burst: 1, mouthToEar: 80), 0.03);

    [Fact]
    public void Losses_in_bursts_delay_and_worse_codecs_cost_more()
    {
        var single = EModel.Score(s_narrow, 5, 1, 80);

        Assert.True(EModel.Score(s_narrow, 5, 3, 80) < single - 0.05);
        Assert.True(EModel.Score(s_narrow, 5, 1, 400) < single - 0.3);
        Assert.True(EModel.Score(CodecImpairment.Of(VoiceFormats.Gsm), 5, 1, 80) < single - 0.5);
        Assert.True(EModel.Score(CodecImpairment.Of(VoiceFormats.Opus), 0, 1, 80) > 4.4);
    }

    [Fact]
    public void Whatever_happens_the_score_stays_between_1_and_4_5()
    {
        for (var loss = 0; loss <= 100; loss += 5)
        {
            for (var delay = 0; delay < 5000; delay += 500)
                Assert.InRange(EModel.Score(s_narrow, loss, 1 + loss / 10.0, delay), 1, 4.5);
        }
    }

    [Fact]
    public void A_bad_minute_shows_in_the_current_and_the_worst_score_and_less_in_the_mean()
    {
        var meter = new QualityMeter();
        long expected = 0, missing = 0;

        Pass(60, 0);
        Assert.InRange(meter.Current, 4.3, 4.5);
        Pass(30, 10);
        Assert.InRange(meter.Current, 2, 3);
        var bad = meter.Current;
        Pass(120, 0);

        Assert.InRange(meter.Current, 4.3, 4.5);
        Assert.InRange(meter.Worst, bad - 0.3, bad + 0.1);
        Assert.InRange(meter.Mean, 3.6, 4.3);

        void Pass(int seconds, int lost)
        {
            for (var i = 0; i < seconds; i++)
            {
                (expected, missing) = (expected + 50, missing + lost);
                meter.Second(s_narrow, new StreamCounters(expected, missing, missing), roundTrip: 20, buffer: 20, packet: 20);
            }
        }
    }

    [Fact]
    public void Silence_is_not_judged()
    {
        var meter = new QualityMeter();
        meter.Second(s_narrow, new StreamCounters(50, 0, 0), 0, 0, 20);
        var before = meter.Current;

        meter.Second(s_narrow, new StreamCounters(50, 0, 0), 0, 200, 20);

        Assert.Equal(before, meter.Current);
    }
}
