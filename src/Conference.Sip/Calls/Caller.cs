namespace Conference.Sip.Calls;

/// <summary>Who stands behind a request from outside a dialog: a device, a trunk, or nobody.</summary>
/// <param name="Account">The account that proved itself, or <see langword="null"/>.</param>
/// <param name="Peer">The trunk it came from, or <see langword="null"/>.</param>
internal readonly record struct Caller(SipAccount? Account, SipPeer? Peer)
{
    /// <summary>Whether anybody vouches for it.</summary>
    public bool IsKnown => Account is not null || Peer is not null;
}
