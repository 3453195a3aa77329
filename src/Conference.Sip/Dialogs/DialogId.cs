using Conference.Sip.Messages;

namespace Conference.Sip.Dialogs;

/// <summary>Names a dialog as we see it (RFC 3261 §12): what requests in it carry, and what Replaces (RFC 3891) and dialog-info (RFC 4235) point at.</summary>
/// <param name="CallId">The Call-ID.</param>
/// <param name="LocalTag">Our tag.</param>
/// <param name="RemoteTag">The peer's tag; empty while no answer carried one.</param>
public readonly record struct DialogId(string CallId, string LocalTag, string RemoteTag)
{
    /// <summary>The dialog that a received request names.</summary>
    internal static DialogId Of(SipMessage request) => new(request.Envelope.CallId, request.Envelope.ToTag, request.Envelope.FromTag);
}
