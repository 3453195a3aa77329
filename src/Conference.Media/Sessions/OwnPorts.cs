using System.Net;
using Conference.Media.Rtp;
using Conference.Media.Sdp;

namespace Conference.Media.Sessions;

/// <summary>By which ports a leg is reached, and where its peer is. Owned by the worker that has the leg.</summary>
internal interface IWay
{
    PacketPort Rtp { get; }

    /// <summary>For RTCP that does not share the port of the voice; <see langword="null"/> when there is none.</summary>
    PacketPort? Rtcp { get; }

    /// <summary>Where packets go; none while nobody knows.</summary>
    Peer Target { get; }

    /// <summary>Where RTCP goes that has a port of its own.</summary>
    Peer RtcpTarget { get; }

    /// <summary>Whether a voice packet comes from the peer.</summary>
    /// <param name="isBelieved">Whether only somebody with the key can have sent it.</param>
    LatchVerdict Judge(in RtpPacket packet, Peer from, long arrival, bool isBelieved);

    /// <summary>Whether RTCP may come from there.</summary>
    bool MayReportFrom(Peer from);

    /// <summary>Whether a packet may be sent now.</summary>
    bool TakeBudget();
}

/// <summary>The pair of ports that a leg has for itself: the peer is where the SDP says, until its packets prove where it is.</summary>
internal sealed class OwnPorts(PacketPort rtp, PacketPort rtcp, Peer signalling) : IWay
{
    private const int UnlockedBudget = 50; // packets in 5 s towards an address that has not spoken, unless signalling comes from there

    private readonly Latch _latch = new();
    private Peer _described;
    private bool _isKnown;
    private int _budget = UnlockedBudget;

    public PacketPort Rtp => rtp;

    public PacketPort Rtcp => rtcp;

    public Peer Target => _latch.Locked.IsNone ? _described : _latch.Locked;

    public Peer RtcpTarget { get; private set; }

    /// <summary>Takes what signalling said about the peer.</summary>
    public void Use(Agreement agreed, long now) => Use(agreed.Remote, agreed.RemoteRtcp, now);

    /// <inheritdoc cref="Use(Agreement, long)"/>
    public void Use(IPEndPoint? rtpAt, IPEndPoint? rtcpAt, long now)
    {
        var described = rtpAt is { } remote ? Peer.From(remote.Address, remote.Port) : Peer.None;
        if (!_isKnown || (!described.IsNone && described != _described)) Expect(described, now);
        _isKnown = true;
        if (described.IsNone) return;
        _described = described;
        RtcpTarget = rtcpAt is { } control ? Peer.From(control.Address, control.Port) : Peer.None;
    }

    /// <summary>Where the peer is has to be found out anew.</summary>
    public void Forget() => _isKnown = false;

    /// <summary>The kernel guards a settled stream, and sends faster on it; it lets others speak again when the peer falls silent.</summary>
    public void Guard(long now, bool isProtected) => rtp.Connect(!isProtected && _latch.IsSettled(now) ? _latch.Locked : Peer.None);

    public LatchVerdict Judge(in RtpPacket packet, Peer from, long arrival, bool isBelieved) => isBelieved
        ? _latch.Believe(from, packet.Ssrc, packet.Sequence, arrival)
        : _latch.On(from, packet.Ssrc, packet.Sequence, arrival);

    public bool MayReportFrom(Peer from) => from.Address == Target.Address || from.Address == signalling.Address;

    /// <summary>An SDP may name a victim: until it has spoken it gets little, unless it is where the signalling comes from.</summary>
    public bool TakeBudget() => !_latch.Locked.IsNone || _described.Address == signalling.Address || _budget-- > 0;

    /// <summary>A new period begins for what an address gets that has not spoken.</summary>
    public void RenewBudget() => _budget = UnlockedBudget;

    private void Expect(Peer described, long now)
    {
        _latch.Expect(described, signalling, now);
        rtp.Connect(Peer.None);
    }
}
