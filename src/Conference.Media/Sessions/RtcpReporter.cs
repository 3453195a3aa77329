using System.Security.Cryptography;
using System.Text;
using Conference.Media.Rtp;
using Conference.Media.Security;

namespace Conference.Media.Sessions;

/// <summary>The RTCP of one leg: when to report, what to say, what the peer said (RFC 3550 §6.2, §6.4).</summary>
internal sealed class RtcpReporter
{
    private const int TicksPerSecond = 50;
    private const int FirstAfter = 5 * TicksPerSecond / 2;
    private const int Interval = 5 * TicksPerSecond;

    private readonly uint _ssrc;
    private readonly SequenceTracker _heard;
    private readonly byte[] _cname = Encoding.ASCII.GetBytes(RandomNumberGenerator.GetHexString(16, lowercase: true));
    private readonly byte[] _datagram = new byte[RtcpPacket.MaxReport + 8 + SrtpSuite.MostGrowth];
    private long _due = -1;
    private uint _dice;
    private uint _lastReport;
    private long _lastReportTick;

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
        if (news.HasReport) Learn(news, (uint)(ntp >> 16));
        return true;
    }

    private void Learn(in RtcpNews news, uint now)
    {
        const double tooLong = 10; // s: not a round trip but a peer that invents its times
        News = news;
        var trip = (int)(now - news.LastReport - news.SinceLastReport) / 65536.0;
        if (news.LastReport != 0 && trip is >= 0 and < tooLong) RoundTrip = 1000 * trip;
    }

    /// <summary>Writes the report, valid until the next.</summary>
    /// <returns>The report, and after it room for what secures it; its own length.</returns>
    public Span<byte> Write(long tick, ulong ntp, RtpSender sender, bool goodbye, out int length)
    {
        SentReport? sent = sender.Packets == 0 ? null : new(ntp, sender.Timestamp, (uint)sender.Packets, (uint)sender.Octets);
        HeardReport? heard = _heard.Received == 0 ? null : Heard(tick);
        length = RtcpPacket.WriteReport(_datagram, _ssrc, sent, heard, _cname);
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
        _lastReport == 0 ? 0 : (uint)Math.Min(uint.MaxValue, (tick - _lastReportTick) * 65536 / TicksPerSecond));

    /// <summary>A small random number (xorshift): it only spreads the reports.</summary>
    private uint Roll()
    {
        _dice ^= _dice << 13;
        _dice ^= _dice >> 17;
        _dice ^= _dice << 5;
        return _dice;
    }
}
