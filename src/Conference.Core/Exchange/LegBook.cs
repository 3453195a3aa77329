using System.Collections.Concurrent;
using Conference.Core.Calls;
using Conference.Media.Sessions;
using Conference.Sip.Calls;
using Conference.Sip.Dialogs;

namespace Conference.Core.Exchange;

/// <summary>Every answered leg, and every phone that still rings: what a transfer or a pickup names is looked for here.</summary>
internal sealed class LegBook(TimeProvider time)
{
    private readonly ConcurrentDictionary<CallLeg, Bridge?> _legs = [];
    private readonly ConcurrentDictionary<Ringing, bool> _ringing = [];

    /// <summary>Decides about REFER in any leg; set once.</summary>
    public Func<CallLeg, IReferral, Task>? OnRefer { get; set; }

    /// <summary>A leg for a call that was just answered; forgotten when the call is over.</summary>
    public CallLeg Open(ISipCall call, IMediaSession media, LegParty party)
    {
        var leg = new CallLeg(call, media, party, new Keypad(media, call, time));
        call.OnRefer = referral => OnRefer?.Invoke(leg, referral) ?? referral.RefuseAsync(403).AsTask();
        _legs[leg] = null;
        _ = call.End.ContinueWith(_ => _legs.TryRemove(leg, out var _), TaskScheduler.Default);
        return leg;
    }

    public CallLeg? Find(DialogId dialog) => _legs.Keys.FirstOrDefault(l => l.Call.Id == dialog);

    public CallLeg? Find(string callId) => _legs.Keys.FirstOrDefault(l => l.Call.CallId == callId);

    /// <summary>The conversation a leg is in, or <see langword="null"/> while it is in a room or on the way.</summary>
    public Bridge? BridgeOf(CallLeg leg) => _legs.GetValueOrDefault(leg);

    public void Sits(CallLeg leg, Bridge? bridge)
    {
        if (_legs.TryGetValue(leg, out var before)) _legs.TryUpdate(leg, bridge, before);
    }

    public Ringing Ring(string extension)
    {
        var ringing = new Ringing(extension, r => _ringing.TryRemove(r, out _));
        _ringing[ringing] = true;
        return ringing;
    }

    /// <summary>The call that rings with that early dialog.</summary>
    public Ringing? FindRinging(DialogId early) => _ringing.Keys.FirstOrDefault(r => r.Has(early));
}

/// <summary>Phones of an extension that ring: somebody else may take the call (RFC 3891).</summary>
internal sealed class Ringing(string extension, Action<Ringing> forget) : IDisposable
{
    private readonly ConcurrentDictionary<DialogId, bool> _early = [];
    private readonly TaskCompletionSource<CallLeg> _taken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Extension => extension;

    /// <summary>Completes with the leg that took the call; cancelled when it no longer rings.</summary>
    public Task<CallLeg> Taken => _taken.Task;

    public void Heard(DialogId early) => _early[early] = true;

    public bool Has(DialogId early) => _early.ContainsKey(early);

    /// <returns><see langword="false"/> when somebody was faster.</returns>
    public bool Take(CallLeg by) => _taken.TrySetResult(by);

    public void Dispose()
    {
        _taken.TrySetCanceled();
        forget(this);
    }
}
