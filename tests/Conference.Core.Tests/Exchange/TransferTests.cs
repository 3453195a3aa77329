using Conference.Core.Accounts;
using Conference.Core.Exchange;
using Conference.Core.Routing;
using Conference.Core.Tests.Testing;
using Conference.Sip.Calls;
using Conference.Sip.Dialogs;
using Conference.Sip.Trunks;

namespace Conference.Core.Tests.Exchange;

/// <summary>Anna is 200, Bruno 201, Carla 202.</summary>
public sealed class TransferTests : IDisposable
{
    private readonly House _house = new();

    public TransferTests()
    {
        _house.Extension("200", "Anna");
        _house.Extension("201", "Bruno");
        _house.Extension("202", "Carla");
    }

    public void Dispose() => _house.Dispose();

    [Fact]
    public async Task A_blind_transfer_connects_the_partner_with_somebody_else()
    {
        var (anna, bruno) = await Connected("200a", "201");
        var refer = new FakeReferral("202");
        await anna.OnRefer!(refer);
        Assert.Equal(202, refer.Answer);
        var placed = await _house.Calls.NumberAsync(2);
        Assert.Equal(("201", "Bruno"), (placed.Call.From.User, placed.Call.From.DisplayName));
        await placed.RingAsync();
        Assert.Equal("ringing", Session(1).Holding);

        var carla = placed.Answer();
        await LetGo(anna);

        Assert.Equal([180, 200], refer.Told);
        Assert.Equal(200, anna.HungUpWith!.Status);
        await Seated(1, 2);
        Assert.Null(Session(1).Holding);
        Assert.Null(bruno.HungUpWith);
        bruno.HangUp();
        await Soon.Is(() => carla.HungUpWith is not null && _house.Live.All.IsEmpty);
    }

    [Fact]
    public async Task A_blind_transfer_to_the_address_of_one_device_rings_no_other()
    {
        _house.Extension("203", "Dario", devices: 3);
        var (anna, _) = await Connected("200a", "201");

        await anna.OnRefer!(new FakeReferral("203c") { ReferToDevice = "203c" });

        Assert.Equal(["203c"], (await _house.Calls.NumberAsync(2)).Rung);
    }

    [Fact]
    public async Task When_nobody_takes_it_the_call_comes_back()
    {
        var (anna, bruno) = await Connected("200a", "201");
        var refer = new FakeReferral("202");
        await anna.OnRefer!(refer);

        (await _house.Calls.NumberAsync(2)).Refuse(486);

        await Seated(0, 1);
        Assert.Equal([486], refer.Told);
        Assert.Null(anna.HungUpWith);
        anna.HangUp();
        await Soon.Is(() => bruno.HungUpWith is not null);
    }

    [Fact]
    public async Task When_the_one_who_transferred_has_gone_the_transfer_goes_on()
    {
        var (anna, _) = await Connected("200a", "201");
        await anna.OnRefer!(new FakeReferral("202"));
        var placed = await _house.Calls.NumberAsync(2);

        anna.HangUp();
        await anna.Served;
        placed.Answer();

        await Seated(1, 2);
    }

    [Fact]
    public async Task When_he_has_gone_and_nobody_takes_it_the_partner_hears_that()
    {
        var (anna, bruno) = await Connected("200a", "201");
        await anna.OnRefer!(new FakeReferral("202"));
        var placed = await _house.Calls.NumberAsync(2);

        anna.HangUp();
        await anna.Served;
        placed.Refuse(486);

        await Soon.Is(() => bruno.HungUpWith?.Status == 486);
        Assert.Contains("busy", Session(1).Heard);
    }

    [Fact]
    public async Task Nobody_transfers_where_he_may_not_dial()
    {
        var (anna, bruno) = await Connected("200a", "201");
        _house.Routes.Use(new RoutePlan([], [new("All", "0.", CallClass.National, ["t"])], [], new TollLimits()));
        var refer = new FakeReferral("0501");
        await anna.OnRefer!(refer);

        Assert.Equal(403, refer.Answer);
        Assert.Null(bruno.HungUpWith);
    }

    [Fact]
    public async Task An_attended_transfer_joins_the_two_partners()
    {
        var (first, bruno) = await Connected("200a", "201");
        var (second, carla) = await Connected("200a", "202");

        var refer = new FakeReferral("202") { Replaces = second.Id };
        var referring = first.OnRefer!(refer);
        await LetGo(first, second);
        await referring;

        Assert.Equal([200], refer.Told);
        await Seated(1, 3);
        Assert.Null(bruno.HungUpWith);
        carla.HangUp();
        await Soon.Is(() => bruno.HungUpWith is not null);
    }

    [Fact]
    public async Task Nobody_joins_calls_of_others_by_naming_them()
    {
        var (anna, _) = await Connected("200a", "201");
        _house.Extension("203", "Dario");
        _house.Extension("204", "Elena");
        var (dario, _) = await Connected("203a", "204");

        var refer = new FakeReferral("202") { Replaces = anna.Id };
        await dario.OnRefer!(refer);

        Assert.Equal(403, refer.Answer);
    }

    [Fact]
    public async Task A_partner_is_transferred_into_a_room_and_asked_for_its_pin()
    {
        _house.Standing("300", guestPin: "4711");
        var (anna, bruno) = await Connected("200a", "201");

        var referring = anna.OnRefer!(new FakeReferral("300"));
        await LetGo(anna);
        await referring;
        await Soon.Is(() => Session(1).Heard.Contains("conf-getpin"));
        Session(1).Press("4711");

        await Soon.Is(() => Names() == "Bruno");
        Assert.Null(bruno.HungUpWith);
    }

    [Fact]
    public async Task A_call_becomes_a_conference_without_a_message_to_anybody()
    {
        _house.Standing("300", guestPin: "4711");
        var (anna, bruno) = await Connected("200a", "201");

        Assert.True(_house.Desk.MoveToRoom(_house.Live.All.Single().Id, new RoomNumber("300")));

        await Soon.Is(() => Names() == "Anna, Bruno");
        Assert.Null(anna.HungUpWith);
        anna.HangUp();
        await Soon.Is(() => Names() == "Bruno");
        Assert.Null(bruno.HungUpWith);
        await Soon.Is(() => _house.Live.All.Length == 1);
        Assert.False(_house.Desk.MoveToRoom(_house.Live.All.Single().Id, new RoomNumber("300")));
    }

    [Fact]
    public async Task A_consultation_held_in_a_room_ends_with_the_partner_in_it()
    {
        _house.Standing("300");
        var (first, bruno) = await Connected("200a", "201");
        var second = _house.Dial("300", "200a");
        await Soon.Is(() => Names() == "Anna");

        var referring = first.OnRefer!(new FakeReferral("300") { Replaces = second.Id });
        await LetGo(first, second);
        await referring;

        await Soon.Is(() => Names() == "Bruno");
        Assert.Null(bruno.HungUpWith);
    }

    [Fact]
    public async Task A_member_moves_himself_to_another_room()
    {
        _house.Standing("300");
        _house.Standing("301");
        var anna = _house.Dial("300", "200a");
        await Soon.Is(() => Names() == "Anna");

        var refer = new FakeReferral("301");
        await anna.OnRefer!(refer);

        await Soon.Is(() => _house.Rooms.Find(new RoomNumber("301")) is not null && _house.Rooms.Find(new RoomNumber("300")) is null);
        Assert.Equal([200], refer.Told);
        Assert.Null(anna.HungUpWith);
    }

    [Fact]
    public async Task A_member_calls_somebody_into_his_room()
    {
        _house.Standing("300", guestPin: "4711");
        var anna = _house.Dial("300", "200a");
        await Soon.Is(() => _house.Media.Sessions.FirstOrDefault()?.Heard.Contains("conf-getpin") == true);
        Session(0).Press("4711");
        await Soon.Is(() => Names() == "Anna");

        var refer = new FakeReferral("202");
        var inviting = anna.OnRefer!(refer);
        (await _house.Calls.NumberAsync(1)).Answer();
        await inviting;

        await Soon.Is(() => Names() == "Anna, Carla");
        Assert.Equal([200], refer.Told);
    }

    [Fact]
    public async Task Strangers_in_a_call_transfer_nobody()
    {
        _house.Standing("300", guestPin: "4711");
        _house.Numbers.GuestsMayDial = true;
        var guest = _house.Call("300", "grace", asGuest: true);
        guest.Serve(_house.Desk);
        await Soon.Is(() => guest.OnRefer is not null);

        var refer = new FakeReferral("201");
        await guest.OnRefer!(refer);

        Assert.Equal(403, refer.Answer);
    }

    [Fact]
    public async Task A_host_calls_somebody_from_the_page_who_must_press_a_key()
    {
        _house.Standing("300");
        var rings = 0;
        var inviting = _house.Desk.DialOutAsync(
            new DialOutRequest(new RoomNumber("300"), "202") { AsksForKey = true, OnRinging = () => rings++ }, CancellationToken.None);
        var placed = await _house.Calls.NumberAsync(1);
        Assert.Equal("300", placed.Call.From.User);
        await placed.RingAsync();
        placed.Answer();

        Assert.Equal(200, (await inviting).Status);
        Assert.Equal(1, rings);
        await Soon.Is(() => _house.Media.Sessions.FirstOrDefault()?.Heard.Contains("conf-press-one") == true);
        Assert.Empty(_house.Rooms.Live);
        Session(0).Press("1");
        await Soon.Is(() => Names() == "Carla");
    }

    [Fact]
    public async Task A_voice_box_never_gets_into_a_conference()
    {
        _house.Standing("300");
        var inviting = _house.Desk.DialOutAsync(new DialOutRequest(new RoomNumber("300"), "202") { AsksForKey = true }, CancellationToken.None);
        var carla = (await _house.Calls.NumberAsync(1)).Answer();
        await inviting;

        while (carla.HungUpWith is null)
        {
            _house.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1);
        }

        Assert.Empty(_house.Rooms.Live);
    }

    [Fact]
    public async Task Calling_out_is_given_up_and_costs_nobody_a_permission_he_has_not()
    {
        _house.Standing("300");
        using var cancel = new CancellationTokenSource();
        var inviting = _house.Desk.DialOutAsync(new DialOutRequest(new RoomNumber("300"), "202"), cancel.Token);
        await _house.Calls.NumberAsync(1);
        await cancel.CancelAsync();

        Assert.Equal(487, (await inviting).Status);
        Assert.Equal(404, (await _house.Desk.DialOutAsync(new DialOutRequest(new RoomNumber("300"), "0501"), CancellationToken.None)).Status);
    }

    [Fact]
    public async Task A_ringing_call_is_picked_up_by_another_phone()
    {
        var anna = _house.Dial("201", "200a");
        var placed = await _house.Calls.NumberAsync(1);
        var early = await placed.RingAsync();

        var carla = PickUp("202a", early);

        await Soon.Is(() => anna.Answered is not null && carla.Answered is not null);
        await Soon.Is(() => placed.Result.IsCompleted);
        await Seated(0, 2);
        carla.HangUp();
        await Soon.Is(() => anna.HungUpWith is not null);
    }

    [Fact]
    public async Task A_call_that_is_up_is_taken_over_by_another_phone_of_its_extension()
    {
        var (anna, bruno) = await Connected("200a", "201");

        var second = PickUp(SecondOf("201"), bruno.Id);

        await Soon.Is(() => bruno.HungUpWith is not null);
        await Seated(0, 2);
        Assert.Null(anna.HungUpWith);
        Assert.Null(second.HungUpWith);
    }

    [Fact]
    public async Task Who_gives_up_in_the_moment_of_a_pickup_leaves_no_audio_open()
    {
        var (_, bruno) = await Connected("200a", "201");
        var second = new FakeCall("", SecondOf("201"), false) { Replaces = bruno.Id, IsGone = true };
        second.Serve(_house.Desk);

        await Assert.ThrowsAsync<OperationCanceledException>(() => second.Served);

        Assert.True(_house.Media.Last!.IsClosed);
    }

    [Fact]
    public async Task Nobody_takes_over_a_conversation_of_others()
    {
        var (anna, bruno) = await Connected("200a", "201");

        var carla = PickUp("202a", bruno.Id);
        await carla.Served;

        Assert.Equal(403, carla.Rejected);
        Assert.Null(anna.HungUpWith);
        Assert.Null(bruno.HungUpWith);
    }

    [Theory]
    [InlineData("202a", 403)]
    [InlineData("201b", null)]
    public async Task A_leg_to_the_outside_belongs_to_the_extension_it_talks_with(string taker, int? status)
    {
        SecondOf("201");
        _house.Routes.Use(new RoutePlan([new(new TrunkLine("first", "first.example"))], [], [new(null, "050201", InboundKind.Extension, "201")], new TollLimits()));
        var outside = new FakeCall("050201", "0044123", false) { Peer = new SipPeer("first", false) };
        outside.Serve(_house.Desk);
        (await _house.Calls.NumberAsync(1)).Answer();
        await Soon.Is(() => _house.Media.Rooms.Any(r => r.Now.Seats.Length == 2), "a conversation");

        var call = PickUp(taker, outside.Id);

        await Soon.Is(() => call.Rejected is not null || call.Answered is not null);
        Assert.Equal(status, call.Rejected);
    }

    [Fact]
    public async Task Two_who_sit_down_at_once_both_have_a_seat()
    {
        using var both = new ManualResetEventSlim();
        _house.Media.WhileUsing = plan =>
        {
            if (plan.Seats.Length == 2) both.Set();
            else if (plan.Seats.Length == 1) both.Wait(TimeSpan.FromMilliseconds(300)); // the first is slow: the second must not overtake him
        };

        _house.Dial("201", "200a");
        (await _house.Calls.NumberAsync(1)).Answer();

        await Seated(0, 1);
        await Task.Delay(50);
        Assert.Equal(2, _house.Mix.Now.Seats.Length);
    }

    [Fact]
    public async Task Who_asks_for_a_ringing_call_only_gets_none_that_is_up()
    {
        var (_, bruno) = await Connected("200a", "201");

        var second = PickUp(SecondOf("201"), bruno.Id, earlyOnly: true);
        await second.Served;

        Assert.Equal(486, second.Rejected);
    }

    [Fact]
    public async Task Nobody_picks_up_a_ringing_call_of_an_extension_that_shows_no_lamp()
    {
        _house.Extensions.Set(_house.Extensions.Cards.Select(c => c with { Lamp = LampVisibility.Nobody }));
        _house.Dial("201", "200a");
        var early = await (await _house.Calls.NumberAsync(1)).RingAsync();

        var carla = PickUp("202a", early);
        await carla.Served;

        Assert.Equal(403, carla.Rejected);
    }

    [Fact]
    public async Task A_pick_up_of_nothing_finds_nothing()
    {
        var carla = PickUp("202a", new DialogId("none", "a", "b"));
        await carla.Served;

        Assert.Equal(481, carla.Rejected);
    }

    /// <summary>The moment passes that the last word is given.</summary>
    private async Task LetGo(params FakeCall[] calls)
    {
        var limit = DateTime.UtcNow.AddSeconds(10);
        while (!calls.All(c => c.Served.IsCompleted))
        {
            Assert.True(DateTime.UtcNow < limit, "nobody was let go");
            _house.Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(1);
        }
    }

    private FakeSession Session(int index) => _house.Media.Sessions.ElementAt(index);

    private string Names() => string.Join(", ", _house.Rooms.Live.SelectMany(r => r.People).Select(p => p.Name).Order());

    private Task Seated(params int[] sessions) => Soon.Is(
        () => _house.Media.Rooms.Any(r => r.IsOpen && r.Now.Seats.Length == 2 && r.Now.Seats.All(s => s is { Speaks: true, Hears: true } && sessions.Any(i => Session(i) == s.Session))),
        "a conversation of these two");

    /// <summary>A further phone of an extension, which nobody rings because it is not registered.</summary>
    private string SecondOf(string extension)
    {
        _house.Devices.SetStored([.. _house.Devices.Cards, new DeviceCard(extension + "b", extension, extension, "md5", "sha")]);
        return extension + "b";
    }

    private FakeCall PickUp(string device, DialogId dialog, bool earlyOnly = false)
    {
        var call = new FakeCall("201", device, false) { Replaces = dialog, ReplacesEarlyOnly = earlyOnly };
        call.Serve(_house.Desk);
        return call;
    }

    private async Task<(FakeCall Caller, FakeCall Called)> Connected(string from, string to)
    {
        var number = _house.Calls.Placed.Count + 1;
        var caller = _house.Dial(to, from);
        var called = (await _house.Calls.NumberAsync(number)).Answer();
        await Soon.Is(() => _house.Live.All.Count(c => c.State == LiveCallState.Up) == number, "a call that is up");
        await Soon.Is(() => _house.Media.Rooms.Count(r => r.Now.Seats.Length == 2 && r.Now.Seats.All(s => s.Speaks)) == number, "a conversation");
        return (caller, called);
    }
}
