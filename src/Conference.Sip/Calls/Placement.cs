using System.Collections.Immutable;
using System.Net;
using Conference.Sip.Loop;
using Conference.Sip.Messages;

namespace Conference.Sip.Calls;

/// <summary>What an INVITE may offer: everything, or less when that is too large for a datagram.</summary>
internal sealed record Offered(SipBody Whole, SipBody? Brief);

/// <summary>One call on its way out: all its forks, until somebody answers or nobody is left (RFC 3261 §16.7). Lives on the SIP loop.</summary>
internal sealed class Placement : ILegOwner
{
    private const int MostRedirects = 5;

    private readonly CallServices _services;
    private readonly Sequence _house;
    private readonly Action<CallSession> _onUp;
    private readonly Action _onOver;
    private readonly TaskCompletionSource<CallResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<CallAttempt> _tried = [];
    private readonly HashSet<string> _visited;
    private readonly SipTimer _ringLimit;
    private ImmutableArray<Hunt> _hunts = [];
    private int _redirects;
    private bool _isDecided;

    /// <param name="services">The floor it stands on.</param>
    /// <param name="call">What is wanted.</param>
    /// <param name="onUp">Hears of the call when it is answered.</param>
    /// <param name="onOver">Hears when nothing of it is under way any more.</param>
    public Placement(CallServices services, OutgoingCall call, Action<CallSession> onUp, Action onOver)
    {
        (_services, Call, _onUp, _onOver) = (services, call, onUp, onOver);
        _house = new Sequence(services);
        _visited = call.Targets.Select(t => t.Uri).OfType<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);
        _ringLimit = new SipTimer(() => GiveUp(408));
    }

    public OutgoingCall Call { get; }

    /// <summary>How it went.</summary>
    public Task<CallResult> Result => _result.Task;

    /// <summary>Whether somebody may still answer.</summary>
    public bool IsOpen => !_isDecided;

    public void Start()
    {
        if (Call.MaxForwards <= 0 || Call.MaxBreadth <= 0 || Call.Targets.IsEmpty)
        {
            Decide(Failure(Call.Targets.IsEmpty ? 404 : Call.MaxForwards <= 0 ? 483 : 440));
            _onOver();
            return;
        }

        _services.Loop.Set(_ringLimit, Call.RingTimeout);
        var width = Call.Fork == ForkMode.Serial ? 1 : Math.Min(Call.Targets.Length, Call.MaxBreadth);
        Breadth = Call.MaxBreadth / width;
        var areStrangers = Call.Fork == ForkMode.Parallel && width < Call.Targets.Length;
        _hunts = [.. Enumerable.Range(0, width).Select(first => new Hunt(_services, this, [.. Call.Targets.Where((_, i) => i % width == first)]) { AreStrangers = areStrangers })];
        foreach (var hunt in _hunts) hunt.Next();
    }

    /// <summary>What each INVITE under way at once may be split into further on (RFC 5393 §5.3.3).</summary>
    public int Breadth { get; private set; } = OutgoingCall.UsualBreadth;

    /// <summary>The caller gave up, or the time is over: nobody's answer is wanted any more.</summary>
    public void GiveUp(int status)
    {
        if (_isDecided) return;
        Decide(Failure(status));
        CancelAll(null, but: null);
    }

    /// <summary>Notes an attempt that came to nothing.</summary>
    public void Note(CallTarget target, string where, int status, string reason, int? cause = null) => _tried.Add(new CallAttempt(target, where, status, reason) { Cause = cause });

    /// <summary>Opens the audio of one attempt on the pool; nulls when that failed.</summary>
    public void OpenMedia(CallTarget target, IPAddress peer, Action<ICallMedia?, Offered?> opened) => _services.Pool(() =>
    {
        ICallMedia? media = null;
        Offered? offer = null;
        try
        {
            media = Call.OpenMedia(target, peer);
            offer = new Offered(media.Offer(), media.BriefOffer());
        }
        catch (Exception error)
        {
            _services.Trouble("The audio of a call could not be opened.", error);
        }

        _services.Loop.Post(() => opened(media, offer));
    });

    /// <summary>Ends the audio of an attempt.</summary>
    public void Close(ICallMedia media) => _house.Then(() =>
    {
        media.Close();
        return ValueTask.CompletedTask;
    });

    /// <summary>Asks the house whom to try instead; no address twice, five redirects in all.</summary>
    public void AskRedirect(CallTarget from, ImmutableArray<string> contacts, Action<ImmutableArray<CallTarget>> decided)
    {
        var fresh = contacts.Where(_visited.Add).Take(Math.Max(0, MostRedirects - _redirects)).ToImmutableArray();
        _redirects += fresh.Length;
        if (Call.OnRedirect is not { } ask || fresh.IsEmpty)
        {
            decided([]);
            return;
        }

        _house.Then(() =>
        {
            var targets = fresh.Select(uri => ask(from, uri)).OfType<CallTarget>().ToImmutableArray();
            _services.Loop.Post(() => decided(targets));
            return ValueTask.CompletedTask;
        });
    }

    /// <summary>One hunt has nobody left.</summary>
    public void OnHuntOver()
    {
        if (!_hunts.IsDefault && _hunts.All(h => h.IsOver)) OnNobodyLeft();
    }

    bool ILegOwner.Claim(OutgoingLeg leg)
    {
        if (_isDecided) return false;
        _isDecided = true;
        _services.Loop.Cancel(_ringLimit);
        return true;
    }

    void ILegOwner.OnProgress(OutgoingLeg leg, SipMessage answer, EarlyDialog early, SipBody? media)
    {
        if (_isDecided) return;
        var (status, phrase, mayBeHeard) = (answer.Status, answer.Phrase, early.MayBeHeard);
        _house.Offer(async () =>
        {
            var hasMedia = media is not null && leg.Media.Accept(media, isEarly: true) && mayBeHeard;
            if (Call.OnProgress is { } tell) await tell(new CallProgress(leg.Target, status, phrase, hasMedia, early.Session.Call.Id));
        });
    }

    void ILegOwner.OnAnswered(OutgoingLeg leg, CallSession session, SipBody? media)
    {
        CancelAll(Reasons.Elsewhere, but: leg);
        _onUp(session);
        Note(leg.Target, leg.Where, 200, SipReason.Of(200));
        var result = new CallResult(session.Call, leg.Target, leg.Media, 200, SipReason.Of(200), [.. _tried]);
        _house.Then(() =>
        {
            var status = Take(leg.Media, media);
            if (status == 200) _result.TrySetResult(result);
            else _services.Loop.Post(() => Refuse(leg, session, status));
            return ValueTask.CompletedTask;
        });
    }

    void ILegOwner.OnEnded(OutgoingLeg leg, int status, string reason, SipMessage? answer)
    {
        Note(leg.Target, leg.Where, status, reason, answer is null ? null : Reasons.CauseIn(answer));
        Close(leg.Media);
        if (EndsAll(status)) CancelAll(null, but: leg);
        foreach (var hunt in _hunts)
            if (hunt.Owns(leg))
            {
                hunt.OnEnded(leg, status, answer);
                break;
            }
    }

    /// <summary>A 600 speaks for the person, a 603 for one device of his, unless he wants it otherwise.</summary>
    private bool EndsAll(int status) => status >= 600 && (status != 603 || Call.DeclineEndsAll);

    private void CancelAll(string? reason, OutgoingLeg? but)
    {
        foreach (var hunt in _hunts)
            if (but is null || !hunt.Owns(but)) hunt.Cancel(reason);
            else hunt.Stop();
    }

    private void OnNobodyLeft()
    {
        if (!_isDecided) Decide(Failure(Best()));
        _onOver();
    }

    /// <returns>200, 488 when the audio cannot use the answer, 500 when it failed.</returns>
    private int Take(ICallMedia audio, SipBody? answer)
    {
        try
        {
            return answer is not null && audio.Accept(answer, isEarly: false) ? 200 : 488;
        }
        catch (Exception error)
        {
            _services.Trouble("The answer to a call could not be taken.", error);
            return 500;
        }
    }

    /// <summary>An answer whose body we cannot use is no call (§13.2.2.4).</summary>
    private void Refuse(OutgoingLeg leg, CallSession session, int status)
    {
        _ = session.HangUpAsync(new CallEnd(status, SipReason.Of(status)));
        Close(leg.Media);
        Tell(Failure(status));
    }

    private void Decide(CallResult result)
    {
        _isDecided = true;
        _services.Loop.Cancel(_ringLimit);
        Tell(result);
    }

    /// <summary>The result comes after everything that was told before.</summary>
    private void Tell(CallResult result)
    {
        var whole = result with { Tried = [.. _tried] };
        _house.Then(() =>
        {
            _result.TrySetResult(whole);
            return ValueTask.CompletedTask;
        });
    }

    private CallResult Failure(int status) => new(null, null, null, status, ReasonOf(status), []) { Cause = _tried.FindLast(t => t.Status == status)?.Cause };

    private string ReasonOf(int status) => _tried.FindLast(t => t.Status == status)?.Reason is { Length: > 0 } said ? said : SipReason.Of(status);

    /// <summary>The best refusal (§16.7 step 6): a 6xx first, then of the lowest class; "busy" says more than "nobody there".</summary>
    private int Best()
    {
        var best = _tried.Select(t => t.Status).DefaultIfEmpty(480).MinBy(Rank);
        return best switch
        {
            < 400 => 480, // a redirect nobody follows
            401 or 407 or 503 => 500, // our credentials and our servers are nothing to the caller
            _ => best,
        };
    }

    private static int Rank(int status) => status switch
    {
        >= 600 => 0,
        486 => 400,
        480 => 401,
        408 => 499,
        >= 400 and < 500 => 402,
        _ => status,
    };
}
