using Conference.Core.Calls;
using Conference.Media.Sessions;
using Conference.Sip.Calls;

namespace Conference.Core.Exchange;

/// <summary>The audio of a call we place: a session that offers.</summary>
internal sealed class OfferedAudio(IMediaSession session, TrunkChannel? channel) : ICallMedia
{
    private SipBody? _offer;

    public IMediaSession Session => session;

    /// <summary>Its channel on a trunk, given back with the call.</summary>
    public TrunkChannel? Channel => channel;

    public SipBody Offer() => _offer ??= new SipBody(Audio.Sdp, session.Offer());

    public SipBody? BriefOffer() => Exchange.BriefOffer.Of(Offer().Bytes.Span) is { } brief ? new SipBody(Audio.Sdp, brief) : null;

    public bool Accept(SipBody answer, bool isEarly) => session.Accept(answer.Bytes.Span) == MediaProblem.None;

    /// <summary>Answers an offer that the called side makes before it answers (RFC 3311).</summary>
    public SipBody? AnswerEarly(SipBody offer) => Audio.Negotiate(session, offer);

    public void Close()
    {
        session.Dispose();
        channel?.Dispose();
    }
}
