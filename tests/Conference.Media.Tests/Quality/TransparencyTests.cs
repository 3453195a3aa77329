using Conference.Media.Codecs;
using Conference.Media.Mixing;
using Conference.Media.Tests.Testing;
using Xunit.Abstractions;

namespace Conference.Media.Tests.Quality;

/// <summary>What a room does to a voice: nothing where nothing need be done, and elsewhere no more than the codecs themselves.</summary>
public sealed class TransparencyTests(ITestOutputHelper output)
{
    private const double Hertz = 1020;
    private const double MinusTen = 10362; // dBFS

    private static readonly VoiceCodecs s_codecs = new();

    private static readonly string[] s_names = ["PCMU", "PCMA", "G722", "G726-32", "GSM", "G729", "opus"];

    /// <summary>Measured with other implementations of these codecs: SINAD in dB and gain in dB, talkers down, listeners across.</summary>
    private static readonly (double Sinad, double Gain)[,] s_measured =
    {
        { (37.2, .01), (34.2, .06), (37.3, .01), (32.9, .01), (22.2, -1.0), (23.8, -.6), (32.9, -.1) },
        { (33.8, -.02), (36.6, .02), (36.9, .02), (32.0, .02), (19.8, -.6), (22.1, -.7), (31.3, -.1) },
        { (37.0, .01), (36.2, .02), (44.4, 0), (35.7, 0), (29.3, -.3), (22.1, -.6), (37.7, -.1) },
        { (33.4, .01), (33.0, .01), (35.9, 0), (35.7, 0), (19.9, -1.0), (21.4, -.6), (31.6, -.1) },
        { (30.7, -.1), (30.8, -.1), (32.0, -.1), (30.6, -.1), (28.7, -.2), (21.4, -.6), (31.1, -.2) },
        { (21.8, -.6), (21.9, -.6), (22.0, -.6), (21.8, -.6), (19.5, -1.5), (19.6, -.7), (22.0, -.6) },
        { (34.6, 0), (34.0, -.1), (38.0, -.1), (34.1, -.1), (27.6, -.4), (22.2, -.6), (34.6, -.1) },
    };

    public static TheoryData<string, string> Pairs
    {
        get
        {
            var pairs = new TheoryData<string, string>();
            foreach (var talks in s_names)
            {
                foreach (var hears in s_names)
                    pairs.Add(talks, hears);
            }

            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void A_tone_is_as_clean_as_its_two_codecs_allow(string talks, string hears)
    {
        if (Find(talks) is not { } from || Find(hears) is not { } to) return; // a library is missing
        var (sinad, gain) = s_measured[Array.IndexOf(s_names, talks), Array.IndexOf(s_names, hears)];

        var heard = MixPath.Hear(s_codecs, from, to, Tone.Sine(Hertz, MinusTen, 4 * from.Rate, rate: from.Rate));
        var (clean, amplitude) = Tone.Fit(heard.AsSpan(to.Rate), Hertz, to.Rate);
        var decibels = 20 * Math.Log10(amplitude / MinusTen);

        output.WriteLine($"{talks} to {hears}: {clean:F1} dB, {decibels:F2} dB; measured {sinad}, {gain}");
        Assert.InRange(clean, sinad - 2, 120);
        if (talks is "GSM" or "G729" || hears is "GSM" or "G729") Assert.InRange(decibels, -2, 0.3);
        else Assert.InRange(decibels, -0.3, 0.3);
    }

    [Theory]
    [InlineData(8000, 8000, 90)]
    [InlineData(16000, 16000, 90)]
    [InlineData(48000, 48000, 90)]
    [InlineData(8000, 16000, 75)]
    [InlineData(16000, 8000, 75)]
    [InlineData(8000, 48000, 75)]
    [InlineData(48000, 8000, 75)]
    [InlineData(16000, 48000, 75)]
    [InlineData(48000, 16000, 75)]
    public void Linear_audio_stays_linear(int from, int to, double least)
    {
        var heard = MixPath.Hear(s_codecs, s_codecs.Find("L16", from, 1)!, s_codecs.Find("L16", to, 1)!, Tone.Sine(Hertz, 30000, 2 * from, rate: from));
        Assert.InRange(Tone.Fit(heard.AsSpan(to / 2), Hertz, to).Sinad, least, 120);
    }

    [Theory]
    [InlineData("PCMA")]
    [InlineData("PCMU")]
    [InlineData("L16")]
    public void One_talker_leaves_as_the_very_bytes_that_came(string codec)
    {
        var format = Find(codec)!;
        using var phone = s_codecs.OpenEncoder(format, "");
        foreach (var pcm in new[] { Speech.Of("it", format.Rate), Signal.Noise(32767, format.Rate * 2) })
        {
            var spoken = MixPath.Spoken(phone, pcm);
            Assert.Equal(spoken, MixPath.Payloads(s_codecs, format, format, spoken));
        }
    }

    [Theory]
    [InlineData("PCMA")]
    [InlineData("PCMU")]
    public void Two_talkers_hear_each_other_bit_by_bit(string codec)
    {
        var format = Find(codec)!;
        using var decoder = s_codecs.OpenDecoder(format, "");
        using var encoder = s_codecs.OpenEncoder(format, "");
        var random = new Random(2);
        var (limiter, codes, heard) = (new Limiter(), new byte[2][], new byte[160]);
        for (var frame = 0; frame < 500; frame++)
        {
            var (sum, others, pcm, sent) = (new int[160], new int[160], new short[2][], new short[160]);
            for (var talker = 0; talker < 2; talker++)
            {
                random.NextBytes(codes[talker] = new byte[160]);
                decoder.Decode(codes[talker], pcm[talker] = new short[160]);
                Bus.Add(sum, pcm[talker]);
            }

            Bus.Hear(sum, pcm[0], others);
            limiter.Apply(others, 1, sent);
            encoder.Encode(sent, heard);
            Assert.Equal(codes[1], heard);
        }
    }

    /// <summary>For a rate of 8 kHz the first of several.</summary>
    private static VoiceFormat? Find(string name) => s_codecs.Formats.LastOrDefault(f => f.Name == name);
}
