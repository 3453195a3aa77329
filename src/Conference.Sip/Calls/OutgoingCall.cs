using System.Collections.Immutable;
using System.Net;
using Conference.Sip.Dialogs;

namespace Conference.Sip.Calls;

/// <summary>A call to be placed: whom to ring, in which order, and how its audio is offered.</summary>
public sealed record OutgoingCall
{
    /// <summary>Max-Breadth of a call that nobody has split yet (RFC 5393 §5.3.3).</summary>
    public const int UsualBreadth = 60;

    public required CallerIdentity From { get; init; }

    /// <summary>At least one.</summary>
    public required ImmutableArray<CallTarget> Targets { get; init; }

    /// <summary>All at once, or one after the other.</summary>
    public ForkMode Fork { get; init; } = ForkMode.Parallel;

    /// <summary>How long the whole call may ring.</summary>
    public TimeSpan RingTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Max-Forwards of every INVITE: that of the caller's leg minus one, or 70.</summary>
    public int MaxForwards { get; init; } = 70;

    /// <summary>
    /// Max-Breadth of the caller's leg (RFC 5393): the INVITEs that ring at once share it. Targets beyond it are tried one after the other;
    /// 0 is answered 440.
    /// </summary>
    public int MaxBreadth { get; init; } = UsualBreadth;

    /// <summary>
    /// Opens the audio of one attempt, given where its signalling goes: that decides which of our addresses is offered.
    /// Called once per INVITE that is sent to somebody new, on the pool.
    /// </summary>
    public required Func<CallTarget, IPAddress, ICallMedia> OpenMedia { get; init; }

    /// <summary>Hears of 101 to 199, in order, awaited before anything later is told.</summary>
    public Func<CallProgress, ValueTask>? OnProgress { get; init; }

    /// <summary>Headers to add to every INVITE, for instance Alert-Info, Diversion or Replaces.</summary>
    public ImmutableArray<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>
    /// Where a redirected call (3xx) goes on: given the target and the URI of a Contact it answers whom to try instead, or
    /// <see langword="null"/> when that is not allowed. Unset follows none. Called on the pool.
    /// </summary>
    public Func<CallTarget, string, CallTarget?>? OnRedirect { get; init; }

    /// <summary>Whether a 603 of one device silences the others (a 600 always does).</summary>
    public bool DeclineEndsAll { get; init; }
}

public enum ForkMode
{
    Parallel,
    Serial,
}

/// <summary>One way to reach the called: a registered account, a trunk, or a URI.</summary>
/// <param name="Label">A word for pages and logs: the account, the trunk or the host.</param>
public sealed record CallTarget(string Label)
{
    /// <summary>The account whose binding is rung by the flow it registered on; <see langword="null"/> when <see cref="Uri"/> says where.</summary>
    public string? Account { get; init; }

    /// <summary>Request-URI; located by RFC 3263 unless a route or a trunk says otherwise.</summary>
    public string? Uri { get; init; }

    /// <summary>Whether the name in <see cref="Uri"/> is a stranger's word: where it leads into our own networks it is not followed.</summary>
    public bool StaysOutside { get; init; }

    /// <summary>Preloaded Route URIs, nearest first.</summary>
    public ImmutableArray<string> Route { get; init; } = [];

    /// <summary>The trunk line whose servers, proxy and credentials are used, or <see langword="null"/>.</summary>
    public string? Trunk { get; init; }

    /// <summary>Refusals after which the next target is tried; empty for those that usually speak of the trunk and not of the number. Silence always is one.</summary>
    public ImmutableArray<int> GoesOnAfter { get; init; } = [];

    /// <summary>Who calls, in place of the call's own identity.</summary>
    public CallerIdentity? From { get; init; }

    /// <summary>Headers for this target alone.</summary>
    public ImmutableArray<(string Name, string Value)> Headers { get; init; } = [];
}

/// <summary>The audio of one attempt; implemented by whoever owns ports and codecs. SIP carries its bodies and never opens them.</summary>
public interface ICallMedia
{
    /// <summary>The offer of the INVITE; the same one when it is repeated with credentials or at the next server.</summary>
    SipBody Offer();

    /// <summary>Takes an answer: of a 1xx (early media) or of the 2xx. Another early one replaces it.</summary>
    /// <returns>Whether the call can go on with it; <see langword="false"/> on a 2xx leads to ACK and BYE with 488.</returns>
    bool Accept(SipBody answer, bool isEarly);

    /// <summary>
    /// The same offer with fewer codecs, for a request that would not fit a datagram otherwise (RFC 3261 §18.1.1); <see langword="null"/> when
    /// there is nothing to leave out. An answer to it is one to the whole offer.
    /// </summary>
    SipBody? BriefOffer() => null;

    /// <summary>Answers an offer that the called side makes before it answers (UPDATE, RFC 3311); <see langword="null"/> refuses it.</summary>
    SipBody? AnswerEarly(SipBody offer) => null;

    /// <summary>The attempt is over without a call.</summary>
    void Close();
}

/// <summary>A provisional response.</summary>
/// <param name="Target">Who sent it.</param>
/// <param name="Status">101 to 199.</param>
/// <param name="Reason">Its phrase.</param>
/// <param name="HasMedia">Whether its body was given to the media already: the far side may be heard, unless its network says it must not (P-Early-Media, RFC 5009).</param>
/// <param name="Early">The early dialog: what a pickup by Replaces names.</param>
public sealed record CallProgress(CallTarget Target, int Status, string Reason, bool HasMedia, DialogId Early);

/// <summary>How a placed call went.</summary>
/// <param name="Call">The call when somebody answered, else <see langword="null"/>.</param>
/// <param name="Target">Who answered.</param>
/// <param name="Media">Its audio, still open.</param>
/// <param name="Status">200, or the best refusal by RFC 3261 §16.7 step 6; 487 when cancelled, 408 when nobody answered in time.</param>
/// <param name="Reason">Its phrase, or the text of its Reason header.</param>
/// <param name="Tried">Every attempt with its end, for people.</param>
public sealed record CallResult(ISipCall? Call, CallTarget? Target, ICallMedia? Media, int Status, string Reason, ImmutableArray<CallAttempt> Tried)
{
    /// <summary>What the telephone network gave as its cause (Q.850) of that refusal, or <see langword="null"/>.</summary>
    public int? Cause { get; init; }
}

/// <param name="Target">Whom.</param>
/// <param name="Where">Transport, address and port, or why there was none.</param>
/// <param name="Status">The final status; 408 for silence, 503 for a connection that failed.</param>
/// <param name="Reason">Its phrase.</param>
public sealed record CallAttempt(CallTarget Target, string Where, int Status, string Reason)
{
    /// <summary>The cause of Q.850 that came with it, or <see langword="null"/>.</summary>
    public int? Cause { get; init; }
}
