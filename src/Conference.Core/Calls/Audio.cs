using System.Collections.Immutable;
using Conference.Media.Sessions;
using Conference.Sip.Calls;

namespace Conference.Core.Calls;

/// <summary>Bodies that SIP carries, and the sessions that understand them.</summary>
internal static class Audio
{
    public const string Sdp = "application/sdp";

    /// <summary>What a leg may agree to: whoever speaks SIP by a web socket is a browser (RFC 7118), and hears only what is protected (RFC 8827).</summary>
    /// <param name="transport">UDP, TCP, TLS, WS or WSS.</param>
    /// <param name="codecs">Names, best first; empty for those of the house.</param>
    public static SessionTerms TermsFor(string? transport, ImmutableArray<string> codecs) => new() { Codecs = codecs, IsWeb = transport is "WS" or "WSS" };

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
