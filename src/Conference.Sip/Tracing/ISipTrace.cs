using System.Collections.Immutable;
using System.Net;

namespace Conference.Sip.Tracing;

/// <summary>The last messages of the last calls, in memory, without secrets: what an operator reads when a call went wrong.</summary>
public interface ISipTrace
{
    /// <summary>Calls and registrations that are still remembered, newest first.</summary>
    ImmutableArray<TracedCall> Calls { get; }

    /// <summary>Messages of these Call-IDs, in the order they passed.</summary>
    ImmutableArray<TracedMessage> Read(IReadOnlyCollection<string> callIds);
}

/// <param name="CallId">The Call-ID.</param>
/// <param name="Method">Method of its first request.</param>
/// <param name="From">From URI's user.</param>
/// <param name="To">To URI's user.</param>
/// <param name="Begun">First message.</param>
/// <param name="Last">Last status line's number, or 0.</param>
public sealed record TracedCall(string CallId, string Method, string From, string To, DateTimeOffset Begun, int Last);

/// <param name="At">When it passed.</param>
/// <param name="IsSent">Whether we sent it.</param>
/// <param name="Peer">The other end.</param>
/// <param name="Transport">UDP, TCP, TLS, WS or WSS.</param>
/// <param name="Text">The message; digest responses, secrets, SDES keys and DTMF digits are replaced by "(removed)".</param>
public sealed record TracedMessage(DateTimeOffset At, bool IsSent, IPEndPoint Peer, string Transport, string Text);
