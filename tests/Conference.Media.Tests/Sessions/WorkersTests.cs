using Conference.Media.Sessions;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Sessions;

/// <summary>Several mixers share nothing: a leg goes over to the one that has its room, and on to the next room.</summary>
public sealed class WorkersTests
{
    [Fact]
    public void Legs_find_each_other_wherever_they_began_and_move_from_room_to_room()
    {
        using var bridge = new Bridge(new MediaOptions { FirstPort = 30000, LastPort = 39999, Workers = 3 });
        var phones = Enumerable.Range(0, 12).Select(i => bridge.Dial().Hums(400 + 100 * i)).ToArray();
        var rooms = phones.Chunk(2).Select(pair => bridge.Seat(pair)).ToArray();
        bridge.Pass(100);
        for (var i = 0; i < phones.Length; i++)
            Assert.InRange(Tone.Amplitude(LastSecond(phones[i]), 400 + 100 * (i ^ 1)), 7000, 9000);

        using var together = bridge.Seat(phones);
        foreach (var room in rooms)
            room.Dispose();
        bridge.Pass(100);

        var homes = phones.Select(p => ((MediaSession)p.Session).Leg.Home).Distinct();
        Assert.Single(homes);
        Assert.InRange(Enumerable.Range(0, 12).Count(i => Tone.Amplitude(LastSecond(phones[0]), 400 + 100 * i) > 1000), 7, 8); // the loudest of them
        Assert.Equal(0, bridge.Engine.Health.Faults);
    }

    [Fact]
    public void A_leg_that_hangs_up_on_its_way_is_gone_everywhere()
    {
        using var bridge = new Bridge(new MediaOptions { FirstPort = 30000, LastPort = 39999, Workers = 2 });
        var phones = Enumerable.Range(0, 8).Select(_ => bridge.Dial().Hums(500)).ToArray();
        using var room = bridge.Seat(phones);
        foreach (var phone in phones)
            phone.Session.Dispose();
        bridge.Pass(10);

        Assert.Equal(0, bridge.Engine.Health.Sessions);
        Assert.Equal(0, bridge.Engine.Health.Faults);
        Assert.Empty(bridge.Wire.Taken);
    }

    private static short[] LastSecond(Phone phone) => phone.HeardPcm[^8000..];
}
