using System.Buffers.Binary;
using System.Text;
using Conference.Media.Rtp;
using Conference.Media.Security;

namespace Conference.Media.Sessions;

/// <summary>One leg on the shared port: its checks, where they lead, and the packets that came from there.</summary>
/// <remarks>
/// Checks belong to the thread of the shared port, packets are taken and sent by the worker that has the leg, signalling hands in names
/// and handshakes; what one writes and another reads is a reference swapped whole.
/// </remarks>
internal sealed class IceLeg(SharedPort home) : PacketPort, IWay
{
    private readonly PacketRing _ring = new();
    private readonly List<Peer> _bound = []; // of the shared port's thread
    private Checks? _checks;
    private Checks? _before; // answered until the new ones have led somewhere (RFC 8445 §9)
    private Whereabouts? _selected;
    private LegHandshake? _handshake;
    private volatile bool _isGone;
    private volatile bool _isClosed;

    /// <summary>Where the peer wants to be sent to; none before a check has passed.</summary>
    public Peer Target => Volatile.Read(ref _selected)?.Peer ?? Peer.None;

    public PacketPort Rtp => this;

    public PacketPort? Rtcp => null;

    public Peer RtcpTarget => Peer.None;

    /// <summary>Whether the peer no longer says that it wants to hear from us (RFC 7675).</summary>
    public bool IsGone => _isGone;

    /// <summary>Whether signalling has given it up.</summary>
    public bool IsClosed => _isClosed;

    /// <summary>Addresses that have passed a check; for the shared port.</summary>
    public List<Peer> Bound => _bound;

    /// <summary>The key under which the shared port finds a leg: eight letters as a number; <see langword="null"/> for a name that is not of ours.</summary>
    public static ulong? KeyOf(ReadOnlySpan<byte> fragment) => fragment.Length == sizeof(ulong) ? BinaryPrimitives.ReadUInt64LittleEndian(fragment) : null;

    /// <summary>Takes names and passwords, and from now on their checks; new ones are a restart. Called by signalling.</summary>
    public void Use(IcePair pair)
    {
        var now = Volatile.Read(ref _checks);
        if (now?.Pair == pair) return;
        var next = new Checks(pair, KeyOf(Encoding.ASCII.GetBytes(pair.Ours.Fragment))!.Value, new IceLite(pair, home.Now));
        if (Interlocked.Exchange(ref _before, now) is { } oldest) home.Forget(oldest.Key);
        Volatile.Write(ref _checks, next);
        home.Know(next.Key, this);
    }

    /// <summary>The handshake that begins when a check has passed; called by signalling.</summary>
    public void Use(LegHandshake handshake)
    {
        Volatile.Write(ref _handshake, handshake);
        if (!Target.IsNone) Begin(handshake, Target);
    }

    /// <summary>Takes one check; called by the shared port.</summary>
    /// <param name="key">Of the name it is for.</param>
    /// <returns>Bytes to answer; 0 for silence.</returns>
    public int Check(ulong key, ReadOnlySpan<byte> datagram, Peer from, long now, Span<byte> answer)
    {
        var checks = Volatile.Read(ref _checks);
        var isCurrent = checks?.Key == key;
        if (!isCurrent) checks = Volatile.Read(ref _before);
        if (checks is null || checks.Key != key) return 0;
        var length = checks.Lite.Take(datagram, from, now, answer);
        if (isCurrent) Select(checks.Lite.Selected);
        return length;
    }

    /// <summary>Whether a check from there has passed.</summary>
    public bool Knows(Peer peer) =>
        !_isClosed && ((Volatile.Read(ref _checks)?.Lite.Knows(peer) ?? false) || (Volatile.Read(ref _before)?.Lite.Knows(peer) ?? false));

    /// <summary>Takes one datagram that is no check; called by the shared port.</summary>
    public void Take(ReadOnlySpan<byte> datagram, Peer from, long stamp)
    {
        if (datagram[0] is >= 20 and < 64) Volatile.Read(ref _handshake)?.Post(datagram, from);
        else if (datagram[0] is >= 128 and < 192) _ring.TryAdd(datagram, from, stamp);
    }

    /// <summary>Notices that nobody checks any more; called by the shared port now and then.</summary>
    public void Tend(long now) => _isGone = Volatile.Read(ref _checks)?.Lite.StateAt(now) == IceState.Gone;

    /// <summary>Whatever arrived here has passed a check.</summary>
    public LatchVerdict Judge(in RtpPacket packet, Peer from, long arrival, bool isBelieved) => LatchVerdict.Accept;

    public bool MayReportFrom(Peer from) => true;

    /// <summary>The peer has said that it wants to hear from us.</summary>
    public bool TakeBudget() => true;

    public override int Receive(Span<byte> buffer, out Peer from, out long stamp) => _ring.Take(buffer, out from, out stamp);

    public override void Send(ReadOnlySpan<byte> datagram, Peer to) => home.Send(datagram, to);

    public override void Dispose()
    {
        _isClosed = true;
        if (Volatile.Read(ref _checks) is { } checks) home.Forget(checks.Key);
        if (Volatile.Read(ref _before) is { } before) home.Forget(before.Key);
        home.Forget(this);
    }

    private void Select(Peer selected)
    {
        if (selected.IsNone || selected == Target) return;
        Volatile.Write(ref _selected, new Whereabouts(selected));
        if (Interlocked.Exchange(ref _before, null) is { } before) home.Forget(before.Key);
        if (Volatile.Read(ref _handshake) is { } handshake) Begin(handshake, selected);
    }

    private static void Begin(LegHandshake handshake, Peer peer)
    {
        handshake.SendTo(peer);
        handshake.Begin();
    }

    private sealed record Checks(IcePair Pair, ulong Key, IceLite Lite);
}

/// <summary>Where somebody is, as a reference: one thread writes it while another reads.</summary>
internal sealed record Whereabouts(Peer Peer);
