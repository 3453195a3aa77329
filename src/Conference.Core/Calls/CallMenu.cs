using System.Collections.Immutable;
using Conference.Core.Events;
using Conference.Core.Rooms;
using Conference.Media.Sessions;
using Conference.Sip.Calls;

namespace Conference.Core.Calls;

/// <summary>What an answered caller goes through: number, PIN, a seat, and the way out.</summary>
internal sealed class CallMenu(
    ISipCall call, IMediaSession session, Keypad keypad, Caller caller, DialRoute route, RoomDirectory directory, RoomDesk rooms, Voice voice, PinGuard pins, EventFeed feed, TimeProvider time)
{
    private const int Tries = 3;
    private const int LongestNumber = 15;

    /// <summary>Leads the caller from answer to goodbye.</summary>
    /// <returns>How the call is to be ended.</returns>
    /// <exception cref="OperationCanceledException">The caller hung up before taking a seat.</exception>
    public async Task<CallEnd> RunAsync(CancellationToken cancel)
    {
        if (await FindDoorsAsync(cancel) is not { IsEmpty: false } doors) return await PartAsync(CallRefusal.UnknownNumber, 404, cancel, Voice.Goodbye);
        if (doors.All(IsTooEarly)) return await PartAsync(CallRefusal.TooEarly, 480, cancel, Voice.TooEarly);
        if (IsClosed(doors)) return await PartAsync(CallRefusal.TooManyWrongPins, 403, cancel, Voice.Goodbye);
        if (await FindRoleAsync(doors, cancel) is not var (plan, role)) return await PartAsync(CallRefusal.WrongPin, 403, cancel, Voice.Goodbye);

        var (seated, refusal) = await rooms.JoinAsync(plan, Joining(plan, role), Actor.Phone(default, caller.Name));
        return (seated, refusal) switch
        {
            ({ } seat, _) => await StayAsync(seat, cancel),
            (_, Refusal.Locked or Refusal.StillTaken) => await PartAsync(CallRefusal.Locked, 403, cancel, Voice.Locked),
            _ => await PartAsync(CallRefusal.Full, 486, cancel, Voice.Full),
        };
    }

    private async Task<ImmutableArray<RoomPlan>> FindDoorsAsync(CancellationToken cancel)
    {
        if (route.Room is { } known) return Enterable(known);
        for (var tries = 0; tries < Tries; tries++)
        {
            string[] prompt = tries == 0 ? [Voice.GetNumber] : [Voice.InvalidNumber, Voice.GetNumber];
            var number = new RoomNumber(await keypad.AskAsync(voice.Say(prompt), LongestNumber, cancel));
            if (Enterable(number) is { IsEmpty: false } doors && doors.All(d => DialBook.IsOpenTo(caller.Device, d))) return doors;
        }

        return [];
    }

    /// <summary>A conference that is over is gone, unless people are still in it.</summary>
    private ImmutableArray<RoomPlan> Enterable(RoomNumber number) =>
        directory.Doors(number).RemoveAll(d => d.EndsAt <= time.GetUtcNow() && rooms.Find(number)?.Booking != d.Booking);

    private bool IsTooEarly(RoomPlan plan) => time.GetUtcNow() < plan.OpensAt;

    private bool IsClosed(ImmutableArray<RoomPlan> doors) => pins.IsClosed(caller.Source, doors[0].Number.Value);

    /// <summary>Which of the doors the caller may pass, and as what.</summary>
    private async Task<(RoomPlan Plan, Role Role)?> FindRoleAsync(ImmutableArray<RoomPlan> doors, CancellationToken cancel)
    {
        if (!PinRules.IsNeeded(doors[0], route.Options)) return (doors[0], PinRules.WithoutPin(route.Options));
        if (route.Pin is { Length: > 0 } given && !route.Options.AlwaysAskPin)
            return Judge(doors, given) ?? await SayAsync<(RoomPlan, Role)?>(null, cancel, Voice.InvalidPin);

        for (var tries = 0; tries < Tries; tries++)
        {
            string[] prompt = tries == 0 ? [Voice.GetPin] : [Voice.InvalidPin, Voice.GetPin];
            var entered = await keypad.AskAsync(voice.Say(prompt), doors.Max(PinRules.Longest), cancel);
            if (IsClosed(doors)) break; // others have tried meanwhile: now even the right one opens nothing
            if (Judge(doors, entered) is { } opened) return opened;
            if (entered.Length > 0) pins.Wrong(caller.Source, doors[0].Number.Value);
        }

        return await SayAsync<(RoomPlan, Role)?>(null, cancel, Voice.InvalidPin);
    }

    private (RoomPlan Plan, Role Role)? Judge(ImmutableArray<RoomPlan> doors, string entered)
    {
        foreach (var door in doors)
            if (PinRules.Judge(door, route.Options, entered) is { } role) return (door, role);
        return null;
    }

    private RoomCommand.Join Joining(RoomPlan plan, Role role) => new(ParticipantId.New(), caller.Name, caller.Number, role, Via.Phone, call.CallId, session)
    {
        Muted = route.Options.StartMuted || route.Options.ListenOnly,
        Quiet = route.Options.Quiet,
        WaitsForHost = plan.WaitForHost || route.Options.WaitForMarked,
        Records = plan.Record || route.Options.Record,
    };

    /// <summary>In the room, until one side leaves.</summary>
    private async Task<CallEnd> StayAsync(Seated seat, CancellationToken cancel)
    {
        using var gone = cancel.Register(() => seat.LeaveAsync(LeaveReason.HungUp));
        using var inside = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        _ = LeaveWhenSilentAsync(seat);
        try
        {
            var reason = await ListenAsync(seat, inside);
            return await LeaveAsync(reason, cancel);
        }
        finally
        {
            await seat.LeaveAsync(LeaveReason.HungUp); // nobody stays seated without a call
        }
    }

    /// <summary>Says what concerns the caller, one sentence after the other, and stops at once when he is out.</summary>
    private async Task<LeaveReason> ListenAsync(Seated seat, CancellationTokenSource inside)
    {
        var speaking = SpeakAsync(Task.CompletedTask, Greeting(seat), inside.Token);
        await foreach (var what in seat.Tells.ReadAllAsync(CancellationToken.None))
        {
            if (what is RoomEvent.Left left)
            {
                await inside.CancelAsync();
                await speaking;
                return left.Reason;
            }

            speaking = SpeakAsync(speaking, SentencesFor(what), inside.Token);
        }

        return LeaveReason.HungUp;
    }

    private async Task LeaveWhenSilentAsync(Seated seat)
    {
        await SilenceWatch.GoneAsync(call, session, time);
        await seat.LeaveAsync(LeaveReason.ConnectionLost);
    }

    /// <summary>What somebody hears on coming in. A recording that their own coming started is told as an event of its own.</summary>
    private string[] Greeting(Seated seat)
    {
        var room = seat.Room.Snapshot;
        var me = room.People.FirstOrDefault(p => p.Id == seat.Who);
        string[] greeting = (me?.Held, room.People.Length) switch
        {
            (true, _) => [Voice.WaitForHost],
            (_, 1) when route.Options is { Quiet: false, NoAloneNotice: false } => [Voice.OnlyPerson],
            _ => [],
        };
        return room.RecordingSince < me?.JoinedAt ? [Voice.Recording, .. greeting] : greeting;
    }

    /// <summary>One sentence after the other; the room's story does not wait for them.</summary>
    private async Task SpeakAsync(Task before, string[] sentences, CancellationToken cancel)
    {
        await before;
        if (sentences.Length > 0) await session.PlayAsync(voice.Say(sentences), cancel);
    }

    private static string[] SentencesFor(RoomEvent what) => what switch
    {
        RoomEvent.Muted => [Voice.Muted],
        RoomEvent.Unmuted => [Voice.Unmuted],
        RoomEvent.Admitted => [Voice.PlacedInto],
        RoomEvent.RecordingStarted => [Voice.Recording],
        RoomEvent.RecordingStopped => [Voice.RecordingStopped],
        _ => [],
    };

    private async Task<CallEnd> LeaveAsync(LeaveReason reason, CancellationToken cancel) => reason switch
    {
        LeaveReason.Removed => await SayAsync(new CallEnd(403, "Removed by the host"), cancel, Voice.Removed),
        LeaveReason.ConferenceEnded => await SayAsync(new CallEnd(200, "Conference ended"), cancel, Voice.Ended),
        LeaveReason.ConnectionLost => new CallEnd(408, "No audio"),
        LeaveReason.ServerStopped => await SayAsync(new CallEnd(503, "Server stopping"), cancel, Voice.Ended),
        _ => new CallEnd(200, "Hung up"),
    };

    private async Task<CallEnd> PartAsync(CallRefusal why, int status, CancellationToken cancel, params string[] sentences)
    {
        feed.Publish(Actor.Phone(default, caller.Name), new CallEvent.Refused(route.Room?.Value ?? "", caller.Number, why, call.CallId));
        return await SayAsync(new CallEnd(status, why.ToString()), cancel, sentences);
    }

    private async Task<T> SayAsync<T>(T then, CancellationToken cancel, params string[] sentences)
    {
        await session.PlayAsync(voice.Say(sentences), cancel);
        return then;
    }
}
