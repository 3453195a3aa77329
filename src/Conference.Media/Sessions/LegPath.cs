using System.Net;
using Conference.Media.Rtp;
using Conference.Media.Sdp;
using Conference.Media.Security;

namespace Conference.Media.Sessions;

/// <summary>The way between one leg and its peer: the ports, where the peer is, and what protects the packets. Owned by the worker that has the leg.</summary>
internal sealed class LegPath(PacketPort rtp, PacketPort rtcp, Peer signalling)
{
    private const int UnlockedBudget = 50; // packets in 5 s towards an address that has not spoken, unless signalling comes from there

    private readonly Latch _latch = new();
    private LegShield? _shield;
    private bool _isKnown;
    private Peer _described;
    private Peer _describedRtcp;
    private int _budget = UnlockedBudget;

    public PacketPort Rtp => rtp;

    public PacketPort Rtcp => rtcp;

    /// <summary>Where packets go; none while nobody knows.</summary>
    public Peer Target => _latch.Locked.IsNone ? _described : _latch.Locked;

    /// <summary>Takes what signalling said about the peer.</summary>
    public void Use(Agreement agreed, LegShield? shield, long now) => Use(agreed.Remote, agreed.RemoteRtcp, shield, now);

    /// <inheritdoc cref="Use(Agreement, LegShield?, long)"/>
    public void Use(IPEndPoint? rtpAt, IPEndPoint? rtcpAt, LegShield? shield, long now)
    {
        var described = rtpAt is { } remote ? Peer.From(remote.Address, remote.Port) : Peer.None;
        if (!_isKnown || (!described.IsNone && described != _described)) Expect(described, now);
        if (!described.IsNone)
        {
            _described = described;
            _describedRtcp = rtcpAt is { } control ? Peer.From(control.Address, control.Port) : Peer.None;
        }

        (_isKnown, _shield) = (true, shield);
    }

    /// <summary>Where the peer is has to be found out anew.</summary>
    public void Forget() => _isKnown = false;

    /// <summary>The kernel guards a settled stream, and sends faster on it; it lets others speak again when the peer falls silent.</summary>
    public void Guard(long now) => rtp.Connect(_shield is null && _latch.IsSettled(now) ? _latch.Locked : Peer.None);

    /// <summary>Takes the protection off a packet.</summary>
    /// <returns>Whether it can be believed.</returns>
    public bool Unlock(Span<byte> datagram, ref int length, bool isRtcp)
    {
        if (_shield is null) return true;
        var packet = datagram[..length];
        var error = isRtcp ? _shield.Receiver.UnprotectControl(packet, ref length) : _shield.Receiver.Unprotect(packet, ref length);
        return error == SrtpError.None;
    }

    /// <summary>Whether a voice packet comes from the peer.</summary>
    public LatchVerdict Judge(in RtpPacket packet, Peer from, long arrival) => _shield is null
        ? _latch.On(from, packet.Ssrc, packet.Sequence, arrival)
        : _latch.Believe(from, packet.Ssrc, packet.Sequence, arrival);

    /// <summary>Whether RTCP may come from there.</summary>
    public bool MayReportFrom(Peer from) => from.Address == Target.Address || from.Address == signalling.Address;

    /// <summary>A new period begins for what an address gets that has not spoken.</summary>
    public void RenewBudget() => _budget = UnlockedBudget;

    /// <summary>Whether a packet may be sent now: an SDP may name a victim, and until it has spoken it gets little, unless it is where the signalling comes from.</summary>
    public bool TakeBudget() => !_latch.Locked.IsNone || _described.Address == signalling.Address || _budget-- > 0;

    /// <summary>Protects and sends a voice packet.</summary>
    public void Send(Span<byte> datagram, int length)
    {
        if (_shield is null || _shield.Sender.Protect(datagram, ref length) == SrtpError.None) rtp.Send(datagram[..length], Target);
    }

    /// <summary>Protects and sends RTCP.</summary>
    /// <param name="mux">Whether it shares the port of the voice.</param>
    public void SendControl(Span<byte> datagram, int length, bool mux)
    {
        if (_shield is not null && _shield.Sender.ProtectControl(datagram, ref length) != SrtpError.None) return;
        var target = mux ? Target : _describedRtcp;
        if (!target.IsNone && TakeBudget()) (mux ? rtp : rtcp).Send(datagram[..length], target);
    }

    private void Expect(Peer described, long now)
    {
        _latch.Expect(described, signalling, now);
        rtp.Connect(Peer.None);
    }
}
