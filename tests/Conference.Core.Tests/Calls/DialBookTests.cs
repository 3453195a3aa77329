using System.Collections.Immutable;
using Conference.Core.Accounts;
using Conference.Core.Calls;
using Conference.Core.Rooms;
using Conference.Core.Tests.Testing;

namespace Conference.Core.Tests.Calls;

public sealed class DialBookTests : IDisposable
{
    private static readonly DeviceCard Inside = new("utente1", "utente1", "utente1", "", "", Context: "users");
    private static readonly DeviceCard Elsewhere = new("utente2", "utente2", "utente2", "", "", Context: "lobby");
    private static readonly DeviceCard OfThePages = new("anna", "201", "Anna", "", "");
    private readonly House _house = new();

    public DialBookTests() => _house.Numbers.Use(new AsteriskPlan(
        [new RoomPlan(new RoomNumber("1234"), "1234", "adminpin", "pin")],
        [Inside, Elsewhere],
        [
            new NumberRule("6001", ImmutableHashSet.Create("users"), new RoomNumber("1234"), new EntryOptions(), null),
            new NumberRule("6002", [], new RoomNumber("1234"), new EntryOptions(), null),
            new NumberRule("6003", ImmutableHashSet.Create("public"), new RoomNumber("1234"), new EntryOptions(), null),
        ],
        []));

    public void Dispose() => _house.Dispose();

    [Fact]
    public void A_device_dials_what_its_context_holds()
    {
        Assert.NotNull(_house.Numbers.Route("6001", Inside));
        Assert.Null(_house.Numbers.Route("6001", Elsewhere));
    }

    [Fact]
    public void A_number_in_no_context_answers_to_every_device_but_not_to_guests()
    {
        Assert.NotNull(_house.Numbers.Route("6002", Elsewhere));
        Assert.Null(_house.Numbers.Route("6002", null));
    }

    [Fact]
    public void A_device_made_on_the_pages_dials_every_number() => Assert.NotNull(_house.Numbers.Route("6001", OfThePages));

    [Fact]
    public void Guests_reach_the_guest_context_and_nothing_else()
    {
        Assert.Null(_house.Numbers.Route("6003", null));

        _house.Numbers.Use(_house.Numbers.Plan with { GuestContext = "public" });

        Assert.True(_house.Numbers.IsOpenToGuests("6003"));
        Assert.False(_house.Numbers.IsOpenToGuests("6001"));
        Assert.False(_house.Numbers.IsOpenToGuests("1234"));
    }

    [Fact]
    public void The_switch_for_guests_opens_rooms_with_a_pin_and_no_line_of_the_dialplan()
    {
        _house.Numbers.GuestsMayDial = true;
        _house.Directory.SetStanding([.. _house.Directory.Standing, new RoomPlan(new RoomNumber("77"), "77", "9", "")]);

        Assert.True(_house.Numbers.IsOpenToGuests("1234"));
        Assert.False(_house.Numbers.IsOpenToGuests("77")); // no PIN stands before it
        Assert.All(["6001", "6002", "6003"], number => Assert.False(_house.Numbers.IsOpenToGuests(number)));
    }

    [Fact]
    public void The_room_itself_can_be_dialled_too() => Assert.Equal(new RoomNumber("1234"), _house.Numbers.Route("1234", Inside)!.Room);

    [Fact]
    public void Secrets_do_not_print()
    {
        Assert.DoesNotContain("adminpin", _house.Directory.Standing[0].ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("pin", new NumberRule("6001", [], null, new EntryOptions(), "pin").ToString(), StringComparison.Ordinal);
    }
}
