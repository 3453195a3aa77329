namespace Conference.Sip.Calls;

/// <summary>Places calls and sends messages.</summary>
public interface ISipCalls
{
    /// <summary>
    /// Places a call (RFC 3261 §13): location, failover, digest, redirects, forks, reliable provisionals and late 2xx happen inside.
    /// Cancelling before the answer is CANCEL, or ACK and BYE when a 2xx crosses it; afterwards the token means nothing.
    /// </summary>
    /// <returns>Never faults for anything a peer does.</returns>
    Task<CallResult> CallAsync(OutgoingCall call, CancellationToken cancel);

    /// <summary>Sends a MESSAGE (RFC 3428).</summary>
    /// <returns>The final status.</returns>
    Task<int> SendMessageAsync(CallTarget target, CallerIdentity from, SipBody body, CancellationToken cancel);
}
