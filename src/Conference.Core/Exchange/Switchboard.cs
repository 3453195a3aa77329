using System.Collections.Immutable;
using Conference.Core.Accounts;
using Conference.Core.Calls;
using Conference.Core.Events;
using Conference.Core.Rooms;
using Conference.Core.Routing;
using Conference.Media.Sessions;
using Conference.Sip.Calls;
using Conference.Sip.Dialogs;

namespace Conference.Core.Exchange;

/// <summary>The exchange of the house: takes every call that comes in, and finds out who it is and where it leads.</summary>
public sealed class Switchboard : ISipHouse
{
    /// <summary>What a call takes along to the other side; everything else ends here.</summary>
    private static readonly ImmutableArray<string> s_passed = ["Subject", "Priority", "User-to-User"];

    /// <summary>How an Alert-Info asks a phone to open its microphone by itself (RFC 7463, and what makers of phones invented before).</summary>
    private static readonly ImmutableArray<string> s_autoAnswer =
        ["autoanswer", "auto-answer", "auto answer", "answer-after", "intercom", "ring answer", "ring-answer"];

    private readonly SwitchboardParts _with;
    private readonly LegBook _book;
    private readonly Floor _floor;
    private readonly Dialler _dialler;
    private readonly Connector _connector;
    private readonly Transfers _transfers;
    private readonly Messages _messages;
    private volatile bool _isClosed;

    public Switchboard(SwitchboardParts with)
    {
        _with = with;
        _book = new LegBook(with.Time);
        _floor = new Floor(with.Media, with.Desk, with.Directory, _book, with.Live, with.Feed, with.Sounds, with.Time);
        _dialler = new Dialler(
            with.Router, with.Extensions, with.Devices, with.Tolls, with.Routes, with.Channels, new TrunkPace(with.Time), with.Live, _book, with.Calls, with.Media,
            with.LookUp, with.IsDown, with.Options, with.Time);
        _connector = new Connector(with.Media, _dialler, new PinGate(with.Desk, _dialler, _floor, with.Feed, with.Sounds), _floor, _book, with.Sounds, with.Time);
        _transfers = new Transfers(with.Router, with.Extensions, with.Rooms, _dialler, _floor, _book, with.Sounds, with.Time);
        _messages = new Messages(with.Extensions, with.Devices, with.Directory, with.Rooms, with.Live, with.Calls, with.Time);
        _book.OnRefer = _transfers.TakeAsync;
        with.Tolls.Reached += (who, limit) => with.Feed.Publish(Actor.System, new CallEvent.LimitReached(who, limit.ToString()));
    }

    public async Task TakeCallAsync(IIncomingCall call, CancellationToken cancel)
    {
        if (_isClosed)
        {
            await call.RejectAsync(503);
            return;
        }

        if (call.MaxForwards == 0)
        {
            await call.RejectAsync(483);
            return;
        }

        if (call.Replaces is { } replaced) await PickUpAsync(call, replaced);
        else if (call.Peer is { } peer) await FromTrunkAsync(call, peer, cancel);
        else await FromPhoneAsync(call, cancel);
    }

    /// <summary>For shutdown: no call is taken any more (503), and whoever is in a room hears that it is over before he is hung up.</summary>
    /// <param name="patience">How long is waited for that.</param>
    public async Task CloseAsync(TimeSpan patience)
    {
        _isClosed = true;
        var leaving = _with.Rooms.Live.SelectMany(r => r.People).Select(p => _book.Find(p.Call)?.Call.End).OfType<Task>().ToList();
        await _with.Rooms.CloseAllAsync();
        await Task.WhenAny(Task.WhenAll(leaving), Task.Delay(patience, _with.Time));
    }

    public Task<int> TakeMessageAsync(IncomingMessage message) => _messages.TakeAsync(message);

    public Task TakeReferralAsync(IReferral referral) => _transfers.TakeFromOutsideAsync(referral);

    /// <summary>Calls somebody into a room (RFC 4579 §5.5).</summary>
    /// <param name="request">Whom, and who asks.</param>
    /// <param name="cancel">Gives up while it rings.</param>
    /// <returns>When he answered, or why not.</returns>
    public Task<DialOutResult> DialOutAsync(DialOutRequest request, CancellationToken cancel) => _transfers.Invitations.InviteAsync(request, cancel);

    /// <summary>Moves both parties of a call into a room: it becomes a conference, without a message to any phone.</summary>
    /// <returns><see langword="false"/> when there is no such conversation.</returns>
    public bool MoveToRoom(Guid call, RoomNumber room)
    {
        var legs = LegsOf(call);
        if (legs.All(l => _book.BridgeOf(l) is null)) return false;
        foreach (var leg in legs) leg.Move(_floor.VisitVouched(leg.Party, room));
        return true;
    }

    /// <summary>Hangs up every leg of a call.</summary>
    public bool HangUp(Guid call)
    {
        var legs = LegsOf(call);
        foreach (var leg in legs) leg.Move((_, _) => Task.FromResult(new CallEnd(200, "Ended by the operator")));
        return !legs.IsEmpty;
    }

    private ImmutableArray<CallLeg> LegsOf(Guid call) =>
        [.. (_with.Live.Find(call)?.Legs ?? []).Select(l => _book.Find(l.CallId)).OfType<CallLeg>()];

    private async Task FromPhoneAsync(IIncomingCall call, CancellationToken cancel)
    {
        var device = call.Account is { } account ? _with.Devices.Find(account.Username) : null;
        var caller = Caller.Of(call, device);
        var question = new RouteQuestion(call.Dialled) { Extension = device?.Extension, Device = device?.Username, CalledDevice = call.CalledDevice };
        var target = _with.Router.Decide(question);
        var card = device is null ? null : _with.Extensions.Find(device.Extension);
        var isEmergency = target is RouteTarget.Outside { Class: CallClass.Emergency };
        if (card is not null && !isEmergency && _with.Live.CountOf(card.Number) >= card.MaxCalls)
            await RefuseAsync(call, caller.Number, 403, CallRefusal.TooManyCalls, "Too Many Calls");
        else
            await ConnectAsync(call, new Approach(PartyOf(call, caller, device), caller, call.Dialled, target, NameOf(target), card)
            {
                Route = target is RouteTarget.Room or RouteTarget.AccessMenu ? _with.Numbers.Route(call.Dialled, device) : null,
                Limit = isEmergency ? null : card,
                Headers = [.. RingFrom(call), .. PassedFrom(call)],
            }, cancel);
    }

    private static LegParty PartyOf(IIncomingCall call, Caller caller, DeviceCard? device) =>
        new(caller.Number, caller.Name, device?.Extension, device, null, device?.Username ?? call.Source.ToString(), IsCaller: true);

    private async Task FromTrunkAsync(IIncomingCall call, SipPeer peer, CancellationToken cancel)
    {
        if (_with.Routes.Trunk(peer.Name) is not { } trunk)
        {
            await RefuseAsync(call, call.FromUser, 403, CallRefusal.Forbidden);
            return;
        }

        var (number, name) = TrunkIdentity.Calling(trunk, call);
        var called = TrunkIdentity.Called(trunk, call);
        var answer = _with.Router.Explain(new RouteQuestion(called) { Trunk = trunk.Line.Name, Caller = number });
        using var channel = _with.Channels.Take(trunk);
        var caller = Caller.OfTrunk(trunk.Line.Name, answer.Caller, name);
        if (channel is null)
            await RefuseAsync(call, caller.Number, 486, CallRefusal.TooManyCalls);
        else
            await ConnectAsync(call, new Approach(
                new LegParty(caller.Number, caller.Name, null, null, trunk, trunk.Line.Name, IsCaller: true), caller, called, answer.Target, NameOf(answer.Target), null)
            {
                Headers = trunk.TrustsIdentity ? [.. PassedFrom(call), .. Passed(call, "Diversion"), .. Passed(call, "History-Info")] : PassedFrom(call),
            }, cancel);
    }

    private async Task ConnectAsync(IIncomingCall call, Approach approach, CancellationToken cancel)
    {
        if (approach.Target is RouteTarget.Refused refused)
            await RefuseAsync(call, approach.From.Number, refused.Status, RefusalOf(refused.Why));
        else if (await _connector.ConnectAsync(call, approach, cancel) is { } refusal)
            await RefuseAsync(call, approach.From.Number, refusal.Status, RefusalOf(refusal), refusal.Reason, isStory: refusal.Why is not null || refusal.Status is 488 or 503, refusal.Cause);
    }

    /// <summary>Takes a call away from the phone that has it, or that it rings at (RFC 3891).</summary>
    private async Task PickUpAsync(IIncomingCall call, DialogId replaced)
    {
        var device = call.Account is { } account ? _with.Devices.Find(account.Username) : null;
        var ringing = _book.FindRinging(replaced);
        var leg = _book.Find(replaced);
        if (device is null || (ringing is not null && !MayPickUp(device.Extension, ringing.Extension)) || (leg is not null && OwnerOf(leg) != device.Extension)) await call.RejectAsync(403);
        else if (ringing is null && leg is null) await call.RejectAsync(481);
        else if (leg is not null && call.ReplacesEarlyOnly) await call.RejectAsync(486);
        else if (leg is not null && _book.BridgeOf(leg)?.PartnerOf(leg) is null) await call.RejectAsync(481);
        else await TakeOverAsync(call, device, ringing, leg);
    }

    /// <summary>Whose call it is: nobody else takes an answered one over. A leg to the outside is its partner's.</summary>
    private string? OwnerOf(CallLeg leg) => leg.Party.Extension ?? _book.BridgeOf(leg)?.PartnerOf(leg)?.Party.Extension;

    /// <summary>Who may take a call that still rings.</summary>
    private bool MayPickUp(string who, string owner) =>
        who == owner || (_with.Extensions.Find(who) is { IsEnabled: true } && _with.Extensions.SeesLamp(who, owner));

    private async Task TakeOverAsync(IIncomingCall call, DeviceCard device, Ringing? ringing, CallLeg? leg)
    {
        if (_with.Media.OpenSession(call.Source.Address, Audio.TermsFor(call.Transport, device.Voice)) is not { } session)
        {
            await call.RejectAsync(503);
            return;
        }

        if (Audio.Negotiate(session, call.Body) is not { } body)
        {
            session.Dispose();
            await call.RejectAsync(488);
            return;
        }

        var answered = await AnswerAsync(call, body, session);
        var taker = _book.Open(answered, session, PartyOf(call, Caller.Of(call, device), device));
        await taker.LiveAsync(async (self, stop) =>
        {
            if (call.Body is null && !await Audio.TookLateAnswerAsync(answered, session)) return new CallEnd(488, "No common codec");
            if (leg is not null) return await _transfers.TakeOverAsync(self, leg, stop);
            if (!ringing!.Take(self)) return new CallEnd(481, "Gone");
            await Task.Delay(Timeout.Infinite, stop); // the caller's side moves it to the conversation
            return new CallEnd(481, "Gone");
        });
    }

    private static async Task<ISipCall> AnswerAsync(IIncomingCall call, SipBody body, IMediaSession session)
    {
        try
        {
            return await call.AnswerAsync(body);
        }
        catch (Exception)
        {
            session.Dispose();
            throw;
        }
    }

    private string NameOf(RouteTarget target) => target switch
    {
        RouteTarget.Room room => _floor.TitleOf(new RoomNumber(room.Number)),
        RouteTarget.Extension called => _with.Extensions.Find(called.Number)?.Name ?? "",
        RouteTarget.Outside outside => outside.Trunks[0].Trunk.Line.Name,
        _ => "",
    };

    private static ImmutableArray<(string, string)> PassedFrom(IIncomingCall call) => [.. s_passed.SelectMany(name => Passed(call, name))];

    /// <summary>How a phone of the house asks others to ring; nobody makes them answer by themselves.</summary>
    private static IEnumerable<(string, string)> RingFrom(IIncomingCall call) =>
        Passed(call, "Alert-Info").Where(h => !s_autoAnswer.Any(word => h.Item2.Contains(word, StringComparison.OrdinalIgnoreCase)));

    private static IEnumerable<(string, string)> Passed(IIncomingCall call, string name) => call.Header(name) is { Length: > 0 } value ? [(name, value)] : [];

    private static CallRefusal RefusalOf(ConnectRefusal refusal) => refusal switch
    {
        { Why: { } why } => RefusalOf(why),
        { Status: 488 } => CallRefusal.NoCommonCodec,
        { Status: 403 } => CallRefusal.TooManyCalls,
        _ => CallRefusal.NoPort,
    };

    private static CallRefusal RefusalOf(RouteReason why) => why switch
    {
        RouteReason.CallerDisabled or RouteReason.ExtensionDisabled or RouteReason.TrunkDisabled => CallRefusal.SwitchedOff,
        RouteReason.LimitReached => CallRefusal.LimitReached,
        RouteReason.NoTrunk => CallRefusal.NoTrunk,
        RouteReason.NotANumber or RouteReason.NoRule or RouteReason.NoInboundRoute or RouteReason.RoomUnknown or RouteReason.ExtensionUnknown or RouteReason.MayNotLeave => CallRefusal.UnknownNumber,
        _ => CallRefusal.Forbidden,
    };

    private async Task RefuseAsync(IIncomingCall call, string caller, int status, CallRefusal why, string? reason = null, bool isStory = true, int? cause = null)
    {
        if (isStory) _with.Feed.Publish(Actor.System, new CallEvent.Refused(call.Dialled, caller, why, call.CallId));
        await call.RejectAsync(status, reason, cause);
    }
}

/// <summary>What the exchange is made of.</summary>
public sealed record SwitchboardParts(
    Router Router,
    ExtensionBook Extensions,
    DeviceBook Devices,
    DialBook Numbers,
    RoomDirectory Directory,
    RoomDesk Rooms,
    CallDesk Desk,
    RouteBook Routes,
    TollGuard Tolls,
    TrunkChannels Channels,
    LiveCalls Live,
    EventFeed Feed,
    ISipCalls Calls,
    IMediaEngine Media,
    EnumLookup LookUp,
    LineIsDown IsDown,
    ExchangeSounds Sounds,
    ExchangeOptions Options,
    TimeProvider Time);
