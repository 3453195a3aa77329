namespace Conference.Sip.Subscriptions;

/// <summary>Where a subscription is with its NOTIFYs.</summary>
[Flags]
internal enum Pace
{
    Ready = 0,

    /// <summary>One is on its way; the next waits for its answer (RFC 6665 §4.2.2).</summary>
    InFlight = 1,

    /// <summary>One was sent a moment ago (RFC 4235 §3.10, RFC 4575 §3.9).</summary>
    Cooling = 2,

    /// <summary>Something changed since.</summary>
    Dirty = 4,

    /// <summary>The subscriber asked, or it is the last word: this does not wait for the moment to pass.</summary>
    Urgent = 8,
}

/// <summary>When a NOTIFY is sent: the first change at once, those that follow together, never two at a time.</summary>
internal static class Pacing
{
    public enum Input
    {
        Change,
        Urge,
        Answer,
        PauseOver,
    }

    /// <returns>What comes next, and whether a NOTIFY is sent now; sending begins a pause.</returns>
    public static (Pace Next, bool Sends) On(Pace now, Input input)
    {
        var next = input switch
        {
            Input.Change => now | Pace.Dirty,
            Input.Urge => now | Pace.Dirty | Pace.Urgent,
            Input.Answer => now & ~Pace.InFlight,
            _ => now & ~Pace.Cooling,
        };
        var isFree = (next & Pace.InFlight) == 0 && ((next & Pace.Cooling) == 0 || (next & Pace.Urgent) != 0);
        return isFree && (next & Pace.Dirty) != 0 ? (Pace.InFlight | Pace.Cooling, true) : (next, false);
    }
}
