using System.Collections.Immutable;
using Conference.Core.Calls;
using Conference.Core.Routing;
using Conference.Sip.Calls;

namespace Conference.Core.Exchange;

/// <summary>Somebody is to be called into a room.</summary>
/// <param name="Room">Which; it is opened when nobody is in.</param>
/// <param name="Number">Whom, as the one who asks would dial it.</param>
public sealed record DialOutRequest(RoomNumber Room, string Number)
{
    /// <summary>The extension whose permissions it takes; <see langword="null"/> when somebody without a phone asks.</summary>
    public string? Extension { get; init; }

    /// <summary>User name of the one device that is called; <see langword="null"/> for whatever the number means.</summary>
    public string? Device { get; init; }

    /// <summary>What may be dialled when no extension asks; extensions of the house always may.</summary>
    public ImmutableHashSet<CallClass> Permissions { get; init; } = [];

    /// <summary>Whether he has to press 1 to come in: a voice box never does.</summary>
    public bool AsksForKey { get; init; }

    /// <summary>Hears once when it rings.</summary>
    public Action? OnRinging { get; init; }
}

/// <param name="Status">200 when he answered, else the refusal.</param>
/// <param name="Reason">Its phrase.</param>
/// <param name="Why">What the router or a limit said, or <see langword="null"/>.</param>
public sealed record DialOutResult(int Status, string Reason, RouteReason? Why = null);

/// <summary>Calls people into rooms.</summary>
internal sealed class Invitations(Router router, Accounts.ExtensionBook extensions, Dialler dialler, Floor floor)
{
    private const int Tries = 2;

    public async Task<DialOutResult> InviteAsync(DialOutRequest request, CancellationToken cancel)
    {
        var target = router.Decide(new RouteQuestion(request.Number) { Extension = request.Extension, Permissions = request.Permissions, CalledDevice = request.Device });
        if (target is RouteTarget.Refused refused) return new(refused.Status, refused.Why.ToString(), refused.Why);
        var title = floor.TitleOf(request.Room);
        var from = new LegParty(request.Room.Value, title, null, null, null, title, IsCaller: true);
        var record = floor.Begin(from, request.Number, "", "");
        var end = await DialAsync(request, target, from, record, cancel);
        if (end.Leg is not { } leg)
        {
            record.End(end.Status, end.Reason);
            return end.Elsewhere is null ? new(end.Status, end.Reason, end.Why) : new(404, "Not a phone");
        }

        var stage = floor.VisitVouched(record, Caller.Of(leg.Party), request.Room);
        var living = leg.LiveAsync(request.AsksForKey ? AskFirst(stage, record) : stage);
        _ = living.ContinueWith(_ => record.End(200, "Hung up"), TaskScheduler.Default);
        return new(200, "OK");
    }

    private Task<DialEnd> DialAsync(DialOutRequest request, RouteTarget target, LegParty from, CallRecord record, CancellationToken cancel)
    {
        var payer = request.Extension is { } number ? extensions.Find(number) : null;
        var order = new DialOrder(target, from, record)
        {
            Payer = payer,
            OnProgress = (progress, _) =>
            {
                if (progress.Status is 180 or 183) request.OnRinging?.Invoke();
                return ValueTask.CompletedTask;
            },
        };
        return dialler.DialAsync(order, cancel);
    }

    /// <summary>Asks twice for the key 1; without it the call ends.</summary>
    private Stage AskFirst(Stage then, CallRecord record) => async (leg, stop) =>
    {
        record.Tell(leg);
        for (var tries = 0; tries < Tries; tries++)
            if (await leg.Keypad.AskAsync(floor.PressOne(leg.Party), 1, stop) == "1") return await then(leg, stop);
        return new CallEnd(480, "Nobody pressed a key");
    };
}
