using Conference.Media.Mixing;

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
