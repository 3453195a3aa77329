using Conference.Media.Rtp;
using Conference.Media.Security;

namespace Conference.Media.Sessions;

/// <summary>The DTLS of one leg (RFC 5764): where its datagrams go, and who gets the keys. For any thread.</summary>
internal sealed class LegHandshake : IDtlsOwner, IDisposable
{
    private readonly PacketPort _port;
    private readonly Action<LegHandshake, LegShield?> _done;
    private readonly DtlsLeg _dtls;
    private readonly Lock _gate = new(); // the leg may end, and its port be closed, while the desk works; no mixer takes it
    private Whereabouts? _peer;
    private LegShield? _shield;
    private bool _isDisposed;

    /// <param name="desk">Who makes handshakes.</param>
    /// <param name="keys">What signalling agreed on.</param>
    /// <param name="port">By which it sends.</param>
    /// <param name="done">Told the keys, or <see langword="null"/> when there will be none.</param>
    public LegHandshake(DtlsDesk desk, MediaKeys.Dtls keys, PacketPort port, Action<LegHandshake, LegShield?> done)
    {
        (_port, _done) = (port, done);
        _dtls = desk.Open(keys.Role, keys.Theirs, this);
    }

    /// <summary>Where the peer is.</summary>
    public void SendTo(Peer peer)
    {
        if (Volatile.Read(ref _peer)?.Peer != peer) Volatile.Write(ref _peer, new Whereabouts(peer));
    }

    public void Begin() => _dtls.Begin();

    /// <summary>Leaves a datagram for the desk; by one thread at a time.</summary>
    public void Post(ReadOnlySpan<byte> datagram, Peer from) => _dtls.Post(datagram, from);

    public void Send(ReadOnlySpan<byte> datagram)
    {
        lock (_gate)
        {
            if (!_isDisposed && Volatile.Read(ref _peer) is { Peer.IsNone: false } known) _port.Send(datagram, known.Peer);
        }
    }

    public void Done(SrtpKey? ours, SrtpKey? theirs, DtlsProblem problem)
    {
        lock (_gate)
        {
            if (_isDisposed) return;
            if (ours is not null && theirs is not null) _shield = new LegShield(new SrtpSender(ours), new SrtpReceiver(theirs));
        }

        _done(this, _shield);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _dtls.Dispose();
            _shield?.Dispose();
        }
    }
}
