using Conference.Core.Routing;
using Conference.Media.Sdp;
using Conference.Media.Sessions;
using Conference.Sip.Calls;

namespace Conference.Core.Calls;

/// <summary>Bodies that SIP carries, and the sessions that understand them.</summary>
internal static class Audio
{
    public const string Sdp = "application/sdp";

    /// <summary>What a leg may agree to: whoever speaks SIP by a web socket is a browser (RFC 7118), and hears only what is protected (RFC 8827).</summary>
    /// <param name="transport">UDP, TCP, TLS, WS or WSS.</param>
    /// <param name="voice">How voices travel to it.</param>
    public static SessionTerms TermsFor(string? transport, VoiceProfile voice) => new()
    {
        Codecs = voice.Codecs,
        Security = voice.Protection switch
        {
            VoiceProtection.Off => MediaSecurity.None,
            VoiceProtection.Accept => MediaSecurity.Accept,
            VoiceProtection.Require => MediaSecurity.Sdes,
            VoiceProtection.RequireHandshake => MediaSecurity.Dtls,
            _ => null,
        },
        OnlyProtected = voice.Protection is VoiceProtection.Require or VoiceProtection.RequireHandshake,
        IsWeb = transport is "WS" or "WSS",
    };

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
