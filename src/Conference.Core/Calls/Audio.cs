using Conference.Media.Sessions;
using Conference.Sip.Calls;

namespace Conference.Core.Calls;

/// <summary>Bodies that SIP carries, and the sessions that understand them.</summary>
internal static class Audio
{
    public const string Sdp = "application/sdp";

    /// <summary>Answers an offer, or makes ours when there is none; <see langword="null"/> when they do not meet.</summary>
    public static SipBody? Negotiate(IMediaSession session, SipBody? offer)
    {
        if (offer is null) return new SipBody(Sdp, session.Offer());
        return session.Answer(offer.Bytes.Span, out var answer) == MediaProblem.None ? new SipBody(Sdp, answer) : null;
    }

    /// <summary>The offer was ours, so the answer is in the ACK (RFC 3264 with RFC 3261 §13.2.2.4).</summary>
    public static async Task<bool> TookLateAnswerAsync(ISipCall call, IMediaSession session) =>
        await call.Acknowledged is { } answer && session.Accept(answer.Bytes.Span) == MediaProblem.None;
}
