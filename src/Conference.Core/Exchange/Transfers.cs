using Conference.Core.Accounts;
using Conference.Core.Calls;
using Conference.Core.Rooms;
using Conference.Core.Routing;
using Conference.Sip.Calls;
using Conference.Sip.Dialogs;

namespace Conference.Core.Exchange;

/// <summary>Moves legs: blind and attended transfer (RFC 3515, RFC 3891), into rooms and out of them. Dialogs stay as they are; only seats change.</summary>
internal sealed class Transfers(Router router, ExtensionBook extensions, RoomDesk rooms, Dialler dialler, Floor floor, LegBook book, ExchangeSounds sounds, TimeProvider time)
{
    /// <summary>Time for the last NOTIFY to arrive; most phones hang up by themselves when they read it.</summary>
    private static readonly TimeSpan LastWord = TimeSpan.FromSeconds(1);

    private static readonly CallEnd s_transferred = new(200, "Transferred");

    /// <summary>Calls people into rooms.</summary>
    public Invitations Invitations { get; } = new(router, extensions, dialler, floor);

    /// <summary>A REFER inside a leg. Only phones of the house transfer: nobody outside spends our trunks.</summary>
    public async Task TakeAsync(CallLeg leg, IReferral referral)
    {
        if (leg.Party.Extension is null || extensions.Find(leg.Party.Extension) is not { IsEnabled: true }) await referral.RefuseAsync(403);
        else if (referral.Method.Equals("BYE", StringComparison.OrdinalIgnoreCase)) await RemoveAsync(leg, referral);
        else if (!referral.Method.Equals("INVITE", StringComparison.OrdinalIgnoreCase)) await referral.RefuseAsync(403);
        else if (referral.Replaces is { } other) await AttendedAsync(leg, other, referral);
        else await BlindAsync(leg, referral);
    }

    /// <summary>A REFER to the number of a room, outside a call: a member calls somebody in (RFC 4579 §5.5).</summary>
    public async Task TakeFromOutsideAsync(IReferral referral)
    {
        var room = new RoomNumber(referral.Dialled);
        var isMember = referral.Account is { } account && rooms.Find(room)?.People.Any(p => book.Find(p.Call)?.Party.Extension == account.Extension) == true;
        if (isMember && referral.Replaces is null && referral.Method.Equals("INVITE", StringComparison.OrdinalIgnoreCase))
            await InviteAsync(room, referral.Account!.Extension, referral);
        else
            await referral.RefuseAsync(403);
    }

    /// <summary>A phone takes the place of another in a conversation.</summary>
    public async Task<CallEnd> TakeOverAsync(CallLeg taker, CallLeg leg, CancellationToken stop)
    {
        if (book.BridgeOf(leg) is not { } bridge || bridge.PartnerOf(leg) is not { } partner) return new CallEnd(481, "Gone");
        var next = OpenFor(partner, taker);
        if (!partner.Move(next.StayAsync)) return new CallEnd(481, "Gone");
        bridge.End(new CallEnd(200, "Call completed elsewhere"));
        next.Record.Answer(taker.Party.Name);
        return await next.StayAsync(taker, stop);
    }

    private async Task BlindAsync(CallLeg leg, IReferral referral)
    {
        var target = router.Decide(new RouteQuestion(referral.ReferTo) { Extension = leg.Party.Extension, Device = leg.Party.Device?.Username, CalledDevice = referral.ReferToDevice });
        if (target is RouteTarget.Refused refused) await referral.RefuseAsync(refused.Status is 403 or 404 ? refused.Status : 603);
        else if (target is RouteTarget.Outside { Pin: not null }) await referral.RefuseAsync(403); // nobody could be asked for it
        else if (RoomOf(leg) is { } room) await FromRoomAsync(leg, room, target, referral);
        else if (book.BridgeOf(leg) is not { } bridge || bridge.PartnerOf(leg) is not { } partner) await referral.RefuseAsync(481);
        else await TransferAsync(leg, partner, bridge, target, referral);
    }

    private RoomNumber? RoomOf(CallLeg leg) => rooms.Live.FirstOrDefault(r => r.People.Any(p => p.Call == leg.Call.CallId))?.Number;

    /// <summary>Inside a room: into another room goes whoever asks; anybody else is called into this one.</summary>
    private async Task FromRoomAsync(CallLeg leg, RoomNumber room, RouteTarget target, IReferral referral)
    {
        if (target is not RouteTarget.Room other)
        {
            await InviteAsync(room, leg.Party.Extension!, referral);
            return;
        }

        await referral.AcceptAsync();
        var isMoved = leg.Move(floor.Visit(leg.Party, new DialRoute(new RoomNumber(other.Number), new EntryOptions(), null)));
        await referral.TellAsync(isMoved ? 200 : 481, isMoved ? "OK" : "Gone");
    }

    private async Task InviteAsync(RoomNumber room, string extension, IReferral referral)
    {
        await referral.AcceptAsync();
        var result = await Invitations.InviteAsync(new DialOutRequest(room, referral.ReferTo) { Extension = extension, Device = referral.ReferToDevice }, CancellationToken.None);
        await referral.TellAsync(result.Status, result.Reason);
    }

    private async Task RemoveAsync(CallLeg leg, IReferral referral)
    {
        var room = RoomOf(leg) is { } number ? rooms.Find(number) : null;
        var me = room?.People.FirstOrDefault(p => p.Call == leg.Call.CallId);
        var whom = room?.People.FirstOrDefault(p => p.Number == referral.ReferTo && p.Number.Length > 0);
        if (me?.Role != Role.Host || whom is null)
        {
            await referral.RefuseAsync(me?.Role != Role.Host ? 403 : 404);
            return;
        }

        await referral.AcceptAsync();
        var refusal = await rooms.AskAsync(room!.Number, new RoomCommand.Kick(whom.Id), Actor.Phone(me.Id, me.Name));
        await referral.TellAsync(refusal == Refusal.None ? 200 : 404, refusal.ToString());
    }

    private async Task TransferAsync(CallLeg leg, CallLeg partner, Bridge bridge, RouteTarget target, IReferral referral)
    {
        await referral.AcceptAsync();
        if (target is RouteTarget.Room or RouteTarget.AccessMenu)
        {
            var room = target is RouteTarget.Room known ? new RoomNumber(known.Number) : (RoomNumber?)null;
            var isMoved = partner.Move(floor.Visit(partner.Party with { IsCaller = true }, new DialRoute(room, new EntryOptions(), null)));
            await referral.TellAsync(isMoved ? 200 : 481, isMoved ? "OK" : "Gone");
            if (isMoved) await LetGoAsync(leg, bridge);
            return;
        }

        if (!partner.Move((self, stop) => RingForAsync(self, leg, bridge, target, referral, stop)))
            await referral.TellAsync(481, "Gone");
    }

    /// <summary>The transferred party hears the ringing; when nobody answers it comes back to whoever transferred it, if he is still there.</summary>
    private async Task<CallEnd> RingForAsync(CallLeg self, CallLeg by, Bridge from, RouteTarget target, IReferral referral, CancellationToken stop)
    {
        var party = self.Party with { IsCaller = true };
        var payer = extensions.Find(by.Party.Extension!);
        var record = floor.Begin(party, referral.ReferTo, "", self.Call.CallId);
        record.Tell(self);
        self.Media.Hold(sounds.Ringing);
        var order = new DialOrder(target, party, record)
        {
            Payer = payer,
            Codec = self.Media.Codec,
            Headers = referral.ReferredBy is { } name ? [("Referred-By", name)] : [],
            OnProgress = (progress, _) => progress.Status == 180 ? referral.TellAsync(180, "Ringing") : ValueTask.CompletedTask,
        };
        try
        {
            var end = await dialler.DialAsync(order, stop);
            self.Media.Hold(null);
            if (end.Leg is null && end.Elsewhere is null) return await ComeBackAsync(self, by, from, record, end, referral, stop);
            await referral.TellAsync(200, "OK");
            _ = LetGoAsync(by, from);
            if (end.Leg is not { } far) return await floor.Visit(record, Caller.Of(party), new DialRoute(end.Elsewhere is RouteTarget.Room room ? new RoomNumber(room.Number) : null, new EntryOptions(), null))(self, stop);
            var bridge = floor.Open(record);
            if (!far.IsAlive) _ = far.LiveAsync(bridge.StayAsync);
            else if (!far.Move(bridge.StayAsync)) bridge.End(new CallEnd(200, "Hung up"));
            record.Answer(far.Party.Name);
            return await bridge.StayAsync(self, stop);
        }
        finally
        {
            self.Media.Hold(null);
            record.End(200, "Hung up"); // unless it was told already how it ended
        }
    }

    private async Task<CallEnd> ComeBackAsync(CallLeg self, CallLeg by, Bridge from, CallRecord record, DialEnd end, IReferral referral, CancellationToken stop)
    {
        record.End(end.Status, end.Reason);
        if (stop.IsCancellationRequested)
        {
            from.End(new CallEnd(200, "Hung up"));
            return new CallEnd(200, "Hung up");
        }

        await referral.TellAsync(end.Status, end.Reason);
        return by.Call.Ended.IsCancellationRequested || book.BridgeOf(by) != from
            ? await floor.Disappoint(end.Status, end.Reason)(self, stop)
            : await from.StayAsync(self, stop);
    }

    private async Task AttendedAsync(CallLeg leg, DialogId other, IReferral referral)
    {
        var second = book.Find(other);
        if (second is null || second == leg || second.Party.Extension != leg.Party.Extension)
        {
            await referral.RefuseAsync(second is null ? 481 : 403); // nobody joins calls of others by guessing
            return;
        }

        var (here, there) = (book.BridgeOf(leg), book.BridgeOf(second));
        var (b, c) = (here?.PartnerOf(leg), there?.PartnerOf(second));
        if (b is null && c is null)
        {
            await referral.RefuseAsync(481);
            return;
        }

        await referral.AcceptAsync();
        var isDone = (b, c) switch
        {
            ({ } one, { } two) => Join(one, two),
            ({ } one, null) => RoomOf(second) is { } room && one.Move(floor.VisitVouched(one.Party, room)),
            (null, { } two) => RoomOf(leg) is { } room && two.Move(floor.VisitVouched(two.Party, room)),
            _ => false,
        };
        await referral.TellAsync(isDone ? 200 : 481, isDone ? "OK" : "Gone");
        if (!isDone) return;
        await Task.WhenAny(leg.Call.End, Task.Delay(LastWord, time));
        foreach (var bridge in new[] { here, there }.OfType<Bridge>()) bridge.End(s_transferred);
        if (here is null != there is null) (here is null ? leg : second).Move((_, _) => Task.FromResult(s_transferred)); // his seat in the room goes to his guest
    }

    private bool Join(CallLeg one, CallLeg two)
    {
        var bridge = OpenFor(one, two);
        if (!one.Move(bridge.StayAsync)) return false;
        if (!two.Move(bridge.StayAsync)) bridge.End(new CallEnd(200, "Hung up"));
        bridge.Record.Answer(two.Party.Name);
        return true;
    }

    private Bridge OpenFor(CallLeg one, CallLeg two)
    {
        var record = floor.Begin(one.Party with { IsCaller = true }, two.Party.Number, two.Party.Name, one.Call.CallId);
        record.Tell(one);
        record.Tell(two);
        return floor.Open(record);
    }

    /// <summary>Whoever transferred has heard that it worked, and his call ends.</summary>
    private async Task LetGoAsync(CallLeg leg, Bridge bridge)
    {
        await Task.WhenAny(leg.Call.End, Task.Delay(LastWord, time));
        bridge.End(s_transferred);
    }
}
