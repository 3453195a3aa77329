using Conference.Media.Codecs;
using Conference.Media.Dsp;
using Conference.Media.Mixing;
using Conference.Media.Tests.Testing;
using Xunit.Abstractions;

namespace Conference.Media.Tests.Dsp;

public sealed class G722LevelTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("en")]
    [InlineData("it")]
    [InlineData("zh")]
    public void The_code_words_alone_tell_how_loud_speech_is(string language)
    {
        var (told, real) = (new List<double>(), new List<double>());
        var tracker = new G722Level();
        var encoder = new G722Encoder();
        var codes = new byte[160];
        foreach (var frame in Speech.Of(language, 16000).Chunk(320).Where(f => f.Length == 320))
        {
            encoder.Encode(frame, codes);
            var level = tracker.Measure(codes);
            if (Bus.Decibels(Bus.Power(frame)) is var true_ && true_ < -60) continue;
            told.Add(level);
            real.Add(true_);
        }

        var (meanTold, meanReal) = (told.Average(), real.Average());
        var product = told.Zip(real, (a, b) => (a - meanTold) * (b - meanReal)).Sum();
        var likeness = product / Math.Sqrt(told.Sum(a => Math.Pow(a - meanTold, 2)) * real.Sum(b => Math.Pow(b - meanReal, 2)));
        output.WriteLine($"likeness {likeness:F3}, offset {meanTold - meanReal:F2} dB");
        Assert.InRange(likeness, 0.85, 1);
        Assert.InRange(meanTold - meanReal, -3, 3);
    }

    [Fact]
    public void Silence_is_quiet()
    {
        var (encoder, tracker, codes) = (new G722Encoder(), new G722Level(), new byte[160]);
        var level = 0f;
        for (var i = 0; i < 20; i++)
        {
            encoder.Encode(new short[320], codes);
            level = tracker.Measure(codes);
        }

        Assert.InRange(level, -127, -60);
        Assert.Equal(-127, tracker.Measure([]));
    }
}
