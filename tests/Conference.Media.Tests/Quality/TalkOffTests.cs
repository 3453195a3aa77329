using Conference.Media.Codecs;
using Conference.Media.Dsp;
using Conference.Media.Files;
using Conference.Media.Tests.Testing;
using Xunit.Abstractions;

namespace Conference.Media.Tests.Quality;

/// <summary>Nobody presses keys by speaking, and no music does: 71 minutes of voices.</summary>
public sealed class TalkOffTests(ITestOutputHelper output)
{
    /// <summary>A voice that is played faster or slower is another voice: from a child's to a giant's.</summary>
    private static readonly double[] s_speeds = [0.70, 0.77, 0.85, 0.93, 1.0, 1.08, 1.17, 1.27, 1.38];

    [Fact]
    public void Seventy_one_minutes_of_voices_press_no_key()
    {
        var (minutes, pressed) = (0.0, "");
        for (var turn = 0; minutes < 71; turn++)
        {
            foreach (var language in Speech.Languages)
            {
                var voice = At(Speech.Of(language, 8000), s_speeds[turn % s_speeds.Length] * (1 + 0.013 * (turn / s_speeds.Length)));
                pressed += Keys(voice, 8000);
                minutes += voice.Length / 8000.0 / 60;
            }
        }

        output.WriteLine($"{minutes:F1} minutes: '{pressed}'");
        Assert.Equal("", pressed);
    }

    [Theory]
    [InlineData(8000)]
    [InlineData(16000)]
    [InlineData(48000)]
    public void Music_on_hold_presses_no_key(int rate)
    {
        var music = Music.Loop.AtRate(rate).Samples.ToArray();

        Assert.Equal("", Keys([.. music, .. music], rate));
    }

    [Theory]
    [InlineData("PCMU")]
    [InlineData("GSM")]
    [InlineData("G726-16")]
    public void Voices_press_no_key_through_a_codec_that_bends_them(string name)
    {
        if (new VoiceCodecs().Formats.FirstOrDefault(f => f.Name == name) is not { } format) return; // the library is missing
        using var encoder = new VoiceCodecs().OpenEncoder(format, "");
        using var decoder = new VoiceCodecs().OpenDecoder(format, "");
        var (payload, pcm, keys, detector) = (new byte[320], new short[960], "", new DtmfDetector());
        foreach (var frame in Speech.Of("en", 8000).Chunk(160).Where(f => f.Length == 160))
        {
            var length = decoder.Decode(payload.AsSpan(0, encoder.Encode(frame, payload)), pcm);
            if (detector.Feed(pcm.AsSpan(0, length)) is var key and not DtmfDetector.None) keys += key;
        }

        Assert.Equal("", keys);
    }

    private static string Keys(short[] pcm, int rate)
    {
        var (detector, keys) = (new DtmfDetector(rate), "");
        for (var at = 0; at < pcm.Length; at += rate / 50)
            if (detector.Feed(pcm.AsSpan(at, Math.Min(rate / 50, pcm.Length - at))) is var key and not DtmfDetector.None) keys += key;
        return keys;
    }

    private static short[] At(short[] voice, double speed)
    {
        var other = new short[(int)((voice.Length - 1) / speed)];
        for (var i = 0; i < other.Length; i++)
        {
            var (at, rest) = ((int)(i * speed), i * speed % 1);
            other[i] = (short)(voice[at] + rest * (voice[at + 1] - voice[at]));
        }

        return other;
    }
}
