using System.Threading.Channels;
using Conference.Sip.Dialogs;

namespace Conference.Sip.Calls;

/// <summary>An answered call: one confirmed dialog (RFC 3261 §12) with its session.</summary>
public interface ISipCall
{
    string CallId { get; }

    /// <summary>The dialog, as Replaces names it.</summary>
    DialogId Id { get; }

    /// <summary>Cancelled when the call is over, whoever ended it.</summary>
    CancellationToken Ended { get; }

    /// <summary>Completes when the call is over; never faults.</summary>
    Task<CallEnd> End { get; }

    /// <summary>The body of the ACK to our 200: the answer after a late offer; <see langword="null"/> when it had none. Completes also when the call ends first.</summary>
    Task<SipBody?> Acknowledged { get; }

    /// <summary>Bodies of INFO requests, in order (RFC 6086); the stack has answered 200 already.</summary>
    ChannelReader<SipBody> Infos { get; }

    /// <summary>
    /// Answers an offer inside the call (re-INVITE, UPDATE). Given <see langword="null"/> it is asked for an offer of ours.
    /// Returning <see langword="null"/> refuses with 488 and the session stays as it was. Called one at a time, on the pool.
    /// </summary>
    Func<SipBody?, SipBody?>? OnOffer { get; set; }

    /// <summary>
    /// Asked before <see cref="OnOffer"/> about every offer inside the answered call: those that somebody else has to agree to are answered by
    /// the task, 200 with a body or the refusal, which may take its time. <see langword="null"/> leaves the offer to <see cref="OnOffer"/>.
    /// </summary>
    Func<SipBody, Task<OfferResult>?>? OnRelayedOffer
    {
        get => null;
        set { }
    }

    /// <summary>The ACK's body after an offer that <see cref="OnOffer"/> made inside the call.</summary>
    Action<SipBody>? OnLateAnswer { get; set; }

    /// <summary>
    /// Offers a change of ours (re-INVITE, RFC 3261 §14): glare, 491 and its pauses happen inside, at most three times.
    /// </summary>
    /// <returns>200 with the answer, or the refusal; the session then stays as it was.</returns>
    Task<OfferResult> OfferAsync(SipBody offer, CancellationToken cancel) => Task.FromResult(new OfferResult(488, null));

    /// <summary>Sends INFO (RFC 6086), for instance a key to a peer that knows no events.</summary>
    /// <returns>The final status.</returns>
    Task<int> SendInfoAsync(SipBody body, CancellationToken cancel) => Task.FromResult(405);

    /// <summary>Asks the peer by OPTIONS inside the call (RFC 3261 §11) whether it is still there, for instance when nothing is heard of it.</summary>
    /// <returns><see langword="false"/> when it does not answer (Timer F, or the caller lost patience), or knows nothing of the call (481).</returns>
    Task<bool> IsThereAsync(CancellationToken cancel) => Task.FromResult(false);

    /// <summary>Decides about a REFER inside the call (RFC 3515); none refuses with 403. Runs on the pool.</summary>
    Func<IReferral, Task>? OnRefer
    {
        get => null;
        set { }
    }

    /// <summary>Sends BYE, after the ACK of our own 200 (RFC 3261 §15), and waits until it is answered or given up. Idempotent.</summary>
    Task HangUpAsync(CallEnd why);
}

/// <param name="Status">200, or why not: 408, 481, 488, 491 …</param>
/// <param name="Answer">The answer to the offer; <see langword="null"/> unless 200.</param>
public sealed record OfferResult(int Status, SipBody? Answer);
