namespace Conference.Media.Rtp;

/// <summary>
/// Which source address one side of a fax listens to and sends to: as strict as <see cref="Latch"/>, but a fax has no stream to recognise
/// by, and not a datagram to lose.
/// </summary>
/// <remarks>
/// The address of the SDP locks with its first datagram; another port of the SDP's or the signalling peer's host (a NAT) after three in a
/// row over 20 ms, and makes place for the SDP's own address within 10 s. After 10 s of silence, longer than any pause of T.30, the host
/// may speak from another port. Times are nanoseconds of any monotonic clock.
/// </remarks>
public sealed class FaxLatch
{
    private const long Second = 1_000_000_000;
    private const long Window = 10 * Second;
    private const long Spread = 20_000_000;
    private const int InARow = 3;

    private Peer _described;
    private Peer _signalling;
    private Peer _candidate;
    private int _count;
    private long _first;
    private long _since;
    private long _lastHeard;
    private bool _isGuess;

    /// <summary>The source it is locked to; <see cref="Peer.None"/> while none.</summary>
    public Peer Locked { get; private set; }

    /// <summary>Where to send: to whoever speaks, before that to where the SDP says.</summary>
    public Peer Target => Locked.IsNone ? _described : Locked;

    /// <summary>Whether what is sent goes to somebody who has spoken, or to where the signalling comes from.</summary>
    public bool IsVouchedFor => !Locked.IsNone || _described.Address == _signalling.Address;

    /// <summary>Starts over, because signalling named another address.</summary>
    /// <param name="described">Address and port of the SDP.</param>
    /// <param name="signalling">Where the signalling comes from; its port does not matter.</param>
    /// <param name="now">Nanoseconds.</param>
    public void Expect(Peer described, Peer signalling, long now)
    {
        (_described, _signalling, _since) = (described, signalling, now);
        (Locked, _candidate, _isGuess) = (Peer.None, Peer.None, false);
    }

    /// <summary>Judges one datagram.</summary>
    public LatchVerdict On(Peer from, long now)
    {
        if (from != Locked && !MayBecome(from, now)) return Locked.IsNone && IsHost(from) ? LatchVerdict.Wait : LatchVerdict.Foreign;
        (Locked, _lastHeard) = (from, now);
        return LatchVerdict.Accept;
    }

    private bool MayBecome(Peer from, long now)
    {
        if (from == _described && (Locked.IsNone || (_isGuess && now - _since < Window)))
        {
            _isGuess = false;
            return true;
        }

        if (!IsHost(from) || (!Locked.IsNone && now - _lastHeard < Window)) return false;
        (_candidate, _count, _first) = from == _candidate ? (from, _count + 1, _first) : (from, 1, now);
        return _isGuess = _count >= InARow && now - _first >= Spread;
    }

    private bool IsHost(Peer from) => from.Address == _described.Address || from.Address == _signalling.Address;
}
