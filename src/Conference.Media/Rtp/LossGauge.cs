namespace Conference.Media.Rtp;

/// <summary>Tells bursts of missing packets from single ones, while packets are played (RFC 3611 §4.7.2, Appendix A.2).</summary>
/// <remarks>A burst begins and ends with a missing packet and has fewer than 16 played in a row inside. A packet missing alone belongs to the gap around it.</remarks>
public sealed class LossGauge
{
    /// <summary>Packets played in a row that end a burst (Gmin).</summary>
    public const byte LeastGap = 16;

    private long _burstPackets;
    private long _burstMissing;
    private long _bursts;
    private long _gapPackets;
    private long _gapMissing;
    private long _open; // packets since the first missing one that may begin a burst
    private long _openMissing;
    private long _rest = LeastGap; // played since the last missing one

    /// <summary>Takes one packet that was played, and how many before it were not there when they were needed.</summary>
    public void Played(long missed)
    {
        if (missed > 0) Missed(missed);
        if (++_rest == LeastGap && _openMissing > 0) Settle();
        if (_openMissing > 0) _open++;
        else _gapPackets++;
    }

    /// <summary>The picture so far.</summary>
    /// <param name="packet">Milliseconds of audio in a packet.</param>
    public LossPattern Pattern(double packet)
    {
        var (packets, missing, bursts) = (_burstPackets, _burstMissing, _bursts);
        var (gaps, gapMissing) = (_gapPackets, _gapMissing);
        if (_openMissing > 1) (packets, missing, bursts) = (packets + _open, missing + _openMissing, bursts + 1);
        else (gaps, gapMissing) = (gaps + _open, gapMissing + _openMissing);
        return new LossPattern(
            Share(missing, packets),
            Share(gapMissing, gaps),
            Milliseconds(packets, Math.Max(1, bursts), packet),
            Milliseconds(gaps, bursts + 1, packet));
    }

    private void Missed(long missed)
    {
        _open += missed;
        _openMissing += missed;
        _rest = 0;
    }

    /// <summary>Sixteen were played in a row: what was open is over.</summary>
    private void Settle()
    {
        var tail = LeastGap - 1; // played since the last missing one belong to the gap
        if (_openMissing > 1)
        {
            _bursts++;
            (_burstPackets, _burstMissing) = (_burstPackets + _open - tail, _burstMissing + _openMissing);
            _gapPackets += tail;
        }
        else
        {
            (_gapPackets, _gapMissing) = (_gapPackets + _open, _gapMissing + _openMissing);
        }

        (_open, _openMissing) = (0, 0);
    }

    private static byte Share(long part, long whole) => whole == 0 ? (byte)0 : (byte)Math.Min(255, 256 * part / whole);

    private static ushort Milliseconds(long packets, long times, double packet) => (ushort)Math.Min(ushort.MaxValue, packets * packet / times);
}
