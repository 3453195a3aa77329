namespace Conference.Sip.Trunks;

/// <summary>Pauses between tries: 30 s, doubling to 600 s, each a quarter more or less so that a thousand lines do not come back together.</summary>
internal sealed class Backoff(Random random)
{
    private const double Jitter = 0.25;
    private static readonly TimeSpan First = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Last = TimeSpan.FromSeconds(600);

    private TimeSpan _next = First;

    /// <summary>It worked.</summary>
    public void Calm() => _next = First;

    public TimeSpan Next()
    {
        var pause = _next;
        _next = _next * 2 < Last ? _next * 2 : Last;
        return Vary(pause);
    }

    public TimeSpan Longest() => Vary(_next = Last);

    /// <summary>At once, but never sooner after the last try than the shortest pause.</summary>
    /// <param name="sinceLastTry">How long ago that was.</param>
    public static TimeSpan Soon(TimeSpan sinceLastTry) => sinceLastTry >= First ? TimeSpan.Zero : First - sinceLastTry;

    private TimeSpan Vary(TimeSpan pause) => pause * (1 - Jitter + 2 * Jitter * random.NextDouble());
}
