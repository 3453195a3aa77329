using Conference.Media.Codecs;
using Conference.Media.Files;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Sessions;

public sealed class MediaEngineTests
{
    [Fact]
    public void Two_in_a_room_hear_each_other_and_not_themselves()
    {
        using var bridge = new Bridge();
        var (anna, bob) = (bridge.Dial().Hums(500), bridge.Dial(Law.Mu).Hums(900));
        using var room = bridge.Seat(anna, bob);

        bridge.Pass(100);

        var heard = anna.HeardPcm[^8000..];
        Assert.InRange(Tone.Amplitude(heard, 900), 7500, 8500);
        Assert.InRange(Tone.Amplitude(heard, 500), 0, 60);
        Assert.InRange(Tone.Amplitude(bob.HeardPcm[^8000..], 500), 7500, 8500);
        Assert.Equal(0, bridge.Engine.Health.Faults);
    }

    [Fact]
    public async Task A_prompt_is_heard_by_one_leg_alone_and_told_to_be_over()
    {
        using var bridge = new Bridge();
        var anna = bridge.Dial();
        var playing = anna.Session.PlayAsync([new Sound("beep", 8000, Tone.Sine(700, 6000, 8000))], CancellationToken.None);

        bridge.Pass(49);
        Assert.False(playing.IsCompleted);
        bridge.Pass(2);

        Assert.True(playing.IsCompleted && await playing);
        Assert.InRange(Tone.Amplitude(anna.HeardPcm.AsSpan(0, 8000), 700), 5800, 6200);
    }
}
