using System.Collections.Immutable;
using Conference.Sip.Dialogs;

namespace Conference.Core.Exchange;

/// <summary>Every call in progress, for pages and lamps: whoever leads a call tells how far it is. Safe to use from anywhere.</summary>
public sealed class LiveCalls
{
    private Picture _now = Picture.Empty;

    /// <summary>Oldest first.</summary>
    public ImmutableArray<LiveCall> All => [.. Now.Calls.Values.OrderBy(c => c.Since)];

    /// <summary>Raised after every change, with the call as it is now, or as it was when it ended; handlers return at once.</summary>
    public event Action<LiveCall>? Changed;

    private Picture Now => Volatile.Read(ref _now);

    /// <summary>A call by its name, or <see langword="null"/> once it is over.</summary>
    public LiveCall? Find(Guid id) => Now.Calls.GetValueOrDefault(id);

    /// <summary>Calls an extension is in, oldest first.</summary>
    public ImmutableArray<LiveCall> Of(string extension)
    {
        var now = Now;
        return [.. now.ByExtension.GetValueOrDefault(extension, []).Select(id => now.Calls[id]).OrderBy(c => c.Since)];
    }

    /// <summary>How many calls an extension is in, ringing ones included; a call that rings several of its devices is one.</summary>
    public int CountOf(string extension) => Now.CountOf(extension);

    /// <summary>A leg by its Call-ID, or <see langword="null"/>.</summary>
    public LiveLeg? Leg(string callId)
    {
        var now = Now;
        return now.ByLeg.TryGetValue(callId, out var call) ? now.Calls[call].Legs.FirstOrDefault(l => l.CallId == callId) : null;
    }

    public void Tell(LiveCall call)
    {
        ImmutableInterlocked.Update(ref _now, (now, told) => now.With(told), call);
        Changed?.Invoke(call);
    }

    /// <summary>The same for a call that an extension comes into, unless it is in <paramref name="most"/> of them already: counted and taken in one step.</summary>
    /// <returns>Whether it was taken.</returns>
    public bool TryTell(LiveCall call, string extension, int most)
    {
        for (var now = Now; now.CountOf(extension) < most; now = Now)
        {
            if (Interlocked.CompareExchange(ref _now, now.With(call), now) != now) continue;
            Changed?.Invoke(call);
            return true;
        }

        return false;
    }

    /// <summary>The calls, and who is in which: lamps are asked about one extension at a time, many times a second.</summary>
    private sealed record Picture(
        ImmutableDictionary<Guid, LiveCall> Calls, ImmutableDictionary<string, ImmutableHashSet<Guid>> ByExtension, ImmutableDictionary<string, Guid> ByLeg)
    {
        public static Picture Empty { get; } = new(
            ImmutableDictionary<Guid, LiveCall>.Empty, ImmutableDictionary<string, ImmutableHashSet<Guid>>.Empty, ImmutableDictionary<string, Guid>.Empty);

        public int CountOf(string extension) => ByExtension.GetValueOrDefault(extension, []).Count;

        public Picture With(LiveCall call)
        {
            var isOver = call.State == LiveCallState.Ended;
            var before = Calls.GetValueOrDefault(call.Id);
            return new Picture(
                isOver ? Calls.Remove(call.Id) : Calls.SetItem(call.Id, call),
                Extensions(call.Id, ExtensionsOf(before), isOver ? [] : ExtensionsOf(call)),
                Legs(call.Id, before?.Legs ?? [], isOver ? [] : call.Legs));
        }

        private static ImmutableHashSet<string> ExtensionsOf(LiveCall? call) => call is null ? [] : [.. call.Legs.Select(l => l.Extension).OfType<string>()];

        private ImmutableDictionary<string, ImmutableHashSet<Guid>> Extensions(Guid id, ImmutableHashSet<string> before, ImmutableHashSet<string> after)
        {
            var all = ByExtension;
            foreach (var gone in before.Except(after)) all = all[gone] is { Count: > 1 } others ? all.SetItem(gone, others.Remove(id)) : all.Remove(gone);
            foreach (var come in after.Except(before)) all = all.SetItem(come, all.GetValueOrDefault(come, []).Add(id));
            return all;
        }

        /// <summary>A leg that was transferred is found where it is now, though the call it left may still name it.</summary>
        private ImmutableDictionary<string, Guid> Legs(Guid id, ImmutableArray<LiveLeg> before, ImmutableArray<LiveLeg> after)
        {
            var all = ByLeg;
            foreach (var gone in before.ExceptBy(after.Select(l => l.CallId), l => l.CallId))
                if (all.TryGetValue(gone.CallId, out var call) && call == id)
                    all = all.Remove(gone.CallId);
            foreach (var come in after.ExceptBy(before.Select(l => l.CallId), l => l.CallId)) all = all.SetItem(come.CallId, id);
            return all;
        }
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
