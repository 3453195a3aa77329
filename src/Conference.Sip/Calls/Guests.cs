using Conference.Sip.Messages;
using Conference.Sip.Transport;

namespace Conference.Sip.Calls;

/// <summary>
/// Strangers reach only what an administrator opened, and only under a stranger's name: whoever claims to be one of ours has to prove it.
/// </summary>
internal sealed class Guests(OwnHosts us, ISipPolicy policy)
{
    /// <summary>Whether this INVITE may come in without an account.</summary>
    public bool MayEnter(SipMessage invite, Flow flow)
    {
        if (invite.Has(HeaderId.Authorization) || ClaimsToBeOurs(invite, flow)) return false;
        return SipUri.TryParse(invite.RequestUri, out var dialled) && policy.IsOpenToGuests(dialled.UserText());
    }

    private bool ClaimsToBeOurs(SipMessage invite, Flow flow) =>
        !NameAddr.TryParse(invite.Header(HeaderId.From), out var from) || !SipUri.TryParse(from.Uri, out var uri) || !uri.IsSip || us.Has(uri, flow);
}
