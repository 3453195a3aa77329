using Conference.Sip.Loop;
using Conference.Sip.Messages;
using Conference.Sip.Requests;
using Conference.Sip.Transport;
using static Conference.Sip.Trunks.LineTable;

namespace Conference.Sip.Trunks;

/// <summary>Carries out <see cref="LineTable"/>: sends, times, and keeps to the server that accepted us.</summary>
internal sealed class LineRegistration
{
    private const uint LongestExpires = 86_400; // a 423 that asks for more than a day is no registrar's
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90); // some servers, some challenges, some silence
    private static readonly TimeSpan LeaveWithin = TimeSpan.FromSeconds(4);

    private readonly LineServices _services;
    private readonly TrunkLine _line;
    private readonly LineRequests _requests;
    private readonly Keyring? _keys;
    private readonly Backoff _backoff = new(Random.Shared);
    private readonly SipTimer _deadline;
    private readonly SipTimer _next; // refresh or end of a pause: never both
    private readonly Action<LineRegistration> _changed;
    private TimeSpan _granted;
    private long _lastTry = long.MinValue / 2;
    private long _until;
    private Hop? _best;
    private Errand? _errand;

    /// <param name="services">What it stands on.</param>
    /// <param name="line">The line.</param>
    /// <param name="requests">Writes its requests.</param>
    /// <param name="keys">Answers challenges, or <see langword="null"/> without a secret.</param>
    /// <param name="changed">Told after every change.</param>
    public LineRegistration(LineServices services, TrunkLine line, LineRequests requests, Keyring? keys, Action<LineRegistration> changed)
    {
        (_services, _line, _requests, _keys, _changed, Expires) = (services, line, requests, keys, changed, line.Expires);
        _deadline = new SipTimer(() => Feed(Input.Deadline));
        _next = new SipTimer(() => Feed(State == State.Registered ? Input.RefreshDue : Input.PauseOver));
    }

    public State State { get; private set; }

    /// <summary>Whether the registrar believes us to be reachable now.</summary>
    public bool IsUp => _services.Sending.Loop.Now < _until && State is not (State.Leaving or State.Gone);

    /// <summary>Whether the line's best server is the one that accepted us.</summary>
    public bool IsAtFirst => _best is null || Server is null || _best == Server;

    /// <summary>How long it asks to be registered: as set up, or as the registrar wants it at least.</summary>
    public TimeSpan Expires { get; private set; }

    /// <summary>The places it was found at last.</summary>
    public System.Collections.Immutable.ImmutableArray<Hop> Servers { get; private set; } = [];

    /// <summary>The server that accepted us last; requests of the line keep to it.</summary>
    public Hop? Server { get; private set; }

    /// <summary>The flow it accepted us on.</summary>
    public Flow? Flow { get; private set; }

    /// <summary>What the last failure was, in words.</summary>
    public string Why { get; private set; } = "";

    public void Begin() => Feed(Input.Begin);

    public void Remove() => Feed(Input.Remove);

    public void OnFlowClosed(Flow flow)
    {
        if (!ReferenceEquals(flow, Flow)) return;
        Why = "The connection to the server broke.";
        Feed(Input.FlowBroke);
    }

    /// <summary>The pinned server fell silent although we are registered: somebody else may take us.</summary>
    public void OnSilence()
    {
        Why = "The server does not answer any more.";
        Feed(Input.FlowBroke);
    }

    private void Feed(Input input)
    {
        var before = State;
        (State, var effects) = On(State, input);
        if (input is Input.Refused or Input.FlowBroke) _until = 0;
        if (effects.HasFlag(Effect.Abandon)) Abandon();
        if (effects.HasFlag(Effect.Calm)) _backoff.Calm();
        if (effects.HasFlag(Effect.StartRefresh)) Wait(RefreshAfter());
        if (effects.HasFlag(Effect.StartPause)) Wait(_backoff.Next());
        if (effects.HasFlag(Effect.StartLongPause)) Wait(_backoff.Longest());
        if (effects.HasFlag(Effect.StartShortPause)) Wait(Backoff.Soon(TimeSpan.FromMilliseconds(_services.Sending.Loop.Now - _lastTry)));
        if (effects.HasFlag(Effect.Register)) Send(Expires, Deadline);
        if (effects.HasFlag(Effect.Unregister)) Send(TimeSpan.Zero, LeaveWithin);
        if (effects.HasFlag(Effect.End)) End();
        if (before != State || effects != Effect.Nothing) _changed(this);
    }

    private void Wait(TimeSpan pause)
    {
        _services.Sending.Loop.Cancel(_deadline);
        _services.Sending.Loop.Set(_next, pause);
    }

    /// <summary>A tenth before the end, and at least five seconds.</summary>
    private TimeSpan RefreshAfter()
    {
        var early = _granted / 10 > TimeSpan.FromSeconds(5) ? _granted / 10 : TimeSpan.FromSeconds(5);
        return _granted > early * 2 ? _granted - early : _granted / 2;
    }

    private void Send(TimeSpan expires, TimeSpan deadline)
    {
        var loop = _services.Sending.Loop;
        loop.Cancel(_next);
        loop.Set(_deadline, deadline);
        if (expires > TimeSpan.Zero) _lastTry = loop.Now;
        TrunkServers.Locate(_line, _services.Sending.Roads.Locator, hops =>
        {
            if (State is not (State.Registering or State.Refreshing or State.Leaving)) return;
            if (hops.IsEmpty) Fail($"No server was found for {_line.Domain}.");
            else
            {
                (_best, Servers) = (hops[0], hops);
                Send(expires, Preferred(hops));
            }
        });
    }

    /// <summary>The server that knows us already comes first.</summary>
    private Way Preferred(System.Collections.Immutable.ImmutableArray<Hop> hops)
    {
        if (Server is not { } server) return Way.To(hops);
        if (State == State.Leaving && Flow is { IsOpen: true } flow) return Way.By(flow);
        return Way.To([server, .. hops.Where(h => h != server)]);
    }

    private void Send(TimeSpan expires, Way way)
    {
        Errand errand = null!;
        errand = new Errand(_services.Sending, way, (flow, credentials) => _requests.Register(flow, expires, credentials), _keys, answer =>
        {
            if (ReferenceEquals(_errand, errand)) OnAnswer(errand, answer, expires);
        });
        _errand = errand;
        errand.Start();
    }

    private void OnAnswer(Errand errand, SipMessage? answer, TimeSpan asked)
    {
        if (answer is { Status: < 200 }) return;
        if (answer is null) Fail(errand.Silence == 503 && errand.Trouble.Length > 0 ? errand.Trouble : LineWords.Silent(errand.Hop));
        else if (answer.Status < 300) OnAccepted(errand, answer, asked);
        else if (answer.Status == 423 && IsLonger(answer)) Feed(Input.TooBrief);
        else
        {
            Why = LineWords.Refused(answer);
            Feed(answer.Status is >= 500 and < 600 or 408 or 430 or 480 ? Input.Failed : Input.Refused);
        }
    }

    private void OnAccepted(Errand errand, SipMessage answer, TimeSpan asked)
    {
        if (asked > TimeSpan.Zero)
        {
            _granted = _requests.Granted(answer, asked);
            if (_granted <= TimeSpan.Zero)
            {
                Fail("The server accepted the registration but granted no time.");
                return;
            }

            _until = _services.Sending.Loop.Now + (long)_granted.TotalMilliseconds;
            (Flow, Server, Why) = (errand.Flow, errand.Hop ?? Server, "");
        }

        Feed(Input.Accepted);
    }

    private bool IsLonger(SipMessage answer)
    {
        if (!SipText.TryNumber(answer.Header(HeaderId.MinExpires), out var least) || least > LongestExpires || least <= Expires.TotalSeconds) return false;
        Expires = TimeSpan.FromSeconds(least);
        return true;
    }

    private void Fail(string why)
    {
        Why = why;
        Feed(Input.Failed);
    }

    private void Abandon()
    {
        var errand = _errand;
        _errand = null; // what it says from here on is not heard
        errand?.Cancel(null);
        if (State == State.Waiting && Why.Length == 0) Why = "The server did not finish answering in time.";
    }

    private void End()
    {
        _services.Sending.Loop.Cancel(_deadline);
        _services.Sending.Loop.Cancel(_next);
        (_until, _errand) = (0, null);
    }
}
