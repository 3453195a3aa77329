using System.Collections.Immutable;
using System.Net;
using Conference.Sip.Loop;
using Conference.Sip.Messages;
using Conference.Sip.Transactions;
using Conference.Sip.Transport;

namespace Conference.Sip.Requests;

/// <summary>What requests of ours travel with.</summary>
/// <param name="Loop">The thread that owns them.</param>
/// <param name="Layer">Their transactions.</param>
/// <param name="Roads">How they find their way.</param>
internal sealed record Sending(SipLoop Loop, TransactionLayer Layer, Roads Roads)
{
    /// <summary>What does not fit a datagram.</summary>
    public LargeRequests Large { get; init; } = new();
}

/// <summary>Where a request goes: by a flow that is there already, or to the first of some places that answers.</summary>
internal readonly record struct Way(Flow? Flow, ImmutableArray<Hop> Hops)
{
    /// <summary>The peer it is sent to first.</summary>
    public IPAddress First => Flow is { } flow ? flow.Remote.Address : Hops[0].Remote.Address;

    public static Way By(Flow flow) => new(flow, []);

    public static Way To(ImmutableArray<Hop> hops) => new(null, hops);
}

/// <summary>Writes the request for one attempt, with a branch and a number of its own.</summary>
/// <param name="flow">Where this attempt goes.</param>
/// <param name="credentials">Authorization or Proxy-Authorization, or nothing.</param>
internal delegate byte[] WriteRequest(Flow flow, ReadOnlySpan<(HeaderId Id, string Value)> credentials);

/// <summary>
/// One request of ours until its final answer: signs it when asked (RFC 3261 §22), goes on to the next place after silence, a broken
/// connection or 503 (RFC 3263 §4.3), and can be taken back.
/// </summary>
internal sealed class Errand(Sending sending, Way way, WriteRequest write, Keyring? keys, Action<SipMessage?> tell)
{
    private static readonly TimeSpan ShortPatience = TimeSpan.FromSeconds(3); // while others remain, after three sendings: a caller reaches another within four seconds, whatever else that takes

    private readonly Challenged _challenged = new();
    private ImmutableArray<Hop> _left = sending.Roads.Dead.LivingFirst(way.Hops, sending.Loop.Now);
    private ClientTransaction? _transaction;
    private bool _isWithdrawn;
    private bool _isOver;
    private bool _isHeard;

    /// <summary>Whether somebody else will be asked when all these places fail: then the last one is not waited for either.</summary>
    public bool HasAlternative { get; init; }

    /// <summary>How long a place that failed is left alone; half a minute when nobody says.</summary>
    public TimeSpan? DeadFor { get; init; }

    /// <summary>Where the last attempt went; <see langword="null"/> before the first.</summary>
    public Flow? Flow { get; private set; }

    /// <summary>The request as sent last.</summary>
    public SipMessage? Request => _transaction?.Request;

    /// <summary>The place of the last attempt, or <see langword="null"/> when it went by a flow.</summary>
    public Hop? Hop { get; private set; }

    /// <summary>What silence means: 408 for nobody there, 503 for no way there.</summary>
    public int Silence { get; private set; } = 503;

    /// <summary>Why there was no way, for people.</summary>
    public string Trouble { get; private set; } = "";

    public void Start()
    {
        if (way.Flow is { } flow) Send(flow, Signature(flow));
        else Next();
    }

    /// <summary>Sends it once more by the same flow, after its writer was told to write something else.</summary>
    public void Again()
    {
        _isOver = false;
        Send(Flow!, Signature(Flow!));
    }

    /// <summary>Takes it back: nothing more is tried, and an INVITE on its way is cancelled.</summary>
    /// <param name="reason">A Reason header, or <see langword="null"/>.</param>
    public void Cancel(string? reason)
    {
        if (_isWithdrawn || _isOver) return;
        _isWithdrawn = true;
        if (_transaction is InviteClientTransaction invite) invite.Cancel(reason);
        else if (_transaction is null) End(null);
    }

    private bool HasMore => !_isWithdrawn && (_left.Length > 0 || HasAlternative);

    private void Next()
    {
        if (_left.IsEmpty || _isWithdrawn)
        {
            End(null);
            return;
        }

        var hop = _left[0];
        _left = _left.RemoveAt(0);
        if (!hop.Transport.Equals("UDP", StringComparison.Ordinal) && _left is [var other, ..] && other.IsOtherFamilyOf(hop)) HeadStart.Open(sending, hop, other, OnOpenedFirst);
        else sending.Roads.Flows.Open(hop, (flow, why) => OnOpened(hop, flow, why));
    }

    private void OnOpenedFirst(Hop hop, Flow? flow, string why)
    {
        _left = _left.Remove(hop);
        OnOpened(hop, flow, why);
    }

    private void OnOpened(Hop hop, Flow? flow, string why)
    {
        if (_isOver) return;
        Hop = hop;
        if (flow is null)
        {
            (Silence, Trouble) = (503, why);
            sending.Roads.Dead.Bury(hop, sending.Loop.Now, usual: DeadFor);
        }

        if (flow is null || _isWithdrawn) Next();
        else Send(flow, Signature(flow));
    }

    /// <summary>What is known to be asked for is given at once: it saves a round trip per request.</summary>
    private (HeaderId, string)? Signature(Flow flow)
    {
        if (keys is not { IsReady: true }) return null;
        var draft = SipMessage.Read(write(flow, []), isStream: false)!;
        return keys.Sign(draft.Method, SipText.Latin(draft.RequestUri));
    }

    private void Send(Flow flow, (HeaderId, string)? credentials, bool isDecided = false)
    {
        (Flow, _isHeard) = (flow, false);
        ReadOnlySpan<(HeaderId, string)> headers = credentials is { } header ? [header] : [];
        var request = write(flow, headers);
        if (!isDecided && !flow.IsReliable && Hop is { } hop && sending.Large.Instead(hop, request.Length, sending.Loop.Now) is { } stream)
        {
            sending.Roads.Flows.Open(stream, (opened, _) => SendLarge(hop, opened, flow, credentials));
            return;
        }

        sending.Large.Leaves(flow, request.Length);
        _transaction = sending.Layer.Prepare(request, flow, OnHeard, HasMore ? ShortPatience : null);
        _transaction.Start();
    }

    /// <summary>By the connection, or in fragments after all.</summary>
    private void SendLarge(Hop hop, Flow? stream, Flow datagrams, (HeaderId, string)? credentials)
    {
        if (_isOver) return;
        if (stream is null) sending.Large.Refused(hop, sending.Loop.Now);
        if (_isWithdrawn) End(null);
        else Send(stream ?? datagrams, credentials, isDecided: true);
    }

    private void OnHeard(SipMessage? answer)
    {
        if (answer is { Status: < 300 })
        {
            _isHeard = true;
            if (Hop is { } hop) sending.Roads.Dead.Revive(hop);
            if (answer.Status >= 200) _isOver = true;
            tell(answer); // 2xx to INVITE may come from several and more than once
            return;
        }

        if (_isOver) return;
        if (answer is null) Silence = _transaction!.HasTimedOut ? 408 : 503;
        if (answer is { Status: 401 or 407 } && !_isWithdrawn && keys?.Answer(answer, Request!, _challenged) is { } credentials) Send(Flow!, credentials);
        else if (IsPlaceAtFault(answer) && !_isWithdrawn) GiveUpPlace(answer);
        else End(answer);
    }

    /// <summary>Silence before any answer, 503, or a broken flow (430): the next place may know better.</summary>
    private bool IsPlaceAtFault(SipMessage? answer) => answer is null ? !_isHeard : answer.Status is 503 or 430;

    private void GiveUpPlace(SipMessage? answer)
    {
        if (Hop is { } hop && !IsAboutThisCall(answer)) sending.Roads.Dead.Bury(hop, sending.Loop.Now, answer?.RetryAfter, DeadFor);
        if (_left.Length > 0) Next();
        else End(answer);
    }

    /// <summary>A 503 that gives a reason of the telephone network is about one number, not about the server: others still get through.</summary>
    private static bool IsAboutThisCall(SipMessage? answer) =>
        answer is not null && (answer.Status == 430 || answer.Header(HeaderId.Reason).StartsWith("Q.850"u8));

    private void End(SipMessage? answer)
    {
        _isOver = true;
        tell(answer);
    }
}
