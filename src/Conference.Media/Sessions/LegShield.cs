using Conference.Media.Security;

namespace Conference.Media.Sessions;

/// <summary>The SRTP of one leg, both ways (RFC 3711). Owned by whoever has the leg.</summary>
/// <param name="Sender">Under our key.</param>
/// <param name="Receiver">Under the peer's.</param>
internal sealed record LegShield(SrtpSender Sender, SrtpReceiver Receiver) : IDisposable
{
    public static LegShield Of(SrtpKey ours, SrtpKey theirs) => new(new SrtpSender(ours), new SrtpReceiver(theirs));

    public void Dispose()
    {
        Sender.Dispose();
        Receiver.Dispose();
    }
}
