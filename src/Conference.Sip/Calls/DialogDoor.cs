using Conference.Sip.Messages;
using Conference.Sip.Transactions;
using Conference.Sip.Transport;

namespace Conference.Sip.Calls;

/// <summary>What the house asks and knows when somebody speaks in a dialog from elsewhere. Lives on the SIP loop.</summary>
/// <param name="SignIn">Whose credentials a request carries; challenges or refuses it otherwise.</param>
/// <param name="Registered">Where an account is registered now, or <see langword="null"/>.</param>
/// <param name="PeerOf">The name of the trunk a request comes from, or <see langword="null"/>.</param>
internal sealed record DialogDoor(Func<SipMessage, Flow, SipAccount?> SignIn, Func<string, DevicePlace?> Registered, Func<SipMessage, Flow, string?> PeerOf)
{
    /// <summary>
    /// Call-ID and tags are no secret, dialog-info tells them to whoever watches: a request from another host than the dialog's comes from
    /// where its account is registered, from its trunk, proves itself, or is answered as if there were no dialog. Another port is NAT.
    /// </summary>
    /// <returns>Whether it may come in; otherwise it is answered.</returns>
    public bool Admits(SipMessage request, Flow flow, CallSession session)
    {
        var from = flow.Remote.Address;
        if (session.IsAt(from)) return true;
        if (session.Account is { } account) return from.Equals(Registered(account.Username)?.Flow.Remote.Address) || IsSame(account, request, flow);
        if (session.Trunk is { } trunk && PeerOf(request, flow) == trunk) return true;
        TransactionLayer.Reply(request, flow, new SipReply(481));
        return false;
    }

    /// <summary>
    /// The same for a dialog that is an account's alone, a subscription: what comes by the way that is known, or by that of its registration, is its
    /// own; whoever comes by another connection or port proves itself.
    /// </summary>
    public bool Admits(SipMessage request, Flow flow, SipAccount account, Flow known) =>
        IsSameWay(flow, known) || (Registered(account.Username) is { } place && IsSameWay(flow, place.Flow)) || IsSame(account, request, flow);

    private static bool IsSameWay(Flow one, Flow other) =>
        one.IsReliable ? ReferenceEquals(one, other) : !other.IsReliable && one.Remote.Equals(other.Remote);

    private bool IsSame(SipAccount account, SipMessage request, Flow flow)
    {
        if (SignIn(request, flow) is not { } proved) return false;
        if (proved.Username.Equals(account.Username, StringComparison.OrdinalIgnoreCase)) return true;
        TransactionLayer.Reply(request, flow, new SipReply(403));
        return false;
    }
}
