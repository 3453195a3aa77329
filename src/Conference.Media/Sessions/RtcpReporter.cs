using System.Security.Cryptography;
using System.Text;
using Conference.Media.Rtp;
using Conference.Media.Sdp;
using Conference.Media.Security;

namespace Conference.Media.Sessions;

/// <summary>The RTCP of one leg: when to report, what to say, what the peer said (RFC 3550 §6.2, §6.4, RFC 3611).</summary>
internal sealed class RtcpReporter
{
    private const int TicksPerSecond = 50;
    private const int FirstAfter = 5 * TicksPerSecond / 2;
    private const int Interval = 5 * TicksPerSecond;

    private readonly uint _ssrc;
    private readonly SequenceTracker _heard;
    private readonly byte[] _cname = Encoding.ASCII.GetBytes(RandomNumberGenerator.GetHexString(16, lowercase: true));
    private readonly byte[] _datagram = new byte[RtcpPacket.MaxReport + RtcpExtended.MaxReport + 8 + SrtpSuite.MostGrowth];
    private long _due = -1;
    private uint _dice;
    private uint _lastReport;
    private long _lastReportTick;
    private readonly LossPolicy _losses = new();
    private uint _lastReference;
    private long _lastReferenceTick;

    public RtcpReporter(uint ssrc, SequenceTracker heard)
    {
        (_ssrc, _heard) = (ssrc, heard);
        _dice = ssrc | 1;
    }

    /// <summary>What the peer last said about our stream.</summary>
    public RtcpNews News { get; private set; }

    /// <summary>Whether a report is due: first after 2.5 s, then every 5 s, half to one and a half of it, so that legs do not march in step.</summary>
    public bool IsDue(long tick)
    {
        if (_due < 0) _due = tick + FirstAfter;
        if (tick < _due) return false;
        _due = tick + Interval / 2 + Roll() % Interval;
        return true;
    }

    /// <summary>Milliseconds to the peer and back (RFC 3550 §6.4.1); 0 while unknown.</summary>
    public double RoundTrip { get; private set; }

    /// <summary>Takes a compound; <see langword="false"/> when it is none.</summary>
    /// <param name="datagram">As received, in the clear.</param>
    /// <param name="tick">Number of the tick.</param>
    /// <param name="ntp">Wall clock as 32.32 seconds.</param>
    public bool Take(ReadOnlySpan<byte> datagram, long tick, ulong ntp)
    {
        if (RtcpPacket.Parse(datagram, _ssrc, out var news) != RtcpError.None) return false;
        if (news.HasSenderReport) (_lastReport, _lastReportTick) = (news.NtpMiddle, tick);
        if (news.HasReport) Learn(news, tick, (uint)(ntp >> 16));
        Learn(news.Extended, tick, (uint)(ntp >> 16));
        return true;
    }

    /// <summary>Percent of our packets that the encoder is to expect the peer to miss; 0 when that is not worth copies.</summary>
    public int ExpectedLoss => _losses.Expected;

    /// <summary>How we sound at the peer's, as it judged it, 1 to 5; 0 when it did not.</summary>
    public double PeerScore { get; private set; }

    private void Learn(in RtcpNews news, long tick, uint now)
    {
        News = news;
        _losses.Report(news.FractionLost * 100 / 256.0, tick);
        if (news.LastReport != 0) Time(now - news.LastReport - news.SinceLastReport);
    }

    private void Learn(in ExtendedNews news, long tick, uint now)
    {
        if (news.HasReference) (_lastReference, _lastReferenceTick) = (news.Reference, tick);
        if (news is { HasAnswer: true, LastReference: not 0 }) Time(now - news.LastReference - news.SinceReference);
        if (news.HasMetrics) PeerScore = news.Metrics.Opinion ?? PeerScore;
    }

    /// <summary>Takes a way there and back in 1/65536 s.</summary>
    private void Time(uint trip)
    {
        const double tooLong = 10; // s: not a round trip but a peer that invents its times
        var seconds = (int)trip / 65536.0;
        if (seconds is >= 0 and < tooLong) RoundTrip = 1000 * seconds;
    }

    /// <summary>Writes the report, valid until the next.</summary>
    /// <param name="extended">Extended reports that the peer gets.</param>
    /// <param name="metrics">How it sounds here, where it gets that.</param>
    /// <returns>The report, and after it room for what secures it; its own length.</returns>
    public Span<byte> Write(long tick, ulong ntp, RtpSender sender, ExtendedReports extended, in VoipMetrics? metrics, bool goodbye, out int length)
    {
        SentReport? sent = sender.Packets == 0 ? null : new(ntp, sender.Timestamp, (uint)sender.Packets, (uint)sender.Octets);
        HeardReport? heard = _heard.Received == 0 ? null : Heard(tick);
        length = RtcpPacket.WriteReport(_datagram, _ssrc, sent, heard, _cname);
        ulong? clock = sent is null && (extended & ExtendedReports.Clock) != 0 ? ntp : null; // whoever sends nothing has no report to get back
        ClockAnswer? answer = _lastReference == 0 ? null : new(_heard.Ssrc, _lastReference, Since(_lastReferenceTick, tick));
        length += RtcpExtended.Write(_datagram.AsSpan(length), _ssrc, clock, answer, metrics);
        if (goodbye) length += RtcpPacket.WriteGoodbye(_datagram.AsSpan(length), _ssrc);
        return _datagram;
    }

    private HeardReport Heard(long tick) => new(
        _heard.Ssrc,
        _heard.TakeFractionLost(),
        _heard.Lost,
        (uint)_heard.Highest,
        (uint)_heard.Jitter,
        _lastReport,
        _lastReport == 0 ? 0 : Since(_lastReportTick, tick));

    /// <summary>In 1/65536 s.</summary>
    private static uint Since(long then, long tick) => (uint)Math.Min(uint.MaxValue, (tick - then) * 65536 / TicksPerSecond);

    /// <summary>A small random number (xorshift): it only spreads the reports.</summary>
    private uint Roll()
    {
        _dice ^= _dice << 13;
        _dice ^= _dice >> 17;
        _dice ^= _dice << 5;
        return _dice;
    }
}
