using Conference.Core.Bookings;
using Conference.Core.Calls;
using Conference.Core.Rooms;
using Conference.Core.Tests.Testing;

namespace Conference.Core.Tests.Calls;

public sealed class CallDeskTests : IDisposable
{
    private readonly House _house = new();

    public void Dispose() => _house.Dispose();

    [Fact]
    public async Task A_number_that_leads_nowhere_is_not_found()
    {
        var call = _house.Dial("999");
        await call.Served;

        Assert.Equal(404, call.Rejected);
        await Soon.Is(() => _house.Sentences.Contains("refused: UnknownNumber"));
    }

    [Theory]
    [InlineData(null, "en", "conf-getpin conf-goodbye")]
    [InlineData("it", "en", "conf-getpin (it) conf-goodbye")]
    [InlineData(null, "it", "conf-getpin (it) conf-goodbye")]
    [InlineData("en", "it", "conf-getpin conf-goodbye")]
    [InlineData("ru", "it", "conf-getpin (it) conf-goodbye")]
    public async Task A_caller_is_spoken_to_in_the_language_of_his_extension_then_of_the_house_then_in_English(string? own, string house, string heard)
    {
        _house.Language = house;
        _house.Extension("200", "Anna", how: c => c with { Language = own });
        _house.Standing("1234", guestPin: "4711");
        var call = _house.Dial("1234", "200a");
        await Soon.Is(() => _house.Media.Last?.Heard.IsEmpty == false);
        for (var tries = 1; tries <= 3; tries++)
        {
            _house.Media.Last!.Press("0000#");
            await Soon.Is(() => call.Served.IsCompleted || _house.Media.Last!.Heard.Count(k => k.StartsWith(Voice.InvalidPin, StringComparison.Ordinal)) == tries);
        }

        await call.Served;

        Assert.Equal(heard, $"{_house.Media.Last!.Heard.First()} {_house.Media.Last!.Heard.Last()}");
    }

    [Fact]
    public async Task A_house_that_closes_takes_no_call_and_lets_those_in_a_room_hear_that_it_is_over()
    {
        _house.Standing("1234");
        var anna = _house.Dial("1234");
        await InRoom("anna");
        _house.Media.Last!.Endless.Add(Voice.Ended);
        var session = _house.Media.Last!;

        var closing = _house.Desk.CloseAsync(TimeSpan.FromSeconds(5));
        await Soon.Is(() => session.Heard.Contains(Voice.Ended));
        var late = _house.Dial("1234", "bruno");
        await late.Served;

        Assert.Equal(503, late.Rejected);
        Assert.Null(anna.HungUpWith);
        Assert.False(closing.IsCompleted);
        await Soon.Is(() =>
        {
            _house.Time.Advance(TimeSpan.FromSeconds(5));
            return closing.IsCompleted;
        });
    }

    [Fact]
    public async Task A_house_that_closes_waits_no_longer_than_the_sentence()
    {
        _house.Standing("1234");
        var anna = _house.Dial("1234");
        await InRoom("anna");

        await _house.Desk.CloseAsync(TimeSpan.FromSeconds(5)).WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Equal(503, anna.HungUpWith!.Status);
        Assert.Contains(Voice.Ended, _house.Media.Last!.Heard);
    }

    [Fact]
    public async Task A_caller_types_the_pin_and_is_in()
    {
        _house.Standing("1234", hostPin: "9999", guestPin: "4711");

        var call = await Asked("1234", Voice.GetPin);
        _house.Media.Last!.Press("4711");

        await InRoom("anna");
        Assert.Equal(Role.Guest, Person("anna").Role);
        call.HangUp();
        await call.Served;
        await Soon.Is(() => _house.Sentences.Contains("left: HungUp, 0 remain"));
    }

    [Fact]
    public async Task The_host_pin_makes_a_host()
    {
        _house.Standing("1234", hostPin: "9999", guestPin: "4711");

        await Asked("1234", Voice.GetPin);
        _house.Media.Last!.Press("9999");

        await InRoom("anna");
        Assert.Equal(Role.Host, Person("anna").Role);
    }

    [Fact]
    public async Task Keys_sent_by_info_open_as_well()
    {
        _house.Standing("1234", guestPin: "47");

        var call = await Asked("1234", Voice.GetPin);
        call.Info("application/dtmf-relay", "Signal=4\r\nDuration=160\r\n");
        call.Info("application/dtmf", "7");

        await InRoom("anna");
    }

    [Fact]
    public async Task A_whole_number_in_one_info_opens_too()
    {
        _house.Standing("1234", guestPin: "4711");

        var call = await Asked("1234", Voice.GetPin);
        call.Info("application/dtmf", "47A1x#"); // no keys at all
        call.Info("application/dtmf", "4711#");

        await InRoom("anna");
    }

    [Fact]
    public async Task After_three_wrong_pins_the_caller_is_sent_away()
    {
        _house.Standing("1234", guestPin: "4711");

        var call = await Asked("1234", Voice.GetPin);
        _house.Media.Last!.Press("1111#2222#3333#");
        await call.Served;

        Assert.Equal(403, call.HungUpWith!.Status);
        await Soon.Is(() => _house.Sentences.Contains("refused: WrongPin"));
        Assert.Equal([Voice.GetPin, Voice.InvalidPin, Voice.GetPin, Voice.InvalidPin, Voice.GetPin, Voice.InvalidPin, Voice.Goodbye], _house.Media.Last.Heard);
    }

    [Fact]
    public async Task Somebody_who_types_nothing_is_asked_three_times()
    {
        _house.Standing("1234", guestPin: "4711");

        var call = await Asked("1234", Voice.GetPin);
        while (!call.Served.IsCompleted)
        {
            _house.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1);
        }

        Assert.Equal(3, _house.Media.Last!.Heard.Count(k => k == Voice.GetPin));
    }

    [Fact]
    public async Task Ten_wrong_pins_close_the_room_to_that_caller_for_a_quarter_of_an_hour()
    {
        _house.Standing("1234", guestPin: "4711");
        for (var calls = 0; calls < 4; calls++)
        {
            var wrong = await Asked("1234", Voice.GetPin);
            _house.Media.Last!.Press("1111#2222#3333#");
            await wrong.Served;
        }

        var closed = _house.Dial("1234");
        await closed.Served.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(403, closed.HungUpWith!.Status);
        Assert.DoesNotContain(Voice.GetPin, _house.Media.Last!.Heard);

        _house.Time.Advance(PinGuard.ClosedFor);
        await Asked("1234", Voice.GetPin);
        _house.Media.Last!.Press("4711");
        await InRoom("anna");
    }

    [Fact]
    public async Task Callers_who_wait_at_the_prompt_get_no_tries_beyond_the_ten()
    {
        _house.Standing("1234", guestPin: "4711");
        var phones = new List<FakeSession>();
        for (var i = 0; i < 6; i++)
        {
            await Asked("1234", Voice.GetPin);
            phones.Add(_house.Media.Last!);
        }

        foreach (var phone in phones.Take(5)) phone.Press("1111#2222#"); // ten wrong ones by one device
        await Soon.Is(() => phones.Take(5).All(p => p.Heard.Count(k => k == Voice.InvalidPin) >= 2 || p.Heard.Contains(Voice.Goodbye)));
        phones[5].Press("4711");

        await Soon.Is(() => phones[5].Heard.Contains(Voice.Goodbye));
        Assert.Empty(_house.Rooms.Live);
    }

    [Fact]
    public async Task A_key_sent_both_ways_is_one_key_whichever_comes_first()
    {
        _house.Standing("1234", guestPin: "47");

        var call = await Asked("1234", Voice.GetPin);
        call.Info("application/dtmf-relay", "Signal=4");
        await Task.Delay(50);
        _house.Media.Last!.Press("4");
        await Task.Delay(50);
        _house.Media.Last!.Press("7");

        await InRoom("anna");
    }

    [Fact]
    public async Task Between_two_conferences_of_one_number_the_pin_tells_which_is_meant()
    {
        var first = await Book(startsIn: TimeSpan.Zero);
        var (second, _) = await _house.Bookings.BookAsync(
            Bookings.BookingDeskTests.Request(first.EndsAt) with { Number = first.Number.Value }, Actor.System, CancellationToken.None);
        await Asked(first.Number.Value, Voice.GetPin, "anna");
        _house.Media.Last!.Press(first.GuestPin);
        await InRoom("anna");
        _house.Time.Advance(TimeSpan.FromMinutes(55)); // the second lets people in, the first is still on

        var early = await Asked(first.Number.Value, Voice.GetPin, "bob");
        _house.Media.Last!.Press(second!.GuestPin);
        await early.Served;
        Assert.Equal(Voice.Locked, _house.Media.Last!.Heard.Last()); // not seated among strangers
        Assert.DoesNotContain(_house.Rooms.Live[0].People, p => p.Name == "bob");

        await _house.Rooms.AskAsync(first.Number, new RoomCommand.End(CloseReason.EndedByHost), Actor.System);
        await Soon.Is(() => _house.Rooms.Find(first.Number) is null);
        await Asked(first.Number.Value, Voice.GetPin, "eve");
        _house.Media.Last!.Press(second.GuestPin);
        await InRoom("eve");
        Assert.Equal(second.Id, _house.Rooms.Live[0].Booking);
    }

    [Fact]
    public async Task An_access_number_asks_which_conference()
    {
        _house.Numbers.AccessNumbers = ["900"];
        _house.Standing("1234");

        await Asked("900", Voice.GetNumber);
        _house.Media.Last!.Press("77#1234#");

        await InRoom("anna");
        Assert.Contains(Voice.InvalidNumber, _house.Media.Last.Heard);
    }

    [Fact]
    public async Task Who_comes_too_early_is_told_so()
    {
        await Book(startsIn: TimeSpan.FromHours(1));

        var call = _house.Dial(_house.Store.All[0].Number.Value);
        await call.Served;

        Assert.Equal([Voice.TooEarly], _house.Media.Last!.Heard);
        Assert.Equal(480, call.HungUpWith!.Status);
    }

    [Fact]
    public async Task Ten_minutes_before_the_start_the_door_is_open()
    {
        var booking = await Book(startsIn: TimeSpan.FromMinutes(10));

        await Asked(booking.Number.Value, Voice.GetPin);
        _house.Media.Last!.Press(booking.GuestPin);

        await InRoom("anna");
    }

    [Fact]
    public async Task A_conference_that_is_over_lets_nobody_in_unless_it_is_still_on()
    {
        var booking = await Book(startsIn: TimeSpan.Zero);
        await Asked(booking.Number.Value, Voice.GetPin);
        _house.Media.Last!.Press(booking.GuestPin);
        await InRoom("anna");
        _house.Time.Advance(TimeSpan.FromHours(2));

        await Asked(booking.Number.Value, Voice.GetPin, "bob");
        _house.Media.Last!.Press(booking.GuestPin);
        await InRoom("bob");

        await _house.Rooms.AskAsync(booking.Number, new RoomCommand.End(CloseReason.EndedByHost), Actor.System);
        await Soon.Is(() => _house.Rooms.Find(booking.Number) is null);
        var late = _house.Dial(booking.Number.Value, "eve");
        await late.Served;
        Assert.Equal(404, late.HungUpWith!.Status);
    }

    [Fact]
    public async Task Locked_and_full_each_have_their_words()
    {
        _house.Standing("1", how: p => p with { Seats = 2 });
        _house.Dial("1", "anna");
        await InRoom("anna");
        await _house.Rooms.AskAsync(new RoomNumber("1"), new RoomCommand.Lock(), Actor.System);
        await _house.Dial("1", "eve").Served;
        Assert.Equal(Voice.Locked, _house.Media.Last!.Heard.Last());

        await _house.Rooms.AskAsync(new RoomNumber("1"), new RoomCommand.Unlock(), Actor.System);
        _house.Dial("1", "bob");
        await InRoom("bob");
        await _house.Dial("1", "eve").Served;
        Assert.Equal(Voice.Full, _house.Media.Last!.Heard.Last());
    }

    [Fact]
    public async Task The_first_hears_that_nobody_else_is_there_and_music()
    {
        _house.Standing("1");
        _house.Dial("1");
        await InRoom("anna");

        await Soon.Is(() => _house.Media.Last!.Heard.Contains(Voice.OnlyPerson));
        await Soon.Is(() => _house.Mix.Now.Seats is [{ Music: not null }]);
        _house.Dial("1", "bob");
        await InRoom("bob");
        await Soon.Is(() => _house.Mix.Now.Seats.All(s => s.Music is null));
    }

    [Fact]
    public async Task Guests_hear_each_other_only_once_the_host_is_there()
    {
        _house.Standing("1", hostPin: "9", guestPin: "5", how: p => p with { WaitForHost = true });
        await Enter("bob", "5");
        await Enter("eve", "5");
        Assert.Empty(_house.Mix.HeardBy(Person("bob").Id.Value));

        await Enter("anna", "9");

        await Soon.Is(() => _house.Mix.HeardBy(Person("bob").Id.Value).Count() == 2);
        await Soon.Is(() => _house.Sentences.Count(s => s == "Admitted") == 2);
    }

    [Fact]
    public async Task The_muted_hears_it_and_is_not_heard()
    {
        _house.Standing("1");
        _house.Dial("1");
        await InRoom("anna");
        var phone = _house.Media.Last!;
        _house.Dial("1", "bob");
        await InRoom("bob");

        Assert.Equal(Refusal.None, await _house.Rooms.AskAsync(new RoomNumber("1"), new RoomCommand.Mute(Person("anna").Id), Actor.User("1", "host")));

        Assert.DoesNotContain(Person("anna").Id.Value, _house.Mix.HeardBy(Person("bob").Id.Value));
        await Soon.Is(() => phone.Heard.Contains(Voice.Muted));
    }

    [Fact]
    public async Task Who_is_removed_hears_why_and_is_hung_up()
    {
        _house.Standing("1");
        var call = _house.Dial("1");
        await InRoom("anna");

        await _house.Rooms.AskAsync(new RoomNumber("1"), new RoomCommand.Kick(Person("anna").Id), Actor.User("1", "host"));
        await call.Served;

        Assert.Equal(Voice.Removed, _house.Media.Last!.Heard.Last());
        Assert.Equal(403, call.HungUpWith!.Status);
    }

    [Fact]
    public async Task A_phone_that_falls_silent_is_let_go_as_lost()
    {
        _house.Standing("1");
        var call = _house.Dial("1");
        await InRoom("anna");

        _house.Media.Last!.FallSilent();
        await call.Served;

        Assert.Equal(408, call.HungUpWith!.Status);
        await Soon.Is(() => _house.Sentences.Contains("left: ConnectionLost, 0 remain"));
    }

    [Fact]
    public async Task A_phone_that_sends_nothing_while_it_is_muted_stays_as_long_as_it_answers()
    {
        _house.Standing("1");
        var call = _house.Dial("1");
        await InRoom("anna");

        call.IsThere = true;
        _house.Media.Last!.FallSilent();
        await Soon.Is(() => call.TimesAsked == 1);
        Assert.False(call.Served.IsCompleted);

        call.IsThere = false;
        await Soon.Is(() => !_house.Media.Last!.Silent.IsCompleted);
        _house.Media.Last!.FallSilent();
        await call.Served;
        Assert.Equal((2, 408), (call.TimesAsked, call.HungUpWith!.Status));
    }

    [Fact]
    public async Task A_recorded_conference_says_so_once()
    {
        _house.Standing("1", how: p => p with { Record = true });
        _house.Dial("1");
        await InRoom("anna");
        var first = _house.Media.Last!;
        _house.Time.Advance(TimeSpan.FromSeconds(1));
        _house.Dial("1", "bob");
        await InRoom("bob");
        var second = _house.Media.Last!;

        await Soon.Is(() => second.Heard.Contains(Voice.Recording));
        await Soon.Is(() => first.Heard.Count(k => k == Voice.Recording) == 1);
        Assert.Single(second.Heard, k => k == Voice.Recording);
    }

    [Fact]
    public async Task The_tape_pauses_with_the_room()
    {
        _house.Standing("1", how: p => p with { Record = true });
        _house.Dial("1");
        await InRoom("anna");

        await _house.Rooms.AskAsync(new RoomNumber("1"), new RoomCommand.PauseRecording(), Actor.System);
        Assert.True(_house.Mix.Tape!.IsPaused);
        await _house.Rooms.AskAsync(new RoomNumber("1"), new RoomCommand.ResumeRecording(), Actor.System);
        Assert.False(_house.Mix.Tape!.IsPaused);
    }

    [Fact]
    public async Task A_full_disk_keeps_nobody_out()
    {
        _house.Standing("1", how: p => p with { Record = true });
        _house.Dial("1");
        await InRoom("anna");
        _house.Mix.DiskRefuses = true;
        await _house.Rooms.AskAsync(new RoomNumber("1"), new RoomCommand.StopRecording(), Actor.System);

        Assert.Equal(Refusal.NoDiskSpace, await _house.Rooms.AskAsync(new RoomNumber("1"), new RoomCommand.StartRecording(), Actor.System));
        _house.Dial("1", "bob");
        await InRoom("bob");
    }

    [Fact]
    public async Task A_disk_that_refuses_while_a_room_records_is_told_to_whoever_looks()
    {
        var number = new RoomNumber("1");
        _house.Standing("1", how: p => p with { Record = true });
        _house.Dial("1");
        await InRoom("anna");
        Assert.False(_house.Rooms.IsRecordingInTrouble(number));

        _house.Mix.Tape!.IsInTrouble = true;
        Assert.True(_house.Rooms.IsRecordingInTrouble(number));
        await _house.Rooms.AskAsync(number, new RoomCommand.StopRecording(), Actor.System);

        Assert.False(_house.Rooms.IsRecordingInTrouble(number));
        Assert.False(_house.Rooms.IsRecordingInTrouble(new RoomNumber("2")));
    }

    [Fact]
    public async Task A_room_outlives_a_command_that_fails()
    {
        _house.Standing("1");
        _house.Dial("1");
        await InRoom("anna");
        _house.Mix.IsBroken = true;

        await Assert.ThrowsAsync<InvalidOperationException>(() => _house.Rooms.AskAsync(new RoomNumber("1"), new RoomCommand.Lock(), Actor.System));

        _house.Mix.IsBroken = false;
        Assert.Equal(Refusal.None, await _house.Rooms.AskAsync(new RoomNumber("1"), new RoomCommand.MuteAll(), Actor.System));
    }

    [Fact]
    public async Task Guests_reach_nothing_until_it_is_opened()
    {
        _house.Standing("1234", guestPin: "4711");
        Assert.False(_house.Numbers.IsOpenToGuests("1234"));
        var stranger = _house.Call("1234", "stranger", asGuest: true);
        stranger.Serve(_house.Desk);
        await stranger.Served;
        Assert.Equal(404, stranger.Rejected);

        _house.Numbers.GuestsMayDial = true;
        Assert.True(_house.Numbers.IsOpenToGuests("1234"));
        Assert.False(_house.Numbers.IsOpenToGuests("5678"));
    }

    [Fact]
    public async Task A_name_that_would_rewrite_the_page_arrives_as_plain_letters()
    {
        _house.Standing("1", guestPin: "5");
        _house.Numbers.GuestsMayDial = true;
        var call = new FakeCall("1", "x", asGuest: true) { FromDisplayName = "\u202Eevil\u0007 <b>" + new string('y', 300) };
        call.Serve(_house.Desk);
        await Soon.Is(() => _house.Media.Last?.Heard.Contains(Voice.GetPin) == true);
        _house.Media.Last!.Press("5");

        await Soon.Is(() => _house.Rooms.Find(new RoomNumber("1")) is not null);
        var name = _house.Rooms.Find(new RoomNumber("1"))!.People[0].Name;
        Assert.StartsWith("evil <b>y", name, StringComparison.Ordinal);
        Assert.True(name.Length <= 60);
    }

    [Fact]
    public async Task No_common_codec_is_488_and_no_port_is_503()
    {
        _house.Standing("1");
        _house.Media.HasPorts = false;
        var call = _house.Dial("1");
        await call.Served;
        Assert.Equal(503, call.Rejected);
    }

    [Fact]
    public async Task A_late_answer_without_a_codec_ends_the_call()
    {
        _house.Standing("1");
        _house.Devices.SetStored([new("anna", "201", "anna", "", "")]);
        var call = new FakeCall("1", "anna", asGuest: false) { Body = null };
        call.Serve(_house.Desk);
        await call.Served;

        Assert.Equal("offer", System.Text.Encoding.ASCII.GetString(call.Answered!.Bytes.Span));
        Assert.Equal(488, call.HungUpWith!.Status);
    }

    private async Task<FakeCall> Asked(string number, string prompt, string from = "anna")
    {
        var before = _house.Media.Last;
        var call = _house.Dial(number, from);
        await Soon.Is(() => _house.Media.Last is { } session && session != before && session.Heard.Contains(prompt), $"the prompt {prompt}");
        return call;
    }

    private async Task Enter(string name, string pin)
    {
        await Asked("1", Voice.GetPin, name);
        _house.Media.Last!.Press(pin);
        await InRoom(name);
    }

    private Task InRoom(string name) => Soon.Is(() => _house.Rooms.Live.Any(r => r.People.Any(p => p.Name == name)), $"{name} in the room");

    private Participant Person(string name) => _house.Rooms.Live.SelectMany(r => r.People).Single(p => p.Name == name);

    private async Task<Booking> Book(TimeSpan startsIn)
    {
        var (booking, problem) = await _house.Bookings.BookAsync(Bookings.BookingDeskTests.Request(_house.Time.GetUtcNow() + startsIn), Actor.System, CancellationToken.None);
        Assert.Equal(BookingProblem.None, problem);
        return booking!;
    }
}
