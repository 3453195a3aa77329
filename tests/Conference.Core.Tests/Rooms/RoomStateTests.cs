using System.Collections.Immutable;
using Conference.Core.Events;
using Conference.Core.Rooms;
using Conference.Core.Tests.Testing;

namespace Conference.Core.Tests.Rooms;

public sealed class RoomStateTests
{
    private static readonly RoomPlan Plan = new(new RoomNumber("1234"), "Board", "1", "2", Seats: 3);
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_first_to_join_opens_the_room() =>
        Assert.Equal(["Opened", "bob joined"], Told(Empty.Decide(Join("bob"))));

    [Fact]
    public void A_locked_room_lets_only_hosts_in()
    {
        var locked = After(Join("bob"), new RoomCommand.Lock());

        Assert.Equal(Refusal.Locked, locked.Decide(Join("eve")).Refusal);
        Assert.Equal(Refusal.None, locked.Decide(Join("anna", Role.Host)).Refusal);
    }

    [Fact]
    public void A_full_room_refuses_even_hosts() =>
        Assert.Equal(Refusal.Full, After(Join("a"), Join("b"), Join("c")).Decide(Join("d", Role.Host)).Refusal);

    [Fact]
    public void Those_who_wait_are_admitted_when_a_host_comes()
    {
        var waiting = After(Waiting("bob"), Waiting("eve"));

        Assert.All(waiting.People, p => Assert.True(p.Held));
        Assert.Equal(["anna joined as host", "Admitted", "Admitted"], Told(waiting.Decide(Join("anna", Role.Host))));
    }

    [Fact]
    public void Nobody_waits_once_a_host_is_there() =>
        Assert.Equal(["bob joined"], Told(After(Join("anna", Role.Host)).Decide(Waiting("bob"))));

    [Fact]
    public void A_host_without_a_phone_lets_people_in_and_nobody_waits_after_that()
    {
        var begun = After(Waiting("bob"), new RoomCommand.Admit());

        Assert.Equal(Refusal.NobodyWaits, begun.Decide(new RoomCommand.Admit()).Refusal);
        Assert.Equal(["eve joined"], Told(begun.Decide(Waiting("eve"))));
    }

    [Fact]
    public void A_talker_who_leaves_is_never_left_talking()
    {
        var bob = Join("bob");
        var talking = After(bob, Join("eve"), new RoomCommand.Talk(bob.Who, true));

        Assert.Equal(["TalkingStopped", "left: HungUp, 1 remain"], Told(talking.Decide(new RoomCommand.Leave(bob.Who, LeaveReason.HungUp))));
    }

    [Fact]
    public void A_talker_who_is_muted_is_no_longer_talking()
    {
        var bob = Join("bob");

        Assert.Equal(["TalkingStopped", "Muted"], Told(After(bob, new RoomCommand.Talk(bob.Who, true)).Decide(new RoomCommand.Mute(bob.Who))));
    }

    [Fact]
    public void The_muted_do_not_talk()
    {
        var bob = Join("bob");

        Assert.Empty(After(bob, new RoomCommand.Mute(bob.Who)).Decide(new RoomCommand.Talk(bob.Who, true)).Happened);
    }

    [Fact]
    public void Mute_all_spares_hosts_and_unmute_all_frees_everybody()
    {
        var muted = After(Join("anna", Role.Host), Join("bob"), Join("eve"), new RoomCommand.MuteAll());

        Assert.Equal([false, true, true], muted.People.Select(p => p.Muted));
        Assert.All(After(muted, new RoomCommand.UnmuteAll()).People, p => Assert.False(p.Muted));
    }

    [Fact]
    public void Doing_twice_what_is_done_is_refused_with_its_reason()
    {
        var bob = Join("bob");
        var room = After(bob, new RoomCommand.Mute(bob.Who), new RoomCommand.Lock(), new RoomCommand.StartRecording());

        Assert.Equal(Refusal.AlreadyMuted, room.Decide(new RoomCommand.Mute(bob.Who)).Refusal);
        Assert.Equal(Refusal.AlreadyLocked, room.Decide(new RoomCommand.Lock()).Refusal);
        Assert.Equal(Refusal.AlreadyRecording, room.Decide(new RoomCommand.StartRecording()).Refusal);
        Assert.Equal(Refusal.NotInRoom, room.Decide(new RoomCommand.Kick(ParticipantId.New())).Refusal);
    }

    [Fact]
    public void The_last_to_leave_ends_the_recording_and_closes_the_room()
    {
        var bob = Join("bob");

        Assert.Equal(
            ["left: HungUp, 0 remain", "RecordingStopped", "closed: Empty"],
            Told(After(bob, new RoomCommand.StartRecording()).Decide(new RoomCommand.Leave(bob.Who, LeaveReason.HungUp))));
    }

    [Fact]
    public void A_recording_is_paused_and_goes_on()
    {
        var records = After(Join("bob"), new RoomCommand.StartRecording());
        Assert.Equal(Refusal.NotRecording, After(Join("bob")).Decide(new RoomCommand.PauseRecording()).Refusal);
        Assert.Equal(Refusal.NotPaused, records.Decide(new RoomCommand.ResumeRecording()).Refusal);
        Assert.False(records.Snapshot().IsPaused);

        var paused = After(records, new RoomCommand.PauseRecording());
        Assert.True(paused.Snapshot().IsPaused);
        Assert.Equal(Refusal.AlreadyPaused, paused.Decide(new RoomCommand.PauseRecording()).Refusal);

        Assert.False(After(paused, new RoomCommand.ResumeRecording()).IsPaused);
        Assert.False(After(paused, new RoomCommand.StopRecording()).IsPaused);
    }

    [Fact]
    public void A_recording_somebody_stopped_is_not_started_by_the_next_caller()
    {
        var stopped = After(Join("bob") with { Records = true }, new RoomCommand.StopRecording());

        Assert.Equal(["eve joined"], Told(stopped.Decide(Join("eve") with { Records = true })));
    }

    [Fact]
    public void Ending_for_all_lets_everybody_leave_before_the_room_closes() =>
        Assert.Equal(
            ["left: ConferenceEnded, 1 remain", "left: ConferenceEnded, 0 remain", "closed: EndedByHost"],
            Told(After(Join("a"), Join("b")).Decide(new RoomCommand.End(CloseReason.EndedByHost))));

    [Fact]
    public void A_closed_room_does_nothing_more() =>
        Assert.Equal(Refusal.NotLive, After(Join("a"), new RoomCommand.End(CloseReason.EndedByHost)).Decide(Join("b")).Refusal);

    /// <summary>Any script: the journal replayed gives the same room, counts are never negative, joins and leaves pair up.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void The_journal_of_any_script_replays_to_the_same_room(int seed)
    {
        var random = new Random(seed);
        var state = Empty;
        var journal = new List<RoomEvent>();
        for (var step = 0; step < 2000 && !state.IsClosed; step++)
        {
            foreach (var what in state.Decide(AnyCommand(random, state)).Happened)
            {
                journal.Add(what);
                state = state.Apply(what, Now.AddSeconds(step));
                Assert.DoesNotContain(state.People, p => p.Talking && (p.Muted || p.Held));
            }
        }

        var replayed = journal.Aggregate(Empty, (room, what) => room.Apply(what, Now));
        Assert.Equal(state.People.Select(p => (p.Id, p.Muted, p.Held, p.Talking)), replayed.People.Select(p => (p.Id, p.Muted, p.Held, p.Talking)));
        Assert.Equal(state.Version, replayed.Version);
        Assert.Equal(journal.OfType<RoomEvent.Joined>().Count(), journal.OfType<RoomEvent.Left>().Count() + state.People.Length);
        Assert.All(journal.OfType<RoomEvent.Left>(), l => Assert.InRange(l.People, 0, Plan.Seats));
    }

    private static RoomState Empty => RoomState.Empty(Plan, new MeetingId(Guid.Empty), Now);

    private static RoomCommand AnyCommand(Random random, RoomState state)
    {
        var who = state.People.Length > 0 && random.Next(8) > 0 ? state.People[random.Next(state.People.Length)].Id : ParticipantId.New();
        return random.Next(15) switch
        {
            0 or 1 or 2 => Join("x", random.Next(3) == 0 ? Role.Host : Role.Guest) with { WaitsForHost = random.Next(2) == 0 },
            3 when state.People.Length > 1 => new RoomCommand.Leave(who, LeaveReason.HungUp),
            4 when state.People.Length > 1 => new RoomCommand.Kick(who),
            5 => new RoomCommand.Mute(who),
            6 => new RoomCommand.Unmute(who),
            7 => new RoomCommand.MuteAll(),
            8 => new RoomCommand.UnmuteAll(),
            9 when random.Next(3) == 0 => new RoomCommand.Admit(),
            9 => random.Next(2) == 0 ? new RoomCommand.Lock() : new RoomCommand.Unlock(),
            10 => random.Next(2) == 0 ? new RoomCommand.StartRecording() : new RoomCommand.StopRecording(),
            11 => random.Next(2) == 0 ? new RoomCommand.PauseRecording() : new RoomCommand.ResumeRecording(),
            _ => new RoomCommand.Talk(who, random.Next(2) == 0),
        };
    }

    private static RoomState After(params RoomCommand[] script) => script.Aggregate(Empty, After);

    private static RoomState After(RoomState state, RoomCommand command) =>
        state.Decide(command).Happened.Aggregate(state, (room, what) => room.Apply(what, Now));

    private static RoomCommand.Join Join(string name, Role role = Role.Guest) =>
        new(ParticipantId.New(), name, "200", role, Via.Phone, "call", new FakeSession());

    private static RoomCommand.Join Waiting(string name) => Join(name) with { WaitsForHost = true };

    private static IEnumerable<string> Told((Refusal Refusal, ImmutableArray<RoomEvent> Happened) decision)
    {
        Assert.Equal(Refusal.None, decision.Refusal);
        return decision.Happened.Select(House.Tell);
    }
}
