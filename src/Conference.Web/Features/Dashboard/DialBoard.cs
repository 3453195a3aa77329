using System.Collections.Immutable;
using Conference.Core;
using Conference.Core.Exchange;
using Conference.Core.Routing;

namespace Conference.Web.Features.Dashboard;

/// <summary>Calls somebody into a room; the exchange does.</summary>
public delegate Task<DialOutResult> CallIn(DialOutRequest request, CancellationToken cancel);

/// <summary>Who was called into which conference from its page, and how far that is. In memory: a call does not outlive the server either.</summary>
public sealed partial class DialBoard(CallIn call, TimeProvider time, ILogger<DialBoard> log) : IDisposable
{
    /// <summary>More at once nobody means.</summary>
    public const int MostAtOnce = 10;

    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);

    private ImmutableDictionary<Guid, Attempt> _attempts = ImmutableDictionary<Guid, Attempt>.Empty;

    /// <summary>Raised after every change of a room's attempts; handlers return at once.</summary>
    public event Action<RoomNumber>? Changed;

    /// <summary>The latest first; those that are over are remembered for a while.</summary>
    public ImmutableArray<Dial> Of(RoomNumber room) =>
        [.. Volatile.Read(ref _attempts).Values.Select(a => a.Dial).Where(d => d.Room == room && !IsForgotten(d)).OrderByDescending(d => d.Since)];

    /// <summary>Begins to call; returns at once.</summary>
    /// <returns><see langword="false"/> when as many are being called already as may be.</returns>
    public bool Begin(DialOutRequest request)
    {
        if (Of(request.Room).Count(d => !d.IsOver) >= MostAtOnce) return false;
        var attempt = new Attempt(new Dial(Guid.CreateVersion7(), request.Room, request.Number, DialState.Queued, time.GetUtcNow()), new CancellationTokenSource());
        Tell(attempt);
        _ = Task.Run(() => RunAsync(attempt, request));
        return true;
    }

    /// <summary>Stops calling somebody who has not answered yet.</summary>
    public bool GiveUp(RoomNumber room, Guid id)
    {
        if (!Volatile.Read(ref _attempts).TryGetValue(id, out var attempt) || attempt.Dial.Room != room || attempt.Dial.IsOver) return false;
        attempt.Stop.Cancel();
        return true;
    }

    public void Dispose()
    {
        foreach (var attempt in Volatile.Read(ref _attempts).Values.Where(a => !a.Dial.IsOver)) attempt.Stop.Cancel();
    }

    private async Task RunAsync(Attempt attempt, DialOutRequest request)
    {
        var end = await AskAsync(attempt, request);
        Update(attempt.Dial.Id, d => d with { State = end.Status == 200 ? DialState.Answered : DialState.Failed, Status = end.Status, Reason = end.Reason, Why = end.Why, Since = time.GetUtcNow() });
    }

    private async Task<DialOutResult> AskAsync(Attempt attempt, DialOutRequest request)
    {
        try
        {
            return await call(request with { OnRinging = () => Update(attempt.Dial.Id, d => d.State == DialState.Queued ? d with { State = DialState.Ringing } : d) }, attempt.Stop.Token);
        }
        catch (OperationCanceledException)
        {
            return new DialOutResult(487, "Request Terminated");
        }
        catch (Exception e)
        {
            Log.Failed(log, e, request.Number);
            return new DialOutResult(500, "Internal error");
        }
    }

    private void Update(Guid id, Func<Dial, Dial> how)
    {
        if (!Volatile.Read(ref _attempts).TryGetValue(id, out var attempt)) return;
        Tell(attempt with { Dial = how(attempt.Dial) });
    }

    private void Tell(Attempt attempt)
    {
        ImmutableInterlocked.Update(ref _attempts, all => all.RemoveRange(all.Values.Where(a => IsForgotten(a.Dial)).Select(a => a.Dial.Id)).SetItem(attempt.Dial.Id, attempt));
        Changed?.Invoke(attempt.Dial.Room);
    }

    private bool IsForgotten(Dial dial) => dial.IsOver && dial.Since + Remembered < time.GetUtcNow();

    private sealed record Attempt(Dial Dial, CancellationTokenSource Stop);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Calling {Number} into a conference failed.")]
        public static partial void Failed(ILogger log, Exception e, string number);
    }
}

/// <summary>Somebody who is, or was, being called into a conference.</summary>
/// <param name="Number">As it was typed.</param>
/// <param name="Since">When it began, or ended.</param>
public sealed record Dial(Guid Id, RoomNumber Room, string Number, DialState State, DateTimeOffset Since)
{
    /// <summary>What signalling answered; 0 while it is not over.</summary>
    public int Status { get; init; }

    public string Reason { get; init; } = "";

    public RouteReason? Why { get; init; }

    public bool IsOver => State is DialState.Answered or DialState.Failed;
}

public enum DialState
{
    Queued,
    Ringing,
    Answered,
    Failed,
}
