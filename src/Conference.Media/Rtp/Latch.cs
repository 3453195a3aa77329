namespace Conference.Media.Rtp;

/// <summary>What to do with a packet, given who sent it.</summary>
public enum LatchVerdict
{
    /// <summary>From the source the leg is locked to.</summary>
    Accept,

    /// <summary>From somebody who may still become the source; not yet played.</summary>
    Wait,

    /// <summary>From a stranger: counted and dropped.</summary>
    Foreign,
}

/// <summary>
/// Symmetric RTP that cannot be stolen: which source address a leg listens to and sends to.
/// Whoever merely sprays packets at the port gains nothing (the class of failures called RTPBleed).
/// </summary>
/// <remarks>
/// Expecting: the address of the SDP locks after 2 packets; another port of the SDP's or the signalling peer's IP (a NAT) after
/// 4 in a row with one SSRC over 50 ms. Locked: nobody else, with two exceptions. The exact SDP address replaces a NAT guess within
/// 10 s of the SDP. After 2 s of silence, a source that carries on the very same stream (SSRC and sequence number) is the same
/// phone behind a rebound NAT. Times are nanoseconds of any monotonic clock.
/// </remarks>
public sealed class Latch
{
    private const long Second = 1_000_000_000;
    private const long Window = 10 * Second;
    private const long Settling = 5 * Second; // strangers are counted until then
    private const long QuietBeforeMoving = 2 * Second;
    private const long NatSpread = 50_000_000; // 3 packets of 20 ms, less 10 ms of jitter
    private const int ExactPackets = 2;
    private const int OtherPackets = 4;
    private const int MovedSequenceRange = 500;

    private readonly Candidate[] _candidates = new Candidate[4];
    private Peer _described;
    private Peer _signalling;
    private long _expectedSince;
    private bool _isGuess;
    private uint _ssrc;
    private ushort _sequence;
    private long _lastHeard;
    private long _lockedSince;

    /// <summary>How a source is related to what signalling said.</summary>
    private enum Kin
    {
        Stranger,
        Exact,
        SameHost,
        Moved,
    }

    /// <summary>The source the leg is locked to; <see cref="Peer.None"/> while none.</summary>
    public Peer Locked { get; private set; }

    /// <summary>Whether nobody else need be listened to: locked for a while, not by a guess that the SDP may yet correct, and heard lately.</summary>
    public bool IsSettled(long now) =>
        !Locked.IsNone && now - _lockedSince > Settling && now - _lastHeard < QuietBeforeMoving && (!_isGuess || now - _expectedSince > Window);

    /// <summary>Starts over, because signalling named another address.</summary>
    /// <param name="described">Address and port of the SDP; none when it names no address.</param>
    /// <param name="signalling">Where the signalling comes from; its port does not matter.</param>
    /// <param name="now">Nanoseconds.</param>
    public void Expect(Peer described, Peer signalling, long now)
    {
        (_described, _signalling, _expectedSince) = (described, signalling, now);
        Locked = Peer.None;
        Array.Clear(_candidates);
    }

    /// <summary>Judges one valid RTP packet.</summary>
    public LatchVerdict On(Peer from, uint ssrc, ushort sequence, long now)
    {
        if (from == Locked) return Heard(ssrc, sequence, now);

        var kin = KinOf(from, ssrc, sequence, now);
        if (kin == Kin.Stranger) return LatchVerdict.Foreign;
        if (!Qualifies(kin, from, ssrc, sequence, now)) return Locked.IsNone ? LatchVerdict.Wait : LatchVerdict.Foreign;

        Locked = from;
        _lockedSince = now;
        _isGuess = kin == Kin.SameHost;
        Array.Clear(_candidates);
        return Heard(ssrc, sequence, now);
    }

    /// <summary>Judges one packet that only somebody with the key can have sent: wherever the newest comes from, there the peer is.</summary>
    public LatchVerdict Believe(Peer from, uint ssrc, ushort sequence, long now)
    {
        var isNewer = Locked.IsNone || ssrc != _ssrc || (short)(sequence - _sequence) > 0;
        if (from != Locked && isNewer) (Locked, _lockedSince, _isGuess) = (from, now, false);
        return Heard(ssrc, isNewer ? sequence : _sequence, now);
    }

    private LatchVerdict Heard(uint ssrc, ushort sequence, long now)
    {
        (_ssrc, _sequence, _lastHeard) = (ssrc, sequence, now);
        return LatchVerdict.Accept;
    }

    private Kin KinOf(Peer from, uint ssrc, ushort sequence, long now)
    {
        if (Locked.IsNone) return from == _described ? Kin.Exact : IsHostOf(from) ? Kin.SameHost : Kin.Stranger;
        if (_isGuess && from == _described && now - _expectedSince < Window) return Kin.Exact;
        return now - _lastHeard > QuietBeforeMoving && ssrc == _ssrc && (ushort)(sequence - _sequence - 1) < MovedSequenceRange
            ? Kin.Moved
            : Kin.Stranger;
    }

    private bool IsHostOf(Peer from) =>
        (!_described.IsNone && from.Address == _described.Address) || from.Address == _signalling.Address;

    private bool Qualifies(Kin kin, Peer from, uint ssrc, ushort sequence, long now)
    {
        ref var candidate = ref Find(from);
        var isNext = candidate.From == from && candidate.Ssrc == ssrc && sequence == (ushort)(candidate.Sequence + 1);
        candidate = isNext
            ? candidate with { Sequence = sequence, Count = candidate.Count + 1, Last = now }
            : new Candidate(from, ssrc, sequence, 1, now, now);
        return kin == Kin.Exact
            ? candidate.Count >= ExactPackets
            : candidate.Count >= OtherPackets && now - candidate.First >= NatSpread;
    }

    /// <summary>The candidate's own place, or the one that was quiet for longest: a crowd cannot push out a steady sender.</summary>
    private ref Candidate Find(Peer from)
    {
        var oldest = 0;
        for (var i = 0; i < _candidates.Length; i++)
        {
            if (_candidates[i].From == from) return ref _candidates[i];
            if (_candidates[i].Last < _candidates[oldest].Last) oldest = i;
        }

        return ref _candidates[oldest];
    }

    private readonly record struct Candidate(Peer From, uint Ssrc, ushort Sequence, int Count, long First, long Last);
}
