using Conference.Media.Rtp;
using Conference.Media.Sdp;
using Conference.Media.Security;

namespace Conference.Media.Sessions;

/// <summary>The way between one leg and its peer, by ports of its own or by the shared one, and what protects the packets. Owned by the worker that has the leg.</summary>
internal sealed class LegPath(PacketPort rtp, PacketPort rtcp, Peer signalling)
{
    private readonly OwnPorts _own = new(rtp, rtcp, signalling);
    private IceLeg? _ice;
    private LegShield? _shield;
    private LegHandshake? _handshake;
    private bool _isProtected;
    private bool _hasFailed;

    public PacketPort Rtp => Way.Rtp;

    public PacketPort? Rtcp => Way.Rtcp;

    /// <summary>Where packets go; none while nobody knows.</summary>
    public Peer Target => Way.Target;

    /// <summary>Whether packets can be protected as agreed: not before a handshake has made its keys.</summary>
    public bool IsOpen => !_isProtected || _shield is not null;

    /// <summary>Whether nobody will be reached this way any more: the handshake failed, or the peer no longer agrees to be sent to.</summary>
    public bool IsLost => _hasFailed || _ice is { IsGone: true };

    /// <summary>Whether the peer shows by its checks that it is there, however quiet it is.</summary>
    public bool IsTended => _ice is not null;

    private IWay Way => _ice is null ? _own : _ice;

    /// <summary>Takes what signalling agreed on.</summary>
    public void Use(Agreement agreed, LegSecurity security, long now)
    {
        if (security.Ice is null) _own.Use(agreed, now);
        if (!ReferenceEquals(_handshake, security.Handshake)) (_shield, _hasFailed) = (null, false);
        (_ice, _handshake, _isProtected) = (security.Ice, security.Handshake, agreed.Keys is not null);
        if (security.Handshake is null) _shield = security.Shield;
        else if (_ice is null) _handshake!.SendTo(Target);
    }

    /// <summary>Takes what signalling agreed on about pictures: they have ports of their own, and keys from the signalling or none.</summary>
    public void Use(AgreedVideo agreed, LegShield? shield, long now)
    {
        _own.Use(agreed.Remote, agreed.RemoteRtcp, now);
        (_shield, _isProtected) = (shield, agreed.Keys is not null);
    }

    /// <summary>Takes what a handshake led to; an older one means nothing any more.</summary>
    public void Use(LegHandshake handshake, LegShield? shield)
    {
        if (ReferenceEquals(handshake, _handshake)) (_shield, _hasFailed) = (shield, shield is null);
    }

    /// <summary>Where the peer is has to be found out anew.</summary>
    public void Forget() => _own.Forget();

    /// <summary>Lets the kernel guard a settled stream.</summary>
    public void Guard(long now)
    {
        if (_ice is null) _own.Guard(now, _isProtected);
    }

    /// <summary>Takes a datagram of the handshake (RFC 7983) where it comes by the leg's own port; on the shared one it takes another way.</summary>
    /// <returns>Whether it was one.</returns>
    public bool TakeHandshake(ReadOnlySpan<byte> datagram, Peer from)
    {
        if (_handshake is null || datagram is not [>= 20 and < 64, ..]) return false;
        if (!_own.MayReportFrom(from)) return true; // a stranger's
        if (!IsOpen) _handshake.SendTo(from);
        _handshake.Post(datagram, from);
        return true;
    }

    /// <summary>Takes the protection off a packet.</summary>
    /// <returns>Whether it can be believed.</returns>
    public bool Unlock(Span<byte> datagram, ref int length, bool isRtcp)
    {
        if (_shield is null) return !_isProtected;
        var packet = datagram[..length];
        var error = isRtcp ? _shield.Receiver.UnprotectControl(packet, ref length) : _shield.Receiver.Unprotect(packet, ref length);
        return error == SrtpError.None;
    }

    /// <summary>Whether a voice packet comes from the peer.</summary>
    public LatchVerdict Judge(in RtpPacket packet, Peer from, long arrival) => Way.Judge(packet, from, arrival, _isProtected);

    /// <summary>Whether RTCP may come from there.</summary>
    public bool MayReportFrom(Peer from) => Way.MayReportFrom(from);

    /// <summary>A new period begins for what an address gets that has not spoken.</summary>
    public void RenewBudget() => _own.RenewBudget();

    /// <summary>Whether a packet may be sent now.</summary>
    public bool MaySend() => IsOpen && !Target.IsNone && Way.TakeBudget();

    /// <summary>Protects and sends a voice packet.</summary>
    public void Send(Span<byte> datagram, int length)
    {
        if (_shield is null || _shield.Sender.Protect(datagram, ref length) == SrtpError.None) Rtp.Send(datagram[..length], Target);
    }

    /// <summary>Protects and sends RTCP.</summary>
    /// <param name="mux">Whether it shares the port of the voice. Keys of a handshake are for that port alone (RFC 5764 §3).</param>
    public void SendControl(Span<byte> datagram, int length, bool mux)
    {
        var target = mux ? Target : Way.RtcpTarget;
        if (!IsOpen || target.IsNone || (!mux && _handshake is not null) || !Way.TakeBudget()) return;
        if (_shield is null || _shield.Sender.ProtectControl(datagram, ref length) == SrtpError.None) (mux ? Rtp : Rtcp)?.Send(datagram[..length], target);
    }
}
