using System.Net;
using Conference.Sip.Dialogs;

namespace Conference.Sip.Calls;

/// <summary>A body and what it says it is; SIP carries it and never opens it.</summary>
public sealed record SipBody(string ContentType, ReadOnlyMemory<byte> Bytes);

/// <summary>Why a call ended, as told to or by the other side (RFC 3326).</summary>
/// <param name="Status">A SIP status, for instance 200 for an ordinary BYE, 403 for a wrong PIN, 408 when the peer went silent.</param>
/// <param name="Text">A word for the log and the Reason header.</param>
/// <param name="ByPeer">Whether the other side ended it.</param>
public sealed record CallEnd(int Status, string Text, bool ByPeer = false)
{
    /// <summary>The cause as the telephone network numbers it (Q.850), when it gave one.</summary>
    public int? Cause { get; init; }
}

/// <summary>An INVITE that passed authentication and awaits an answer.</summary>
/// <remarks>
/// The token given to the handler is cancelled by CANCEL, by loss of the flow and at shutdown.
/// A handler that returns without a final answer sends 480; one that throws sends 500.
/// </remarks>
public interface IIncomingCall
{
    /// <summary>The Call-ID as received.</summary>
    string CallId { get; }

    /// <summary>The authenticated account, or <see langword="null"/> for a guest.</summary>
    SipAccount? Account { get; }

    /// <summary>User part of the Request-URI, unescaped: what was dialled.</summary>
    string Dialled { get; }

    /// <summary>The account of the one device that was called by its GRUU (RFC 5627 §6), or <see langword="null"/>.</summary>
    string? CalledDevice => null;

    /// <summary>User part of From, unescaped; empty when there is none.</summary>
    string FromUser { get; }

    /// <summary>Display name of From; empty when there is none.</summary>
    string FromDisplayName { get; }

    /// <summary>Where the signalling came from.</summary>
    IPEndPoint Source { get; }

    /// <summary>UDP, TCP, TLS, WS or WSS.</summary>
    string Transport { get; }

    /// <summary>The User-Agent header, or <see langword="null"/>.</summary>
    string? UserAgent { get; }

    /// <summary>The offer, or <see langword="null"/> when the caller expects ours in the 200 (late offer).</summary>
    SipBody? Body { get; }

    /// <summary>The trunk it comes from, or <see langword="null"/>: then <see cref="Account"/> or nobody vouches for it.</summary>
    SipPeer? Peer => null;

    /// <summary>User part of To, unescaped: some trunks put the called number there.</summary>
    string ToUser => Dialled;

    /// <summary>What a trusted peer asserts about the caller (RFC 3325), or <see langword="null"/>.</summary>
    CallerIdentity? Asserted => null;

    /// <summary>Max-Forwards as received; 0 must not be forwarded (RFC 3261 §16.3).</summary>
    int MaxForwards => 70;

    /// <summary>Max-Breadth as received: among how many branches at once the call may still be split (RFC 5393 §5); 0 must not be forwarded.</summary>
    int MaxBreadth => OutgoingCall.UsualBreadth;

    /// <summary>The dialog its Replaces names, seen from us (RFC 3891), or <see langword="null"/>.</summary>
    DialogId? Replaces => null;

    /// <summary>Whether Replaces says early-only: a call that was answered already must not be taken (486).</summary>
    bool ReplacesEarlyOnly => false;

    /// <summary>The dialog to be, as others may name it while it rings.</summary>
    DialogId Id => new(CallId, "", "");

    /// <summary>The first value of a header by its long name, or <see langword="null"/>.</summary>
    string? Header(string name) => null;

    /// <summary>Sends a provisional response, 101 to 199, with or without a body (early media); reliable when the caller can (RFC 3262).</summary>
    ValueTask ProgressAsync(int status, SipBody? body) => RingAsync();

    /// <summary>Sends 180 Ringing.</summary>
    ValueTask RingAsync();

    /// <summary>Sends 200 OK with this body and opens the dialog; the stack repeats it until the ACK (RFC 3261 §13.3.1.4).</summary>
    /// <returns>The call; already ended when the caller cancelled in the meantime.</returns>
    ValueTask<ISipCall> AnswerAsync(SipBody body);

    /// <summary>The same, saying whether this number is a conference (isfocus, RFC 4579 §5.1): its Contact is the number then.</summary>
    ValueTask<ISipCall> AnswerAsync(SipBody body, bool isFocus) => AnswerAsync(body);

    /// <summary>
    /// Answers an offer the caller makes before the call is answered (UPDATE, RFC 3311; PRACK), after a body went out reliably.
    /// None, or <see langword="null"/>, refuses it. Runs on the pool.
    /// </summary>
    Func<SipBody, SipBody?>? OnEarlyOffer
    {
        get => null;
        set { }
    }

    /// <summary>Sends a final refusal, 300 to 699.</summary>
    /// <param name="status">The SIP status, for instance 404, 486 or 488.</param>
    /// <param name="reason">The reason phrase, or <see langword="null"/> for the RFC's own.</param>
    ValueTask RejectAsync(int status, string? reason = null);

    /// <summary>The same, passing on what the telephone network gave as its cause (Q.850; RFC 3326, RFC 6432), or <see langword="null"/>.</summary>
    ValueTask RejectAsync(int status, string? reason, int? cause) => RejectAsync(status, reason);
}
