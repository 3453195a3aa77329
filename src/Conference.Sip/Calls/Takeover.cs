using Conference.Sip.Dialogs;
using Conference.Sip.Messages;

namespace Conference.Sip.Calls;

/// <summary>Whether an INVITE may take the place of a call (RFC 3891 §3), as far as signalling can tell.</summary>
internal static class Takeover
{
    /// <summary>A refusal, or <see langword="null"/> when nothing is to be replaced or the house may decide.</summary>
    public static SipReply? Refuse(SipMessage invite, Caller caller, DialogTable dialogs)
    {
        if (!invite.Has(HeaderId.Replaces)) return null;
        if (!caller.IsKnown) return new SipReply(403);
        if (IsRepeated(invite) || invite.Named("Join") is not null || ReplacesHeader.Read(invite.Header(HeaderId.Replaces)) is not { } replaces)
            return new SipReply(400, "Bad Replaces");
        if (dialogs.Find(replaces.Id) is not CallSession session) return dialogs.HasEnded(replaces.Id) ? new SipReply(603) : new SipReply(481);
        if (session.IsUp) return replaces.IsEarlyOnly ? new SipReply(486) : null;
        return session is { IsEarly: true, Dialog.IsOurs: true } ? null : new SipReply(481); // what rings here cannot be picked up from the caller's side
    }

    private static bool IsRepeated(SipMessage invite)
    {
        var fields = 0;
        foreach (var _ in invite.Fields(HeaderId.Replaces)) fields++;
        return fields > 1;
    }
}
