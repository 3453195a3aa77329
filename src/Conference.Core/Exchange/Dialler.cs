using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using Conference.Core.Accounts;
using Conference.Core.Calls;
using Conference.Core.Routing;
using Conference.Media.Sessions;
using Conference.Sip.Calls;

namespace Conference.Core.Exchange;

/// <summary>Reaches somebody: rings all devices of an extension, follows its forwards, goes out by trunks.</summary>
internal sealed class Dialler(
    Router router, ExtensionBook extensions, DeviceBook devices, TollGuard tolls, RouteBook routes, TrunkChannels channels, TrunkPace pace, LiveCalls live, LegBook book,
    ISipCalls calls, IMediaEngine media, EnumLookup lookUp, LineIsDown isDown, ExchangeOptions options, TimeProvider time)
{
    private const int MostHops = 5;
    private static readonly TimeSpan OutsideRings = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3); // for a trunk that takes so many calls a second

    /// <summary>Dials, until somebody answers or nobody is left who could.</summary>
    public async Task<DialEnd> DialAsync(DialOrder order, CancellationToken cancel)
    {
        var seen = new HashSet<string>();
        for (var hops = order.Hops; ;)
        {
            if (order.Target is not RouteTarget.Extension called) return await ReachAsync(order, cancel);
            seen.Add(called.Number);
            var (end, forward) = await RingAsync(order, called, cancel);
            if (forward is not { } next || called.Device is not null || hops++ >= MostHops || !seen.Add(next.To)) return end;
            var target = router.Decide(new RouteQuestion(next.To) { Extension = called.Number });
            if (target is RouteTarget.Refused or RouteTarget.Outside { Pin: not null }) return end; // a forward opens nothing that its owner may not dial, and types no PIN
            order.Record.Forward();
            order = order with { Target = target, Payer = extensions.Find(called.Number), Headers = Diversion.Without(order.Headers), Diversion = new Diversion(called.Number, next.Cause, hops) };
        }
    }

    private async Task<DialEnd> ReachAsync(DialOrder order, CancellationToken cancel) => order.Target switch
    {
        RouteTarget.Room or RouteTarget.AccessMenu => new DialEnd(null, order.Target, 200, "OK"),
        RouteTarget.Outside outside => await GoOutAsync(order, outside, cancel),
        RouteTarget.Refused refused => DialEnd.Refused(refused.Status, refused.Why.ToString()) with { Why = refused.Why },
        _ => DialEnd.Refused(404, "Not Found"),
    };

    /// <summary>Rings an extension once.</summary>
    /// <returns>How it went, and where the call goes next when the extension says so.</returns>
    private async Task<(DialEnd End, Forwarding? Next)> RingAsync(DialOrder order, RouteTarget.Extension called, CancellationToken cancel)
    {
        var number = called.Number;
        if (extensions.Find(number) is not { } card) return (DialEnd.Refused(404, "Not Found"), null);
        if (!card.IsEnabled) return (DialEnd.Refused(480, "Temporarily Unavailable"), null);
        var isBusy = live.CountOf(number) >= card.MaxCalls;
        var targets = TargetsOf(card, called.Device, order.NotDevice);
        if (!isBusy && targets.IsEmpty) return (DialEnd.Refused(480, "Not Registered"), Forwarding.ToUnreachable(card));
        if (isBusy || !order.Record.TryTell(WaitingFor(targets[0], number), card)) return (DialEnd.Refused(486, "Busy Here"), Forwarding.ToBusy(card));
        foreach (var target in targets[1..]) order.Record.Tell(WaitingFor(target, number));
        var call = new OutgoingCall
        {
            From = new CallerIdentity(order.From.Number, order.From.Name) { IsPrivate = order.From.Number.Length == 0 },
            Targets = targets,
            RingTimeout = card.RingTimeout,
            MaxForwards = order.MaxForwards - 1,
            MaxBreadth = order.MaxBreadth,
            Headers = order.Diversion is { } diversion ? [.. order.Headers, diversion.ForPhones(options.Domain)] : order.Headers,
            DeclineEndsAll = card.DeclineEndsCall,
            OpenMedia = null!,
        };
        var (rang, deflected) = (false, (string?)null);
        var end = await PlaceAsync(order with { OnProgress = HearAsync }, call with { OnRedirect = Deflect }, number, cancel);
        return (end, cancel.IsCancellationRequested || end.Status == 200 ? null : Forwarding.ToDeflected(deflected) ?? Forwarding.After(end, card, rang));

        ValueTask HearAsync(CallProgress progress, IMediaSession? session)
        {
            rang = true;
            return order.OnProgress?.Invoke(progress, session) ?? ValueTask.CompletedTask;
        }

        // A phone that sends its calls elsewhere says where, and the house decides whether its owner may dial that.
        CallTarget? Deflect(CallTarget by, string uri)
        {
            deflected ??= UserOf(uri);
            return null;
        }
    }

    private static LiveLeg WaitingFor(CallTarget target, string number) => new($"{CallRecord.Waiting}{target.Account}", target.Label, number, false, false, false, "");

    /// <summary>What stands before the host of a SIP URI; <see langword="null"/> when that is no number.</summary>
    private static string? UserOf(string uri)
    {
        var (start, end) = (uri.IndexOf(':', StringComparison.Ordinal) + 1, uri.IndexOf('@', StringComparison.Ordinal));
        var user = start > 0 && end > start ? Uri.UnescapeDataString(uri[start..end]) : "";
        return DialledNumber.IsValid(user) ? user : null;
    }

    private ImmutableArray<CallTarget> TargetsOf(ExtensionCard card, string? onlyDevice, string? notDevice) =>
        [.. extensions.DevicesOf(card.Number)
            .Where(d => onlyDevice is null || d.Username.Equals(onlyDevice, StringComparison.OrdinalIgnoreCase))
            .Where(d => devices.MayAnswer(d.Username, time.GetUtcNow()) && !d.Username.Equals(notDevice, StringComparison.OrdinalIgnoreCase))
            .Select(d => new CallTarget(d.Username) { Account = d.Username })];

    private async Task<DialEnd> GoOutAsync(DialOrder order, RouteTarget.Outside outside, CancellationToken cancel)
    {
        if (outside.Pin is not null && !order.HasGivenPin) return DialEnd.Refused(403, "PIN Needed") with { Why = RouteReason.PinNeeded };
        var isEmergency = outside.Class == CallClass.Emergency;
        var limit = tolls.Begin(order.Payer?.Number ?? order.From.Number, outside.Number, outside.Class);
        if (limit != TollLimit.None) return DialEnd.Refused(403, "Limit Reached") with { Why = RouteReason.LimitReached };
        ImmutableArray<TrunkWay> free = [.. outside.Trunks.Where(w => isEmergency || channels.IsFree(w.Trunk)).OrderBy(w => isDown(w.Trunk.Line.Name))]; // stable: those that are down come last, else as the rule says
        if (!isEmergency) free = await WaitForTurnAsync(free, cancel);
        if (cancel.IsCancellationRequested) return DialEnd.Refused(487, "Request Terminated");
        if (free.IsEmpty) return DialEnd.Refused(480, "No Trunk") with { Why = RouteReason.NoTrunk };
        var begins = free[0].Trunk.Line.Name;
        var call = new OutgoingCall
        {
            From = Shown(order.Payer, free[0].Trunk, isEmergency),
            Targets = [.. await EnumTargetsAsync(outside, cancel), .. free.Select(w => TargetOf(w, order, isEmergency))],
            Fork = ForkMode.Serial,
            RingTimeout = OutsideRings,
            MaxForwards = order.MaxForwards - 1,
            MaxBreadth = order.MaxBreadth,
            Headers = Diversion.Without(order.Headers),
            OpenMedia = null!,
        };
        return await PlaceAsync(order, call, null, cancel, begins);
    }

    /// <summary>The first trunk that can take a call at once goes first; when there is none, the first whose turn comes soon.</summary>
    /// <returns>The trunks to try, in order; none when all take fewer calls a second than there are.</returns>
    private async Task<ImmutableArray<TrunkWay>> WaitForTurnAsync(ImmutableArray<TrunkWay> ways, CancellationToken cancel)
    {
        foreach (var patience in new[] { TimeSpan.Zero, Patience })
        {
            foreach (var way in ways)
            {
                if (pace.Reserve(way.Trunk, patience) is not { } wait) continue;
                if (wait > TimeSpan.Zero) await Task.Delay(wait, time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return [way, .. ways.Remove(way)];
            }
        }

        return [];
    }

    /// <summary>The caller as the world knows him, where no trunk says how to write that.</summary>
    private static CallerIdentity Shown(ExtensionCard? payer, TrunkPlan trunk, bool isEmergency) =>
        new(payer?.OutsideNumber ?? trunk.MainNumber ?? "", "") { IsPrivate = payer is { IsPrivate: true } && !isEmergency };

    private async Task<ImmutableArray<CallTarget>> EnumTargetsAsync(RouteTarget.Outside outside, CancellationToken cancel)
    {
        if (outside.EnumSuffix is null || !DialledNumber.IsInternational(outside.Number)) return [];
        var uris = await lookUp("+" + DialledNumber.WithoutPrefix(outside.Number), outside.EnumSuffix, cancel);
        var isPrivate = options.PrivateDirectories.Contains(outside.EnumSuffix, StringComparer.OrdinalIgnoreCase);
        return [.. uris.Where(u => u.StartsWith("sip:", StringComparison.OrdinalIgnoreCase) || u.StartsWith("sips:", StringComparison.OrdinalIgnoreCase))
            .Where(u => isPrivate || !EnumTargets.LeadInside(u, options.Domain))
            .Take(MostHops).Select(u => new CallTarget("ENUM") { Uri = u, StaysOutside = !isPrivate })];
    }

    private static CallTarget TargetOf(TrunkWay way, DialOrder order, bool isEmergency)
    {
        var trunk = way.Trunk;
        var phone = trunk.WritesUserPhone ? ";user=phone" : "";
        var uri = $"sip:{Escaped(way.Number)}@{trunk.Line.Domain}{phone}";
        return new CallTarget(trunk.Line.Name)
        {
            Uri = uri,
            Trunk = trunk.Line.Name,
            From = TrunkIdentity.Outgoing(trunk, order.Payer, isEmergency),
            Headers = [.. order.Diversion?.For(trunk, order.Payer, uri) ?? [], .. trunk.ExtraHeaders.Select(h => (h.Name, h.Value))],
            GoesOnAfter = trunk.FailoverCodes,
        };
    }

    private static string Escaped(string number) => number.Replace("#", "%23", StringComparison.Ordinal);

    /// <summary>Places the call; while it rings somebody else of the house may take it.</summary>
    private async Task<DialEnd> PlaceAsync(DialOrder order, OutgoingCall call, string? extension, CancellationToken cancel, string? begins = null)
    {
        var audio = new ConcurrentDictionary<CallTarget, OfferedAudio>();
        using var ringing = extension is null ? null : book.Ring(extension);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var calling = calls.CallAsync(call with { OpenMedia = OpenFor, OnProgress = HearAsync }, stop.Token);
        if (ringing is not null && await Task.WhenAny(calling, ringing.Taken) == ringing.Taken)
        {
            await stop.CancelAsync();
            if (await calling is { Call: { } late, Media: var spare })
            {
                await late.HangUpAsync(new CallEnd(200, "Call completed elsewhere"));
                spare?.Close();
            }

            return new DialEnd(await ringing.Taken, null, 200, "OK");
        }

        return Ended(await calling, order, extension);

        ICallMedia OpenFor(CallTarget target, IPAddress peer)
        {
            var channel = target.Trunk is { } name && routes.Trunk(name) is { } trunk ? TakeChannel(trunk, order, hasTurn: Interlocked.CompareExchange(ref begins, null, name) == name) : null;
            if (media.OpenSession(peer, TermsFor(target, order.Codec)) is { } session)
            {
                if (order.HasVideo) session.OfferVideo();
                return audio[target] = new OfferedAudio(session, channel);
            }

            channel?.Dispose();
            throw new InvalidOperationException("No UDP port is free for audio."); // the attempt fails, and the next is tried
        }

        ValueTask HearAsync(CallProgress progress)
        {
            ringing?.Heard(progress.Early);
            Tell(order.Record, progress, extension);
            return order.OnProgress?.Invoke(AsWanted(progress), audio.GetValueOrDefault(progress.Target)?.Session) ?? ValueTask.CompletedTask;
        }
    }

    /// <summary>What a trunk plays before it answers counts only where its plan says so.</summary>
    private CallProgress AsWanted(CallProgress progress) => (progress.Target.Trunk is { } name ? routes.Trunk(name)?.EarlyMedia : null) switch
    {
        EarlyMedia.Ignore => progress with { HasMedia = false },
        EarlyMedia.Ringing => progress with { Status = 180, HasMedia = false },
        _ => progress,
    };

    /// <param name="hasTurn">Whether this call has waited for its turn on that trunk already.</param>
    private TrunkChannel TakeChannel(TrunkPlan trunk, DialOrder order, bool hasTurn)
    {
        var isEmergency = order.Target is RouteTarget.Outside { Class: CallClass.Emergency };
        if (!isEmergency && !hasTurn && pace.Reserve(trunk, TimeSpan.Zero) is null) throw new InvalidOperationException($"Trunk {trunk.Line.Name} takes no more calls this second."); // the attempt fails, and the next is tried
        return channels.Take(trunk, isEmergency)
            ?? throw new InvalidOperationException($"All channels of trunk {trunk.Line.Name} are taken."); // since the targets were chosen
    }

    private static void Tell(CallRecord record, CallProgress progress, string? extension) =>
        record.Tell(new LiveLeg(progress.Early.CallId, progress.Target.Label, extension, false, false, false, "") { Dialog = progress.Early });

    private DialEnd Ended(CallResult result, DialOrder order, string? extension)
    {
        if (result is not { Call: { } call, Media: OfferedAudio { Session: var session, Channel: var channel }, Target: { } target })
            return DialEnd.Refused(Refusals.ForCaller(result.Status), result.Reason) with { Cause = result.Cause };
        if (channel is not null) _ = call.End.ContinueWith(_ => channel.Dispose(), TaskScheduler.Default);
        var trunk = target.Trunk is null ? null : routes.Trunk(target.Trunk);
        var device = target.Account is null ? null : devices.Find(target.Account);
        var (number, name) = (extension, order.Target) switch
        {
            ({ } own, _) => (own, extensions.Find(own)?.Name ?? own),
            (_, RouteTarget.Outside outside) => (outside.Number, outside.Number),
            _ => (target.Label, target.Label),
        };
        var leg = book.Open(call, session, new LegParty(number, name, extension, device, trunk, target.Label, IsCaller: false));
        if (extension is null) _ = LimitAsync(call);
        return new DialEnd(leg, null, 200, "OK");
    }

    /// <summary>No call outside costs more than a bounded sum, also when both ends forgot to hang up.</summary>
    private async Task LimitAsync(ISipCall call)
    {
        await Task.WhenAny(call.End, Task.Delay(routes.Plan.Limits.LongestCall, time, call.Ended));
        if (!call.End.IsCompleted) await call.HangUpAsync(new CallEnd(200, "Longest call reached"));
    }

    /// <summary>How voices travel to whom we call.</summary>
    private VoiceProfile VoiceOf(CallTarget target) =>
        (target.Trunk is { } name ? routes.Trunk(name) is { } trunk ? VoiceProfile.Of(trunk) : null : target.Account is { } account ? devices.Find(account)?.Voice : null) ?? VoiceProfile.Usual;

    /// <summary>What is offered: the codecs of the trunk, the phone or the house, and to a browser what browsers understand.</summary>
    /// <param name="first">What the caller would like best.</param>
    private SessionTerms TermsFor(CallTarget target, string first)
    {
        var voice = VoiceOf(target);
        var allowed = !voice.Codecs.IsEmpty ? voice.Codecs : target.Trunk is null ? media.Codecs : ["PCMA", "PCMU"];
        var transport = target.Account is null ? null : devices.WhereIs(target.Account)?.Transport;
        return Audio.TermsFor(transport, voice with { Codecs = [.. allowed.OrderByDescending(c => c.Equals(first, StringComparison.OrdinalIgnoreCase))] }); // a stable order: nothing to transcode, else as before
    }
}

/// <summary>Where an extension sends a call that it did not take.</summary>
/// <param name="To">A number as its owner would dial it.</param>
/// <param name="Cause">The word of RFC 5806.</param>
internal sealed record Forwarding(string To, string Cause)
{
    public static Forwarding? ToBusy(ExtensionCard card) => Of(card.OnBusy, "user-busy");

    public static Forwarding? ToUnreachable(ExtensionCard card) => Of(card.OnUnreachable, "unavailable");

    public static Forwarding? ToDeflected(string? number) => Of(number, "deflection");

    /// <param name="rang">Whether any device rang: else nobody was there to answer.</param>
    public static Forwarding? After(DialEnd end, ExtensionCard card, bool rang) => end.Status switch
    {
        487 => null,
        486 => ToBusy(card),
        480 when rang => Of(card.OnNoAnswer, "no-answer"),
        480 => ToUnreachable(card) ?? Of(card.OnNoAnswer, "no-answer"),
        _ => null,
    };

    private static Forwarding? Of(string? target, string cause) => string.IsNullOrEmpty(target) ? null : new Forwarding(target, cause);
}

/// <summary>What the caller is told when the far side says no.</summary>
internal static class Refusals
{
    /// <summary>Other people's troubles are not his: 5xx, 6xx and 403 become 480, a 603 is a busy, silence is nobody there.</summary>
    public static int ForCaller(int status) => status switch
    {
        401 or 407 => 500,
        486 or 600 or 603 => 486,
        404 or 410 or 480 or 484 or 487 or 488 => status,
        _ => 480,
    };
}
