using System.Collections.Immutable;
using Conference.Sip.Calls;

namespace Conference.Core.Exchange;

/// <summary>Every call in progress, for pages and lamps: whoever leads a call tells how far it is. Safe to use from anywhere.</summary>
public sealed class LiveCalls
{
    private ImmutableDictionary<Guid, LiveCall> _calls = ImmutableDictionary<Guid, LiveCall>.Empty;

    /// <summary>Oldest first.</summary>
    public ImmutableArray<LiveCall> All => [.. Volatile.Read(ref _calls).Values.OrderBy(c => c.Since)];

    /// <summary>Raised after every change, with the call as it is now, or as it was when it ended; handlers return at once.</summary>
    public event Action<LiveCall>? Changed;

    /// <summary>How many calls an extension is in, ringing ones included; a call that rings several of its devices is one.</summary>
    public int CountOf(string extension) => Volatile.Read(ref _calls).Values.Count(c => c.Legs.Any(l => l.Extension == extension));

    public void Tell(LiveCall call)
    {
        if (call.State == LiveCallState.Ended) ImmutableInterlocked.TryRemove(ref _calls, call.Id, out _);
        else ImmutableInterlocked.AddOrUpdate(ref _calls, call.Id, call, (_, _) => call);
        Changed?.Invoke(call);
    }
}

/// <summary>One call as people see it: who calls whom, since when, over which legs.</summary>
/// <param name="From">Number of the caller; empty when withheld.</param>
/// <param name="To">What was dialled.</param>
/// <param name="ToName">The extension's, room's or trunk's name.</param>
/// <param name="Since">When the INVITE came.</param>
/// <param name="AnsweredAt">When both sides could speak.</param>
/// <param name="Legs">The caller's first.</param>
public sealed record LiveCall(
    Guid Id, string From, string FromName, string To, string ToName, LiveCallState State, DateTimeOffset Since, DateTimeOffset? AnsweredAt, ImmutableArray<LiveLeg> Legs);

/// <param name="CallId">Call-ID, as the trace knows it.</param>
/// <param name="Label">Device, trunk or address.</param>
/// <param name="Extension">The extension it belongs to, or <see langword="null"/>.</param>
/// <param name="IsCaller">Whether it placed the call.</param>
/// <param name="IsUp">Whether it is answered.</param>
/// <param name="IsHeld">Whether it put the call on hold.</param>
/// <param name="Codec">Agreed codec, or empty.</param>
public sealed record LiveLeg(string CallId, string Label, string? Extension, bool IsCaller, bool IsUp, bool IsHeld, string Codec)
{
    /// <summary>The dialog with its device, as a pickup names it (RFC 3891).</summary>
    public DialogId Dialog { get; init; }
}

public enum LiveCallState
{
    Ringing,
    Up,
    Ended,
}
