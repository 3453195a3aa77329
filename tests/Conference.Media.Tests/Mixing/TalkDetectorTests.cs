using Conference.Media.Mixing;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Mixing;

public sealed class TalkDetectorTests
{
    private readonly TalkDetector _detector = new();

    [Fact]
    public void Three_frames_of_five_begin_it_and_half_a_second_ends_it()
    {
        Feed(100, -70);
        Assert.Equal([false, false, false, true, true], Feed("sqssq")); // the third of five
        Assert.True(_detector.IsTalking);
        Feed(23, -70);
        Assert.True(_detector.IsTalking);
        Feed(2, -70);
        Assert.False(_detector.IsTalking);
    }

    [Fact]
    public void A_click_is_no_speech()
    {
        Feed(100, -70);
        Feed(2, -10);
        Feed(50, -70);
        Assert.False(_detector.IsTalking);
    }

    [Fact]
    public void Steady_noise_is_no_speech_but_a_voice_above_it_is()
    {
        Feed(100, -50);
        Assert.False(_detector.IsTalking);
        Feed(5, -30);
        Assert.True(_detector.IsTalking);
    }

    [Fact]
    public void A_fan_that_starts_is_forgotten_within_two_seconds()
    {
        Feed(100, -70);
        Feed(150, -44);
        Assert.False(_detector.IsTalking);
    }

    [Fact]
    public void A_long_vowel_goes_on() // a steady tone does not become its own floor
    {
        Feed(100, -70);
        Feed(500, -20);
        Assert.True(_detector.IsTalking);
    }

    [Fact]
    public void The_mix_opens_with_the_first_frame_of_speech_and_closes_400_ms_after_the_last()
    {
        Feed(100, -70);
        Assert.False(_detector.IsOpen);
        Feed(1, -20);
        Assert.True(_detector.IsOpen);
        Assert.True(_detector.IsSpeech);
        Feed(19, -70);
        Assert.True(_detector.IsOpen);
        Feed(1, -70);
        Assert.False(_detector.IsOpen);
    }

    [Fact]
    public void A_digit_is_no_speech()
    {
        Feed(100, -70);
        for (var i = 0; i < 50; i++)
            Assert.False(_detector.Feed(-8, isDigit: true));
        Assert.False(_detector.IsOpen);
    }

    [Fact]
    public void Pink_noise_at_minus_55_is_never_speech_nor_is_a_fan_that_grows_by_ten_decibels()
    {
        var noise = new Random(55);
        var begins = 0;
        for (var frame = 0; frame < 10 * 60 * 50; frame++)
        {
            var fan = frame / 6000 % 2 == 0 ? -65 : -55; // another step every two minutes
            begins += _detector.Feed(fan + (float)(noise.NextDouble() - 0.5) * 4) && _detector.IsTalking ? 1 : 0;
        }

        Assert.Equal(0, begins);
    }

    [Fact]
    public void Speech_is_noticed_within_80_ms_and_its_end_within_700()
    {
        var (late, ends) = (new List<int>(), new List<int>());
        foreach (var language in Speech.Languages)
            Observe(Speech.Sentences(language, 8000), late, ends);
        late.Sort();
        Assert.True(late.Count > 50);
        Assert.InRange(late[late.Count * 95 / 100], 0, 80);
        Assert.All(ends, e => Assert.InRange(e, 400, 700));
    }

    /// <summary>Prompts with a second of faint noise between them: how long after its first voiced frame speech is told, and its end after the last that could be speech.</summary>
    private static void Observe(IEnumerable<short[]> sentences, List<int> late, List<int> ends)
    {
        var detector = new TalkDetector();
        var noise = Signal.Noise(8, 8000);
        foreach (var sentence in sentences)
        {
            var (first, last, told, ended) = (-1, -1, -1, -1);
            short[] all = [.. noise, .. noise, .. sentence, .. noise];
            var frames = all.Chunk(160).Where(f => f.Length == 160).ToArray();
            for (var i = 0; i < frames.Length; i++)
            {
                var level = Bus.Decibels(Bus.Power(frames[i]));
                var changed = detector.Feed(level);
                if (level > -40 && first < 0) first = i;
                if (level > -52) last = i;
                if (changed && detector.IsTalking && told < 0) told = i;
                if (changed && !detector.IsTalking) ended = i;
            }

            if (told >= 0) late.Add((told - first + 1) * 20);
            if (ended >= 0) ends.Add((ended - last) * 20);
        }
    }

    private void Feed(int frames, float level)
    {
        for (var i = 0; i < frames; i++)
            _detector.Feed(level);
    }

    /// <summary>Feeds speech (s) and quiet (q); whether it talks after each.</summary>
    private bool[] Feed(string frames) => [.. frames.Select(f =>
    {
        _detector.Feed(f == 's' ? -20 : -70);
        return _detector.IsTalking;
    })];
}
