using Conference.Media.Codecs;
using Conference.Media.Mixing;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Sessions;

/// <summary>Who has the floor of a room, told whenever it changes.</summary>
public sealed class LeaderTests : IDisposable
{
    private readonly Bridge _bridge = new();
    private readonly Phone _anna;
    private readonly Phone _bob;
    private readonly Phone _carl;
    private readonly IMixRoom _room;

    public LeaderTests()
    {
        (_anna, _bob, _carl) = (_bridge.Dial(), _bridge.Dial(), _bridge.Dial());
        _room = _bridge.Seat(_anna, _bob, _carl);
        _bridge.Pass(50);
    }

    public void Dispose() => _bridge.Dispose();

    [Fact]
    public void Nobody_leads_a_silent_room_and_the_first_who_speaks_leads_at_once()
    {
        Assert.Empty(Told());

        _bob.Hums(500);
        _bridge.Pass(3);

        Assert.Equal([_bob.Seat.Id], Told());
    }

    [Fact]
    public void Somebody_else_leads_once_he_has_spoken_alone_for_a_while_but_not_for_a_cough()
    {
        _bob.Hums(500);
        _bridge.Pass(200);
        _anna.Hums(800, 16000);
        _bridge.Pass(8);
        _anna.Voice = Quiet;
        _bridge.Pass(100);
        Assert.Equal([_bob.Seat.Id], Told());

        _bob.Voice = Quiet;
        _anna.Hums(800);
        _bridge.Pass(150);

        Assert.Equal([_anna.Seat.Id], Told());
    }

    [Fact]
    public void Changing_places_changes_no_leader()
    {
        _carl.Hums(500);
        _bridge.Pass(50);
        Told();

        _room.Use(Bridge.Plan(_carl, _anna));
        _bridge.Pass(50);
        _room.Use(Bridge.Plan(_bob, _anna, _carl));
        _bridge.Pass(50);

        Assert.Empty(Told());
    }

    [Fact]
    public void Who_leaves_leads_no_more_and_whoever_speaks_then_does()
    {
        _carl.Hums(500);
        _bridge.Pass(50);
        Told();

        _room.Use(Bridge.Plan(_anna, _bob));
        _bridge.Pass(10);
        Assert.Equal([Guid.Empty], Told());

        _anna.Hums(700);
        _bridge.Pass(10);
        Assert.Equal([_anna.Seat.Id], Told());
    }

    [Fact]
    public void A_muted_shouter_never_leads()
    {
        _anna.Seat = _anna.Seat with { Speaks = false };
        _room.Use(Bridge.Plan(_anna, _bob, _carl));
        _anna.Hums(500, 20000);
        _bridge.Pass(100);
        Assert.Empty(Told());
    }

    private static byte[] Quiet() => Enumerable.Repeat(G711.Encode(Law.A, 0), 160).ToArray();

    private List<Guid> Told()
    {
        var told = new List<Guid>();
        while (_room.Leads.TryRead(out var seat))
            told.Add(seat);
        return told;
    }
}
