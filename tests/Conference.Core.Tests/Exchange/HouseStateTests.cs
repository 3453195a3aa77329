using System.Collections.Concurrent;
using Conference.Core.Accounts;
using Conference.Core.Exchange;
using Conference.Core.Tests.Testing;
using Conference.Sip.Calls;
using Conference.Sip.Subscriptions;

namespace Conference.Core.Tests.Exchange;

public sealed class HouseStateTests : IDisposable
{
    private readonly House _house = new();
    private readonly HouseState _state;
    private readonly FakeLamps _lamps = new();

    public HouseStateTests()
    {
        _house.Extension("200", "Anna");
        _house.Extension("201", "Bruno");
        _house.Extension("202", "Carla", how: c => c with { Lamp = LampVisibility.Nobody });
        _state = new HouseState(_house.Extensions, _house.Devices, _house.Directory, _house.Rooms, _house.Live) { Lamps = _lamps };
    }

    public void Dispose()
    {
        _state.Dispose();
        _house.Dispose();
    }

    [Fact]
    public async Task A_lamp_follows_a_call_from_ringing_to_its_end()
    {
        Assert.Empty(_state.Dialogs("201")!.Dialogs);
        var anna = _house.Dial("201", "200a");
        var placed = await _house.Calls.NumberAsync(1);
        var early = await placed.RingAsync();

        var rings = Assert.Single(_state.Dialogs("201")!.Dialogs);
        Assert.Equal((DialogEntryState.Early, false, "200", "Anna", early), (rings.State, rings.IsInitiator, rings.RemoteNumber, rings.RemoteName, rings.Dialog));
        var calls = Assert.Single(_state.Dialogs("200a")!.Dialogs);
        Assert.Equal((DialogEntryState.Proceeding, true, "201", "Bruno"), (calls.State, calls.IsInitiator, calls.RemoteNumber, calls.RemoteName));

        placed.Answer();
        await Soon.Is(() => _state.Dialogs("201")!.Dialogs is [{ State: DialogEntryState.Confirmed }]);
        anna.HangUp();
        await Soon.Is(() => _state.Dialogs("201")!.Dialogs.IsEmpty && _state.Dialogs("200")!.Dialogs.IsEmpty);
        Assert.Superset(new HashSet<string> { "200", "201" }, _lamps.Told.ToHashSet());
    }

    [Fact]
    public void A_lamp_shown_to_a_group_is_dark_to_everybody_else()
    {
        _house.Extension("210", "Rita", how: c => c with { Lamp = LampVisibility.Group, Group = "Sales" });
        _house.Extension("211", "Saro", how: c => c with { Group = "sales" });
        _house.Extension("212", "Tino", how: c => c with { Group = "Stores" });
        _house.Extension("213", "Ugo", how: c => c with { Lamp = LampVisibility.Group });

        Assert.True(Sees("211", "210"));
        Assert.False(Sees("212", "210"));
        Assert.False(Sees("200", "210"));
        Assert.False(Sees("200", "213")); // a group without a name is nobody's

        bool Sees(string watcher, string watched) => _state.MayWatch(new SipAccount($"{watcher}a", watcher, watcher, []), "dialog", watched);
    }

    [Fact]
    public async Task The_lamp_of_an_extension_that_forwarded_goes_out()
    {
        _house.Extension("203", "Dario", how: c => c with { OnBusy = "201" });
        _house.Dial("203", "200a");
        var first = await _house.Calls.NumberAsync(1);
        await first.RingAsync();
        _lamps.Told.Clear();
        first.Refuse(486);
        await _house.Calls.NumberAsync(2);

        Assert.Contains("203", _lamps.Told);
        Assert.Empty(_state.Dialogs("203")!.Dialogs);
    }

    [Fact]
    public void A_number_nobody_has_shows_nothing()
    {
        Assert.Null(_state.Dialogs("999"));
        Assert.Null(_state.Conference("200"));
    }

    [Fact]
    public async Task A_roster_names_who_is_in_and_who_holds()
    {
        _house.Standing("300");
        var anna = _house.Dial("300", "200a");
        await Soon.Is(() => _house.Rooms.Live.Length == 1);

        Assert.Equal(("Anna", "connected", false), Row());
        _house.Media.Last!.IsHeld = true;
        anna.Reoffer();
        Assert.Equal(("Anna", "on-hold", false), Row());
        Assert.Equal(DialogEntryState.Confirmed, Assert.Single(_state.Dialogs("300")!.Dialogs).State);

        (string, string, bool) Row()
        {
            var user = Assert.Single(_state.Conference("300")!.Users);
            return (user.Name, user.Status, user.IsDialledOut);
        }
    }

    [Fact]
    public async Task Who_is_in_a_room_with_a_pin_is_told_to_those_who_are_in()
    {
        _house.Standing("300", guestPin: "4711");
        Assert.False(_state.MayWatch(Account("200"), "conference", "300"));
        _house.Dial("300", "200a");
        await Soon.Is(() => _house.Media.Last?.Heard.Contains("conf-getpin") == true);
        _house.Media.Last!.Press("4711");

        await Soon.Is(() => _state.MayWatch(Account("200"), "conference", "300"));
        Assert.False(_state.MayWatch(Account("201"), "conference", "300"));
    }

    [Fact]
    public void An_extension_may_hide_its_lamp()
    {
        Assert.True(_state.MayWatch(Account("200"), "dialog", "201"));
        Assert.False(_state.MayWatch(Account("200"), "dialog", "202"));
        Assert.True(_state.MayWatch(Account("202"), "dialog", "202"));
        Assert.False(_state.MayWatch(Account("200"), "dialog", "999"));
    }

    private static SipAccount Account(string extension) => new(extension + "a", extension, "", []);

    private sealed class FakeLamps : ISipLamps
    {
        public ConcurrentBag<string> Told { get; } = [];

        public void Changed(string user) => Told.Add(user);
    }
}
