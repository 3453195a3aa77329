using Conference.EndToEnd.Tools;

namespace Conference.EndToEnd.ToolTests;

public class TonesTests
{
    [Fact]
    public void A_tone_is_found_where_it_sounds_and_nowhere_else()
    {
        var wav = Join(Silence(1), Tones.Sine(500, Seconds(2)), Silence(1), Tones.Sine(500, Seconds(0.5)));

        var heard = Tones.Heard(wav, 500);

        Assert.Equal(2, heard.Count);
        AssertNear(1, 3, heard[0]);
        AssertNear(4, 4.5, heard[1]);
        Assert.Empty(Tones.Heard(wav, 1150));
    }

    [Fact]
    public void Each_of_three_voices_is_found_in_their_sum()
    {
        int[] voices = [500, 1150, 1950];
        var mixed = new short[8000 * 2];
        foreach (var voice in voices)
        {
            var one = Tones.Sine(voice, Seconds(2)).Samples;
            for (var i = 0; i < mixed.Length; i++) mixed[i] += one[i];
        }

        var wav = new WavFile(8000, mixed, 0);

        foreach (var voice in voices) AssertNear(0, 2, Assert.Single(Tones.Heard(wav, voice)));
        Assert.Empty(Tones.Heard(wav, 800));
    }

    [Fact]
    public void The_amplitude_is_that_of_the_sine()
    {
        var wav = Tones.Sine(700, Seconds(0.1), amplitude: 0.25, rate: 16000);

        Assert.Equal(0.25, Tones.Amplitude(wav.Samples, wav.Rate, 700), 0.005);
        Assert.Equal(0, Tones.Amplitude(wav.Samples, wav.Rate, 1500), 0.001);
    }

    [Fact]
    public void A_lost_packet_is_not_a_departure()
    {
        var wav = Join(Tones.Sine(500, Seconds(1)), Silence(0.04), Tones.Sine(500, Seconds(1)));

        Assert.Single(Tones.Heard(wav, 500, shortest: Seconds(0.3)));
    }

    private static void AssertNear(double from, double to, Tones.Span span)
    {
        Assert.Equal(from, span.From.TotalSeconds, 0.06);
        Assert.Equal(to, span.To.TotalSeconds, 0.06);
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static WavFile Silence(double seconds) => new(8000, new short[(int)(8000 * seconds)], 0);

    private static WavFile Join(params WavFile[] parts) => new(8000, [.. parts.SelectMany(part => part.Samples)], 0);
}
