using Conference.Media.Mixing;

namespace Conference.Media.Tests.Mixing;

public sealed class LoudestVoicesTests
{
    private readonly LoudestVoices _selection = new();
    private readonly Contender[] _legs = new Contender[300];
    private readonly VoiceFrame[] _voices = new VoiceFrame[300];

    [Fact]
    public void The_loudest_are_heard_and_no_more_than_there_are_seats()
    {
        for (var leg = 0; leg < 20; leg++)
            Says(leg, 1000 * (leg + 1));
        Run(1, seats: 3);
        Assert.Equal([17, 18, 19], In());
    }

    [Fact]
    public void Who_is_no_candidate_is_not_heard_however_loud()
    {
        Says(1, 1000);
        _voices[2] = new VoiceFrame(1e9f, IsCandidate: false);
        Assert.Equal(1, Run(1));
        Assert.Equal([1], In());
    }

    [Fact]
    public void Who_is_in_stays_against_somebody_two_decibels_louder_but_not_four()
    {
        Says(1, 1000);
        Run(50, seats: 1);
        Says(2, 1585);
        Run(100, seats: 1);
        Assert.Equal([1], In());
        Says(2, 2512);
        Run(100, seats: 1);
        Assert.Equal([2], In());
    }

    [Fact]
    public void Who_came_in_stays_300_ms()
    {
        Says(1, 1000);
        Run(1, seats: 1);
        Says(2, 1e8f);
        Run(15, seats: 1);
        Assert.Equal([1], In());
        Run(1, seats: 1);
        Assert.Equal([2], In());
    }

    [Fact]
    public void Who_is_muted_leaves_at_once()
    {
        Says(1, 1000);
        Run(1);
        _voices[1] = default;
        Run(1);
        Assert.Empty(In());
    }

    [Fact]
    public void A_moderator_counts_six_decibels_more()
    {
        _voices[1] = new VoiceFrame(1000, true, IsFavoured: true);
        Says(2, 3500);
        Run(20, seats: 1);
        Assert.Equal([1], In());
        Says(3, 30000);
        Run(20, seats: 1);
        Assert.Equal([3], In());
    }

    [Fact]
    public void Two_talkers_are_heard_among_fifty_noisy_legs()
    {
        var random = new Random(50);
        double all = 0, heard = 0;
        for (var frame = 0; frame < 5000; frame++)
        {
            for (var leg = 0; leg < 50; leg++)
                Says(leg, (float)(500 * random.NextDouble()));
            foreach (var talker in new[] { 20, 40 })
            {
                var syllable = frame / 5 % 2 == 0 ? 1e6f : 2e4f;
                Says(talker, syllable);
                all += syllable;
            }

            Run(1);
            heard += new[] { 20, 40 }.Sum(t => _legs[t].IsIn ? _voices[t].Power : 0);
        }

        Assert.InRange(heard / all, 0.99, 1);
    }

    [Fact]
    public void A_big_room_hears_three_and_a_room_without_seats_nobody()
    {
        Assert.Equal(8, LoudestVoices.Seats(200));
        Assert.Equal(3, LoudestVoices.Seats(201));
        Says(1, 1000);
        Assert.Equal(0, Run(1, seats: 0));
    }

    [Fact]
    public void Choosing_allocates_nothing()
    {
        Run(1);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(100);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private void Says(int leg, float power) => _voices[leg] = new VoiceFrame(power, true);

    private int Run(int frames, int seats = 8)
    {
        var count = 0;
        for (var i = 0; i < frames; i++)
            count = _selection.Select(_legs, _voices, seats);
        return count;
    }

    private int[] In() => [.. Enumerable.Range(0, _legs.Length).Where(l => _legs[l].IsIn)];
}
