using Conference.Media.Security;

namespace Conference.Media.Sessions;

/// <summary>The SRTP of one leg, both ways (RFC 3711). Owned by whoever has the leg.</summary>
/// <param name="Sender">Under our key.</param>
/// <param name="Receiver">Under the peer's.</param>
internal sealed record LegShield(SrtpSender Sender, SrtpReceiver Receiver) : IDisposable
{
    /// <summary>For keys from the signalling. A key that stays goes on with its counters: beginning again under it would protect two packets alike, and lose the count of rollovers.</summary>
    /// <param name="now">What holds from now on.</param>
    /// <param name="before">What held so far, with <paramref name="shield"/>.</param>
    /// <param name="shield">The one so far.</param>
    public static LegShield Of(MediaKeys.Sdes now, MediaKeys.Sdes? before, LegShield? shield) => new(
        shield is not null && now.Ours.Key.Equals(before?.Ours.Key) ? shield.Sender : new SrtpSender(now.Ours.Key),
        shield is not null && now.Theirs.Key.Equals(before?.Theirs.Key) ? shield.Receiver : new SrtpReceiver(now.Theirs.Key));

    public void Dispose()
    {
        Sender.Dispose();
        Receiver.Dispose();
    }
}
