using Conference.Sip.Loop;

namespace Conference.Sip.Dialogs;

/// <summary>Keeps the time of one session (RFC 4028 §10): asks for a refresh at half, ends it shortly before the end.</summary>
internal sealed class SessionClock
{
    private readonly SipLoop _loop;
    private readonly SipTimer _refresh;
    private readonly SipTimer _end;
    private long _endsAt;

    public SessionClock(SipLoop loop, Action refresh, Action end)
    {
        _loop = loop;
        _refresh = new SipTimer(refresh);
        _end = new SipTimer(end);
    }

    /// <summary>Seconds agreed last.</summary>
    public uint Seconds { get; private set; }

    /// <summary>Begins anew; any successful INVITE or UPDATE does that.</summary>
    /// <param name="interval">What was agreed; without seconds the session has no timer any more.</param>
    /// <param name="isOurs">Whether we are the refresher.</param>
    public void Restart(SessionInterval interval, bool isOurs)
    {
        Stop();
        Seconds = interval.Seconds;
        if (Seconds == 0) return;
        var end = TimeSpan.FromSeconds(Seconds - Math.Min(32, Seconds / 3));
        _endsAt = _loop.Now + (long)end.TotalMilliseconds;
        _loop.Set(_end, end);
        if (isOurs) _loop.Set(_refresh, TimeSpan.FromSeconds(Seconds / 2.0));
    }

    /// <summary>A refresh was refused: once more halfway to the end.</summary>
    public void RetryRefresh()
    {
        if (_end.IsSet) _loop.Set(_refresh, TimeSpan.FromMilliseconds(Math.Max(1_000, (_endsAt - _loop.Now) / 2)));
    }

    public void Stop()
    {
        _loop.Cancel(_refresh);
        _loop.Cancel(_end);
    }
}
