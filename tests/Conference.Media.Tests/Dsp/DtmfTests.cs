using Conference.Media.Codecs;
using Conference.Media.Dsp;
using Conference.Media.Tests.Testing;
using Xunit.Abstractions;

namespace Conference.Media.Tests.Dsp;

/// <summary>What must be heard as a key and what must not (ITU-T Q.24; the table of our measurements).</summary>
public sealed class DtmfTests(ITestOutputHelper output)
{
    private const string Keys = "1234567890*#ABCD";

    public static TheoryData<int> Rates => [8000, 16000, 48000];

    [Theory]
    [MemberData(nameof(Rates))]
    public void What_is_dialled_is_heard_once_each(int rate)
    {
        var (generator, detector) = (new DtmfGenerator(rate), new DtmfDetector(rate));
        foreach (var key in Keys)
            Assert.True(generator.Enqueue(key));
        var (heard, frame) = ("", new short[rate / 50]);
        while (generator.Fill(frame))
            heard += Text(detector.Feed(frame));
        Assert.Equal(Keys, heard);
        Assert.Equal("", Text(detector.Feed(new short[rate / 20])));
        Assert.Equal(DtmfDetector.None, detector.Key);
    }

    [Theory]
    [InlineData(50, 0, 0, 0)]
    [InlineData(40, 0, 0, 0)]
    [InlineData(50, 1.5, 0, 0)]
    [InlineData(50, -1.5, 0, 0)]
    [InlineData(50, 0, 3, 0)] // the column weaker, as long lines make it
    [InlineData(50, 0, 6, 0)]
    [InlineData(50, 0, -3, 0)]
    [InlineData(50, 0, 0, -14.5)] // each tone at -30 dBov
    public void Every_key_within_the_limits_is_heard(int milliseconds, double offset, double twist, double decibels) =>
        Assert.Equal(1, Share(milliseconds, offset, twist, decibels, noise: 0));

    [Fact]
    public void Keys_are_heard_through_noise() => Assert.InRange(Share(50, 0, 0, 0, noise: 0.25), 0.97, 1); // 12 dB

    [Theory]
    [InlineData(50, 3.5, 0, 0)] // other tones
    [InlineData(50, -3.5, 0, 0)]
    [InlineData(50, 0, 12, 0)] // too uneven
    [InlineData(50, 0, -8, 0)]
    [InlineData(50, 0, 0, -30)] // too faint
    [InlineData(10, 0, 0, 0)] // too short
    public void What_is_outside_the_limits_is_no_key(int milliseconds, double offset, double twist, double decibels) =>
        Assert.Equal(0, Share(milliseconds, offset, twist, decibels, noise: 0));

    [Fact]
    public void Keys_survive_every_codec_that_carries_them()
    {
        var codecs = new VoiceCodecs();
        foreach (var format in codecs.Formats.Where(f => f.Name is "PCMA" or "PCMU" or "G722" or "G726-32" or "L16"))
        {
            using var encoder = codecs.OpenEncoder(format, "");
            using var decoder = codecs.OpenDecoder(format, "");
            var (generator, detector) = (new DtmfGenerator(format.Rate), new DtmfDetector(format.Rate));
            foreach (var key in Keys)
                generator.Enqueue(key);
            var (heard, frame, payload) = ("", new short[format.Frame], new byte[1920]);
            while (generator.Fill(frame))
            {
                decoder.Decode(payload.AsSpan(0, encoder.Encode(frame, payload)), frame);
                heard += Text(detector.Feed(frame));
            }

            Assert.Equal(Keys, heard);
        }
    }

    [Fact]
    public void No_prompt_in_any_language_sounds_like_a_key()
    {
        var seconds = 0;
        foreach (var language in Speech.Languages)
        {
            foreach (var rate in new[] { 8000, 16000 })
            {
                var speech = Speech.Of(language, rate);
                var detector = new DtmfDetector(rate);
                seconds += speech.Length / rate;
                foreach (var frame in speech.Chunk(rate / 50))
                    Assert.Equal(DtmfDetector.None, detector.Feed(frame));
            }
        }

        output.WriteLine($"{seconds} s without a false key");
    }

    [Fact]
    public void A_key_is_suspected_with_the_first_block_and_forgotten_with_the_next()
    {
        var detector = new DtmfDetector();
        detector.Feed(Pair('5', 13, 0, 0, 0, 0));
        Assert.True(detector.IsSuspect);
        detector.Feed(new short[204]);
        Assert.False(detector.IsSuspect);
    }

    [Fact]
    public void What_is_no_key_is_not_said_and_the_voice_left_alone()
    {
        var generator = new DtmfGenerator(8000);
        Assert.False(generator.Enqueue('x'));
        short[] voice = [1, 2, 3];
        Assert.False(generator.Fill(voice));
        Assert.Equal([1, 2, 3], voice);
        Assert.Equal(32, Enumerable.Range(0, 40).Count(_ => generator.Enqueue('1')));
    }

    /// <summary>How many of 320 presses, each beginning elsewhere in a block, are heard as what they are.</summary>
    private static double Share(int milliseconds, double offset, double twist, double decibels, double noise)
    {
        var heard = 0;
        var random = new Random(24);
        for (var press = 0; press < 320; press++)
        {
            var detector = new DtmfDetector();
            detector.Feed(new short[random.Next(102)]);
            var told = detector.Feed(Pair(Keys[press % 16], milliseconds, offset, twist, decibels, noise, press));
            if (told == DtmfDetector.None) told = detector.Feed(new short[400]);
            heard += told == Keys[press % 16] ? 1 : 0;
        }

        return heard / 320.0;
    }

    private static short[] Pair(char key, int milliseconds, double offset, double twist, double decibels, double noise, int seed = 0)
    {
        DtmfTones.TryFind(key, out var row, out var column);
        var amplitude = 8000 * Math.Pow(10, decibels / 20);
        var (low, high) = (DtmfTones.Frequencies[row] * (1 + offset / 100), DtmfTones.Frequencies[4 + column] * (1 + offset / 100));
        var (up, down) = (amplitude * Math.Pow(10, twist / 40), amplitude * Math.Pow(10, -twist / 40));
        var random = new Random(seed);
        return
        [
            .. Enumerable.Range(0, milliseconds * 8).Select(i => (short)(up * Math.Sin(2 * Math.PI * low * i / 8000) + down * Math.Sin(2 * Math.PI * high * i / 8000)
                + noise * amplitude * Math.Sqrt(3) * (2 * random.NextDouble() - 1))),
        ];
    }

    private static string Text(char key) => key == DtmfDetector.None ? "" : key.ToString();
}
