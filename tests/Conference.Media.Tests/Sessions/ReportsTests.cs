using System.Net;
using Conference.Media.Codecs;
using Conference.Media.Mixing;
using Conference.Media.Rtp;
using Conference.Media.Sessions;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Sessions;

/// <summary>What legs and peers tell each other by RTCP, and what follows from it.</summary>
public sealed class ReportsTests : IDisposable
{
    private const int Second = 50;

    private readonly Bridge _bridge = new();

    public void Dispose() => _bridge.Dispose();

    [Fact]
    public void A_phone_that_asks_for_it_is_told_how_it_sounds()
    {
        var anna = _bridge.Dial(extra: "a=rtcp-xr:rcvr-rtt=all voip-metrics\r\n").Hums(500);
        var hum = anna.Voice!;
        var packet = 0;
        anna.Voice = () => packet++ % 20 == 7 ? Lose(anna, hum) : hum();
        Assert.Contains("a=rtcp-xr:rcvr-rtt=all voip-metrics\r\n", anna.Answer, StringComparison.Ordinal);

        _bridge.Pass(60 * Second);

        var metrics = Metrics(anna);
        Assert.Equal(anna.Ssrc, metrics.Ssrc);
        Assert.InRange(metrics.Lost, 256 * 4 / 100, 256 * 6 / 100); // one of twenty
        Assert.InRange(metrics.Pattern.BurstDensity + metrics.Pattern.GapDensity, 10, 16);
        Assert.InRange(metrics.Opinion!.Value, 3.3, 4.2);
        Assert.InRange(metrics.Rating, 60, 85);
        Assert.True(metrics.Listening >= metrics.Conversing);
    }

    [Fact]
    public void A_phone_that_does_not_ask_is_not_told()
    {
        var anna = _bridge.Dial().Hums(500);

        _bridge.Pass(30 * Second);

        Assert.DoesNotContain("rtcp-xr", anna.Answer, StringComparison.Ordinal);
        Assert.All(anna.HeardRtcp, d => Assert.DoesNotContain((byte)RtcpExtended.Type, Types(d)));
    }

    [Fact]
    public void What_the_phone_says_about_us_is_kept_and_the_clock_of_a_listener_comes_back()
    {
        var anna = _bridge.Dial().Hums(500);
        _bridge.Pass(10 * Second);
        var ours = SsrcOf(anna.HeardRtcp[0]);

        SendReport(anna, ours, 0x1234567890ABCDEF, new VoipMetrics(ours, 0, 0, default, 0, 0, 80, 40, 37, 0, 0));
        _bridge.Pass(10 * Second);

        Assert.Equal(3.7, anna.Session.Stats.PeerScore, 2);
        Assert.Equal(RtcpError.None, RtcpPacket.Parse(anna.HeardRtcp[^1], anna.Ssrc, out var news));
        Assert.True(news.Extended is { HasAnswer: true, LastReference: 0x567890AB });
        Assert.InRange(news.Extended.SinceReference, 65536u, 10 * 65536u);
    }

    [Fact]
    public void Somebody_elses_reports_change_nothing()
    {
        var anna = _bridge.Dial().Hums(500);
        _bridge.Pass(10 * Second);
        var ours = SsrcOf(anna.HeardRtcp[0]);

        SendReport(anna, ours, 1, new VoipMetrics(ours, 0, 0, default, 0, 0, 80, 10, 10, 0, 0), new IPEndPoint(IPAddress.Parse("203.0.113.7"), 5000));
        _bridge.Pass(10 * Second);

        Assert.Equal(0, anna.Session.Stats.PeerScore);
    }

    [Fact]
    public void Who_only_listens_hears_our_clock_when_he_asked_for_it()
    {
        var anna = _bridge.Dial(extra: "a=sendonly\r\na=rtcp-xr:rcvr-rtt=all\r\n").Hums(500);

        _bridge.Pass(20 * Second);

        Assert.Equal(RtcpError.None, RtcpPacket.Parse(anna.HeardRtcp[^1], 0, out var news));
        Assert.True(news.Extended.HasReference);
    }

    [Fact]
    public void Opus_carries_copies_for_those_who_miss_packets_and_for_nobody_else()
    {
        if (new VoiceCodecs().Find("opus", 48000, 2) is null) return; // the library is missing
        using var bad = new CodecPhone(_bridge, VoiceFormats.Opus, 42000, wishes: "useinbandfec=1");
        using var good = new CodecPhone(_bridge, VoiceFormats.Opus, 42100, wishes: "useinbandfec=1");
        bad.IsMute = good.IsMute = true;
        var talker = _bridge.Dial().Hums(500);
        using var room = _bridge.Engine.OpenRoom();
        room.Use(new MixPlan([bad.Seat, good.Seat, talker.Seat]));
        bad.Hum(5); // so that we know where it is
        good.Hum(5);
        _bridge.Pass(4 * Second);
        Assert.Equal(Last(good), Last(bad));

        bad.Report(missed: 0.1);
        _bridge.Pass(4 * Second);
        Assert.NotEqual(Last(good), Last(bad));
        Assert.Equal((15, 0), (LossOf(bad), LossOf(good)));
        var heard = bad.Heard.TakeLast(3 * 48000).ToArray();
        var own = 2 * Math.PI * 500 / 48000 * 8000;
        Assert.InRange(heard.Zip(heard.Skip(1), (a, b) => Math.Abs(b - a)).Max(), 0, 1.5 * own + 0.03 * 32768); // no click where the streams part

        _bridge.Pass(4 * Second);
        bad.Report(missed: 0);
        _bridge.Pass(4 * Second);
        Assert.Equal(0, LossOf(bad));
        Assert.Equal(Last(good), Last(bad));
    }

    private static int LossOf(CodecPhone phone) => ((MediaSession)phone.Session).Leg.ExpectedLoss;

    private static byte[] Last(CodecPhone phone) => phone.Payloads[^1];

    private static byte[]? Lose(Phone phone, Func<byte[]?> voice)
    {
        voice();
        phone.Skip();
        return null;
    }

    private static VoipMetrics Metrics(Phone phone)
    {
        Assert.Equal(RtcpError.None, RtcpPacket.Parse(phone.HeardRtcp[^1], phone.Ssrc, out var news));
        Assert.True(news.Extended.HasMetrics);
        return news.Extended.Metrics;
    }

    private static uint SsrcOf(byte[] rtcp) => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(rtcp.AsSpan(4));

    private static List<byte> Types(byte[] compound)
    {
        var types = new List<byte>();
        for (var at = 0; at < compound.Length; at += 4 * (1 + (compound[at + 2] << 8 | compound[at + 3])))
            types.Add(compound[at + 1]);
        return types;
    }

    private void SendReport(Phone phone, uint about, ulong clock, VoipMetrics metrics, IPEndPoint? from = null)
    {
        var datagram = new byte[256];
        var length = RtcpPacket.WriteReport(datagram, phone.Ssrc, null, new HeardReport(about, 0, 0, 0, 0, 0, 0), "abc"u8);
        length += RtcpExtended.Write(datagram.AsSpan(length), phone.Ssrc, clock, null, metrics);
        _bridge.Wire.Send(from ?? new IPEndPoint(IPAddress.Parse("192.0.2.1"), phone.Port + 1), phone.Session.Port + 1, datagram[..length]);
    }
}
