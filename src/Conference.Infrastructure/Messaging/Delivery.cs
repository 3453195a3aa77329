namespace Conference.Infrastructure.Messaging;

/// <summary>What became of one attempt to hand a mail over.</summary>
public enum Verdict
{
    /// <summary>The server has taken it.</summary>
    Taken,

    /// <summary>Not now: the server said 4xx, or the mail may pass another time.</summary>
    Later,

    /// <summary>Never: the server said 5xx about this mail or recipient.</summary>
    Never,

    /// <summary>No mail gets through at the moment, this or another: not reachable, wrong certificate, sign-in refused.</summary>
    Down,
}

/// <param name="Words">What went wrong, for the one who booked; no secrets.</param>
public sealed record Delivery(Verdict Verdict, string Words = "");
