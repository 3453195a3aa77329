using Conference.Media.Mixing;

namespace Conference.Media.Tests.Mixing;

public sealed class DominantSpeakerTests
{
    private readonly DominantSpeaker _floor = new();
    private readonly Presence[] _legs = new Presence[10];
    private readonly VoiceFrame[] _voices = new VoiceFrame[10];

    [Fact]
    public void The_first_who_speaks_has_the_floor_at_once()
    {
        Assert.False(Run(10));
        Assert.Equal(DominantSpeaker.Nobody, _floor.Current);
        Says(3, 1e6f);
        Assert.True(Run(1));
        Assert.Equal(3, _floor.Current);
    }

    [Fact]
    public void A_cough_takes_nobodys_place()
    {
        Says(3, 1e6f);
        Run(500);
        Says(5, 5e6f);
        Run(15); // 300 ms
        Says(5, 0);
        Assert.False(Run(500));
        Assert.Equal(3, _floor.Current);
    }

    [Fact]
    public void Who_goes_on_speaking_after_the_other_gets_the_floor_but_not_within_two_seconds()
    {
        Says(3, 1e6f);
        Run(1);
        Says(3, 0);
        Says(5, 1e6f);
        Assert.False(Run(99));
        Assert.True(Run(2));
        Assert.Equal(5, _floor.Current);
    }

    [Fact]
    public void A_little_louder_is_not_enough()
    {
        Says(3, 1e6f);
        Run(500);
        Says(5, 1.4e6f);
        Run(1000);
        Assert.Equal(3, _floor.Current);
        Says(5, 1.7e6f);
        Run(1000);
        Assert.Equal(5, _floor.Current);
    }

    [Fact]
    public void Who_leaves_makes_room_at_once()
    {
        Says(3, 1e6f);
        Says(5, 9e5f);
        Run(20);
        _floor.Left(_legs, 3);
        Says(3, 0);
        Assert.True(Run(1));
        Assert.Equal(5, _floor.Current);
    }

    private void Says(int leg, float power) => _voices[leg] = new VoiceFrame(power, power > 0);

    private bool Run(int frames)
    {
        var changed = false;
        for (var i = 0; i < frames; i++)
            changed |= _floor.Feed(_legs, _voices);
        return changed;
    }
}
