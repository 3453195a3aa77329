namespace Conference.Sip.Transactions;

/// <summary>The timers of RFC 3261 §17, all grown from T1.</summary>
internal sealed record TransactionTimes(TimeSpan T1)
{
    /// <summary>Longest pause between repetitions.</summary>
    public TimeSpan T2 { get; } = T1 * 8;

    /// <summary>How long a message may live in the network.</summary>
    public TimeSpan T4 { get; } = T1 * 10;

    /// <summary>64*T1: when a peer is given up (timers B, F, H, J, L, M).</summary>
    public TimeSpan GiveUp { get; } = T1 * 64;

    /// <summary>When a silent house is covered by 100 Trying (§17.2.1).</summary>
    public TimeSpan Trying { get; } = TimeSpan.FromMilliseconds(200);

    /// <summary>When a slow non-INVITE may say 100: Timer E has reached T2 (RFC 4320 §4.1).</summary>
    public TimeSpan SlowTrying { get; } = T1 * 7;

    /// <summary>How long an answered non-INVITE is remembered on a reliable transport: a reconnecting client repeats itself on a new flow.</summary>
    public TimeSpan ReliableMemory { get; } = T1 * 10;

    public TimeSpan Doubled(TimeSpan pause) => pause * 2 < T2 ? pause * 2 : T2;
}
