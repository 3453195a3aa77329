using Conference.Core.Exchange;
using Conference.Core.Routing;
using Conference.Core.Tests.Testing;
using Conference.Media.Sdp;
using Conference.Sip.Trunks;

namespace Conference.Core.Tests.Exchange;

/// <summary>Ways out with a PIN, a pace, hours and wishes of their own.</summary>
public sealed class WayOutTests : IDisposable
{
    private const string Pin = "4711";

    private readonly House _house = new();
    private TrunkPlan _first = new(new TrunkLine("first", "first.example"));
    private DialRule _rule = new("Abroad", "0.", CallClass.National, ["first", "second"]);

    public WayOutTests()
    {
        _house.Extension("200", "Anna", how: c => c with { Permissions = [CallClass.National], MaxCalls = 100 });
        _house.Extension("201", "Bruno", how: c => c with { Permissions = [CallClass.National], OnBusy = "0501234" });
        Use();
    }

    public void Dispose() => _house.Dispose();

    [Fact]
    public async Task Who_knows_the_pin_is_connected_and_hears_it_ring_before()
    {
        var anna = await Asked();
        _house.Media.Last!.Press(Pin);
        var placed = await _house.Calls.NumberAsync(1);
        await placed.RingAsync();
        Assert.Equal("ringing", Near.Holding);

        var far = placed.Answer();

        await Soon.Is(() => _house.Media.Rooms.Any(r => r.Now.Seats.Length == 2 && r.Now.Seats.All(s => s.Speaks)), "a conversation");
        Assert.Null(Near.Holding);
        far.HangUp();
        await anna.Served;
        Assert.Equal(200, anna.HungUpWith!.Status);
        await Soon.Is(() => _house.Media.Sessions.All(s => s.IsClosed));
        Assert.Empty(_house.Live.All);
    }

    [Fact]
    public async Task After_three_wrong_pins_nobody_is_called_and_nothing_is_told_of_them()
    {
        var anna = await Asked();
        for (var tries = 1; tries <= 3; tries++)
        {
            _house.Media.Last!.Press("0000");
            await Soon.Is(() => anna.Served.IsCompleted || _house.Media.Last!.Heard.Count(k => k == "conf-invalidpin") == tries);
        }

        await anna.Served;

        Assert.Equal(403, anna.HungUpWith!.Status);
        Assert.Empty(_house.Calls.Placed);
        await Soon.Is(() => _house.Sentences.Contains("refused: WrongPin"));
        Assert.DoesNotContain(_house.Story, e => e.ToString()!.Contains(Pin, StringComparison.Ordinal));
        Assert.Empty(_house.Live.All);
    }

    [Fact]
    public async Task Wrong_pins_of_many_calls_are_counted_together_and_then_the_right_one_opens_nothing()
    {
        for (var call = 0; call < 4; call++)
        {
            var anna = await Asked(call + 1);
            for (var tries = 1; tries <= 3 && !anna.Served.IsCompleted; tries++)
            {
                _house.Media.Last!.Press("0000");
                await Soon.Is(() => anna.Served.IsCompleted || _house.Media.Last!.Heard.Count(k => k == "conf-invalidpin") == tries);
            }

            await anna.Served;
        }

        var last = _house.Dial("0501", "200a");
        await last.Served;

        Assert.Equal(403, last.HungUpWith!.Status);
        await Soon.Is(() => _house.Sentences.Last() == "refused: TooManyWrongPins" || _house.Sentences.Contains("refused: TooManyWrongPins"));
        Assert.Empty(_house.Calls.Placed);
    }

    [Fact]
    public async Task A_caller_who_gives_up_while_he_is_asked_leaves_nothing_behind()
    {
        var anna = await Asked();

        anna.HangUp();
        await anna.Served;

        await Soon.Is(() => _house.Media.Sessions.All(s => s.IsClosed) && _house.Live.All.IsEmpty);
        Assert.All(_house.Media.Rooms, r => Assert.False(r.IsOpen));
    }

    [Fact]
    public async Task A_number_that_cannot_be_reached_is_told_by_a_busy_tone()
    {
        var anna = await Asked();
        _house.Media.Last!.Press(Pin);
        (await _house.Calls.NumberAsync(1)).Refuse(486);
        await anna.Served;

        Assert.Equal(486, anna.HungUpWith!.Status);
        Assert.Contains("busy", Near.Heard);
    }

    [Fact]
    public async Task A_pin_that_can_no_longer_be_read_opens_for_nobody()
    {
        Use(rule: _rule with { Pin = "" });
        var anna = await Asked();
        for (var tries = 1; tries <= 3; tries++)
        {
            _house.Media.Last!.Press("#");
            await Soon.Is(() => anna.Served.IsCompleted || _house.Media.Last!.Heard.Count(k => k == "conf-invalidpin") == tries);
        }

        await anna.Served;

        Assert.Equal(403, anna.HungUpWith!.Status);
    }

    [Fact]
    public async Task A_forward_types_no_pin()
    {
        Use(rule: _rule with { Pin = Pin });
        var anna = _house.Dial("201", "200a");
        (await _house.Calls.NumberAsync(1)).Refuse(486);
        await anna.Served;

        Assert.Equal(486, anna.Rejected);
        Assert.Single(_house.Calls.Placed);
    }

    [Fact]
    public async Task Nobody_is_called_into_a_conference_behind_a_pin()
    {
        Use(rule: _rule with { Pin = Pin });
        _house.Standing("300");

        var result = await _house.Desk.DialOutAsync(new DialOutRequest(new RoomNumber("300"), "0501") { Extension = "200" }, default);

        Assert.Equal((403, RouteReason.PinNeeded), (result.Status, result.Why));
    }

    [Fact]
    public async Task More_calls_than_a_trunk_takes_a_second_go_by_the_next_and_then_wait_their_turn()
    {
        Use(_first with { MaxCallsPerSecond = 1 });
        _house.Dial("0501", "200a");
        Assert.Equal(["first", "second"], (await _house.Calls.NumberAsync(1)).Rung);
        _house.Dial("0502", "200a");
        Assert.Equal(["second", "first"], (await _house.Calls.NumberAsync(2)).Rung);

        Use(_first with { MaxCallsPerSecond = 1 }, _rule with { Trunks = ["first"] });
        var third = _house.Dial("0503", "200a");
        await Soon.Is(() => _house.Live.All.Length == 3);
        Assert.Equal(2, _house.Calls.Placed.Count);
        await Soon.Is(() => { _house.Time.Advance(TimeSpan.FromMilliseconds(100)); return _house.Calls.Placed.Count == 3; }, "its turn");
        Assert.Null(third.Rejected);
    }

    [Fact]
    public async Task What_a_trunk_wants_is_in_every_call_to_it()
    {
        Use(_first with { FailoverCodes = [480, 503], ExtraHeaders = [new("X-Account", "4711")], Codecs = ["G722"] });
        _house.Dial("0501", "200a");
        var placed = await _house.Calls.NumberAsync(1);

        Assert.Equal([480, 503], placed.Call.Targets[0].GoesOnAfter.AsEnumerable());
        Assert.Equal(("X-Account", "4711"), Assert.Single(placed.Call.Targets[0].Headers));
        Assert.Empty(placed.Call.Targets[1].GoesOnAfter);
        Assert.Empty(placed.Call.Targets[1].Headers);
    }

    [Theory]
    [InlineData(EarlyMedia.Accept, 183, true, 183)]
    [InlineData(EarlyMedia.Ignore, 183, true, 183)]
    [InlineData(EarlyMedia.Ringing, 183, true, 180)]
    [InlineData(EarlyMedia.Ringing, 180, false, 180)]
    public async Task What_a_trunk_plays_before_it_answers_is_heard_where_its_plan_says_so(EarlyMedia how, int status, bool withAudio, int told)
    {
        Use(_first with { EarlyMedia = how });
        var anna = _house.Dial("0501", "200a");
        var placed = await _house.Calls.NumberAsync(1);

        await placed.RingAsync(0, status, withAudio);

        Assert.Equal([told], anna.Told);
        Assert.Equal(how == EarlyMedia.Accept, _house.Media.Rooms.Any(r => r.Now.Seats.Length == 2)); // the far side's voice goes into the caller's leg
    }

    [Fact]
    public async Task Keys_go_as_tones_where_a_phone_understands_nothing_else()
    {
        _house.Devices.SetStored([.. _house.Devices.Cards.Select(c => c.Username == "201a" ? c with { Voice = new VoiceProfile { Keys = KeyMode.InBand, Codecs = ["PCMU"] } } : c)]);
        _house.Dial("201", "200a");
        var placed = await _house.Calls.NumberAsync(1);
        placed.Answer();
        await Soon.Is(() => _house.Media.Rooms.Any(r => r.Now.Seats.Length == 2 && r.Now.Seats.All(s => s.Speaks)), "a conversation");
        FakeSession[] legs = [.. _house.Media.Sessions];

        legs[0].Press("5");

        await Soon.Is(() => legs[1].Heard.Contains("key 5"));
        Assert.Equal("", legs[1].Sent);
        Assert.Equal(["PCMU"], legs[1].Codecs.AsEnumerable());
    }

    [Theory]
    [InlineData(VoiceProtection.Site, null, false)]
    [InlineData(VoiceProtection.Off, MediaSecurity.None, false)]
    [InlineData(VoiceProtection.Accept, MediaSecurity.Accept, false)]
    [InlineData(VoiceProtection.Require, MediaSecurity.Sdes, true)]
    [InlineData(VoiceProtection.RequireHandshake, MediaSecurity.Dtls, true)]
    public async Task Voices_are_protected_as_each_phone_and_each_trunk_wants_it(VoiceProtection wanted, MediaSecurity? security, bool isRequired)
    {
        _house.Devices.SetStored([.. _house.Devices.Cards.Select(c => c.Username == "200a" ? c with { Voice = new VoiceProfile { Protection = wanted } } : c)]);
        Use(_first with { Protection = wanted });
        _house.Dial("0501", "200a");
        await (await _house.Calls.NumberAsync(1)).RingAsync();

        Assert.All(_house.Media.Sessions, s => Assert.Equal((security, isRequired), (s.Terms.Security, s.Terms.OnlyProtected)));
        Assert.Equal(2, _house.Media.Sessions.Count);
    }

    private FakeSession Near => _house.Media.Sessions.First();

    private void Use(TrunkPlan? first = null, DialRule? rule = null) => _house.Routes.Use(new RoutePlan(
        [_first = first ?? _first, new(new TrunkLine("second", "second.example"))], [_rule = rule ?? _rule], [], new TollLimits { CallsPerDestination = 100 }));

    /// <summary>Anna dials a number behind the PIN and is asked.</summary>
    private async Task<FakeCall> Asked(int call = 1)
    {
        if (_rule.Pin is null) Use(rule: _rule with { Pin = Pin });
        var anna = _house.Dial("0501", "200a");
        await Soon.Is(() => _house.Media.Sessions.Count == call && _house.Media.Last!.Heard.Contains("conf-getpin"), "the question");
        return anna;
    }
}
