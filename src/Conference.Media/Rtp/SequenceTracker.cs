namespace Conference.Media.Rtp;

/// <summary>What a sequence number tells about a packet.</summary>
public enum Arrival
{
    /// <summary>Belongs to the stream; it may be new, old or a duplicate.</summary>
    InStream,

    /// <summary>Belongs to another stream, which has not shown yet that it will stay.</summary>
    OnProbation,

    /// <summary>First packet of a stream that replaces the one before.</summary>
    Restart,
}

/// <summary>Follows one RTP stream: extended sequence numbers, loss and jitter (RFC 3550 §6.4.1, A.1, A.3, A.8).</summary>
/// <remarks>
/// Another SSRC, or a jump beyond 3 000 ahead or 100 behind, must show two packets in a row before it replaces the stream,
/// with none of the old one between: of two senders on one leg the first stays.
/// </remarks>
public sealed class SequenceTracker
{
    private const int MaxDropout = 3000;
    private const int MaxMisorder = 100;

    private bool _started;
    private uint _probationSsrc;
    private int _probationSequence = -1;
    private long _firstSequence;
    private long _receivedInStream;
    private long _lostBefore;
    private long _expectedBefore;
    private long _transit;
    private bool _hasTransit;
    private double _jitter;
    private long _expectedPrior;
    private long _receivedPrior;

    /// <summary>SSRC of the stream followed.</summary>
    public uint Ssrc { get; private set; }

    /// <summary>Sequence number of the latest packet, extended by its wraps.</summary>
    public long Highest { get; private set; }

    /// <summary>Packets of all streams that were followed.</summary>
    public long Received { get; private set; }

    /// <summary>Packets missing by sequence number, of all streams; duplicates never make it negative.</summary>
    public long Lost => _lostBefore + LostInStream;

    /// <summary>Interarrival jitter in ticks of the RTP clock.</summary>
    public double Jitter => _jitter;

    /// <summary>Packets that should have come, of all streams.</summary>
    public long ExpectedInAll => _expectedBefore + Expected;

    /// <summary>How often packets in a row were left out, whether or not they came later.</summary>
    public long Gaps { get; private set; }

    private long Expected => _started ? Highest - _firstSequence + 1 : 0;

    private long LostInStream => Math.Max(0, Expected - _receivedInStream);

    /// <summary>Judges one packet.</summary>
    /// <param name="ssrc">Its source.</param>
    /// <param name="sequence">Its sequence number as sent.</param>
    /// <param name="extended">Its sequence number, extended; meaningless on probation.</param>
    public Arrival On(uint ssrc, ushort sequence, out long extended)
    {
        extended = 0;
        if (!_started) return Start(ssrc, sequence, out extended);

        var step = (short)(sequence - (ushort)Highest);
        var belongs = ssrc == Ssrc && step is < MaxDropout and > -MaxMisorder;
        if (!belongs) return OnOther(ssrc, sequence, out extended);

        extended = Highest + step;
        if (extended > Highest + 1) Gaps++;
        Highest = Math.Max(Highest, extended);
        _probationSequence = -1;
        Received++;
        _receivedInStream++;
        return Arrival.InStream;
    }

    /// <summary>Takes a packet out of the count again: it was a copy of one that had come.</summary>
    public void WasDuplicate()
    {
        Received--;
        _receivedInStream--;
    }

    /// <summary>Feeds the jitter estimate (RFC 3550 A.8).</summary>
    /// <param name="arrival">Arrival in ticks of the RTP clock.</param>
    /// <param name="timestamp">RTP timestamp, extended.</param>
    public void Transit(long arrival, long timestamp)
    {
        var transit = arrival - timestamp;
        if (_hasTransit) _jitter += (Math.Abs(transit - _transit) - _jitter) / 16;
        (_transit, _hasTransit) = (transit, true);
    }

    /// <summary>The fraction lost since the last call, in 1/256 (RFC 3550 A.3).</summary>
    public byte TakeFractionLost()
    {
        var expected = Expected - _expectedPrior;
        var received = _receivedInStream - _receivedPrior;
        (_expectedPrior, _receivedPrior) = (Expected, _receivedInStream);
        return expected <= 0 || received >= expected ? (byte)0 : (byte)Math.Min(255, ((expected - received) << 8) / expected);
    }

    private Arrival OnOther(uint ssrc, ushort sequence, out long extended)
    {
        extended = 0;
        if (_probationSequence == sequence && _probationSsrc == ssrc) return Start(ssrc, sequence, out extended);
        (_probationSsrc, _probationSequence) = (ssrc, (ushort)(sequence + 1));
        return Arrival.OnProbation;
    }

    private Arrival Start(uint ssrc, ushort sequence, out long extended)
    {
        (_lostBefore, _expectedBefore) = (Lost, ExpectedInAll);
        (_started, Ssrc, _probationSequence, _hasTransit) = (true, ssrc, -1, false);
        extended = Highest = _firstSequence = 0x10000L + sequence; // an early packet that was overtaken stays positive
        _receivedInStream = 1;
        (_expectedPrior, _receivedPrior) = (0, 0);
        Received++;
        return Arrival.Restart;
    }
}
