using System.Net;
using System.Text;
using Conference.Media.Codecs;
using Conference.Media.Mixing;
using Conference.Media.Rtp;
using Conference.Media.Sessions;
using Conference.Media.Tests.Testing;
using Xunit.Abstractions;

namespace Conference.Media.Tests.Quality;

/// <summary>How long a voice takes through the room on a clean network: from the arrival of the packet that holds a sample to the departure of the one that holds it in the mix.</summary>
public sealed class LatencyTests(ITestOutputHelper output) : IDisposable
{
    private const double MostMean = 15;
    private const double MostP99 = 30;
    private const int Bursts = 30; // in each of 20 phases between sender and mixer: 600 samples
    private const int BurstEvery = 25; // packets: 500 ms
    private const double Hertz = 2000;

    private readonly Bridge _bridge = new(new MediaOptions { FirstPort = 30000, LastPort = 39999, Workers = 1, Codecs = ["opus", "G722", "PCMA", "PCMU"] });
    private int _port = 42000;

    public static TheoryData<string, string> Pairs
    {
        get
        {
            var pairs = new TheoryData<string, string>();
            foreach (var talks in new[] { "PCMA", "PCMU", "G722", "opus" })
            {
                foreach (var hears in new[] { "PCMA", "PCMU", "G722", "opus" })
                    pairs.Add(talks, hears);
            }

            return pairs;
        }
    }

    public void Dispose() => _bridge.Dispose();

    [Theory]
    [MemberData(nameof(Pairs))]
    public void A_voice_is_through_the_room_in_15_ms_and_99_of_100_in_30(string talks, string hears)
    {
        if (Find(talks) is not { } from || Find(hears) is not { } to) return; // a library is missing
        var all = new List<double>();
        for (var phase = 0; phase < 20; phase++)
            all.AddRange(Measure(from, to, phase));

        all.Sort();
        var (mean, p99) = (all.Average(), all[all.Count * 99 / 100]);
        output.WriteLine($"{talks} to {hears}: mean {mean:F1} ms, p99 {p99:F1} ms, of {all.Count}");
        Assert.Equal(20 * Bursts, all.Count);
        Assert.InRange(mean, 0, MostMean);
        Assert.InRange(p99, 0, MostP99);
    }

    /// <summary>Bursts of 1 ms, sent so many milliseconds before a tick.</summary>
    private List<double> Measure(VoiceFormat from, VoiceFormat to, int phase)
    {
        var codecs = new VoiceCodecs();
        using var encoder = codecs.OpenEncoder(from, "");
        using var decoder = codecs.OpenDecoder(to, "");
        var (talker, listener) = (Open(from), Open(to));
        using var room = _bridge.Engine.OpenRoom();
        room.Use(new MixPlan([new Seat(Guid.NewGuid(), talker.Session, true, true), new Seat(Guid.NewGuid(), listener.Session, false, true)]));
        var (heard, tick) = (new List<(int Tick, short[] Pcm)>(), 0);
        _bridge.Wire.Phones[listener.Port] = datagram =>
        {
            var pcm = new short[5760];
            Assert.Equal(RtpError.None, RtpPacket.Parse(datagram, out var packet));
            heard.Add((tick, pcm[..decoder.Decode(packet.Payload, pcm)]));
        };

        var (arrivals, random) = (new Dictionary<int, double>(), new Random(phase));
        var datagram = new byte[1500];
        for (; tick < (Bursts + 2) * BurstEvery; tick++)
        {
            var early = phase + random.NextDouble(); // a clean network is 1 ms uneven
            var burst = tick % BurstEvery == 0 && tick > 0;
            if (burst) arrivals[tick] = tick * 20 - early;
            var length = 12 + encoder.Encode(Voice(from, burst), datagram.AsSpan(12));
            RtpPacket.WriteHeader(datagram, talker.PayloadType, false, (ushort)tick, (uint)(tick * from.ClockFrame), 7);
            _bridge.Wire.Send(new IPEndPoint(IPAddress.Parse("192.0.2.9"), talker.Port), talker.Session.Port, datagram[..length], Stamp(20 - early));
            _bridge.Tick();
        }

        talker.Session.Dispose();
        listener.Session.Dispose();
        _bridge.Tick();
        return [.. arrivals.OrderBy(a => a.Key).Take(Bursts).Select(a => DepartureOf(heard, a.Key) * 20 - a.Value)];
    }

    /// <summary>When the loudest of what is heard within the next 400 ms left: the burst.</summary>
    private static int DepartureOf(List<(int Tick, short[] Pcm)> heard, int sent)
    {
        var near = heard.Where(h => h.Tick >= sent && h.Tick < sent + 20).ToArray();
        var loudest = near.Max(h => h.Pcm.Max(s => Math.Abs((int)s)));
        Assert.InRange(loudest, 1500, 32767);
        return near.First(h => h.Pcm.Any(s => Math.Abs((int)s) > loudest / 2)).Tick; // its onset
    }

    /// <summary>Silence, or in it a millisecond of tone, early enough that no codec's own look-ahead carries it into the next packet.</summary>
    private static short[] Voice(VoiceFormat format, bool burst)
    {
        var pcm = new short[format.Frame];
        if (burst) Tone.Sine(Hertz, 16000, format.Rate / 1000, rate: format.Rate).CopyTo(pcm, format.Rate / 1000);
        return pcm;
    }

    /// <summary>The wall clock so many milliseconds after the tick before the next.</summary>
    private long Stamp(double milliseconds) => (_bridge.Time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100 + (long)(milliseconds * 1_000_000);

    private (IMediaSession Session, int Port, byte PayloadType) Open(VoiceFormat format)
    {
        var session = _bridge.Engine.OpenSession(IPAddress.Parse("192.0.2.9"))!;
        var payload = format.Payload < 96 ? format.Payload : (byte)100;
        var offer = $"v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\nm=audio {_port} RTP/AVP {payload} 101\r\n"
            + $"a=rtpmap:{payload} {format.Name}/{format.Clock}{(format.Channels > 1 ? "/2" : "")}\r\na=rtpmap:101 telephone-event/8000\r\n";
        Assert.Equal(MediaProblem.None, session.Answer(Encoding.UTF8.GetBytes(offer), out _));
        _port += 2;
        return (session, _port - 2, payload);
    }

    private static VoiceFormat? Find(string name) => new VoiceCodecs().Formats.FirstOrDefault(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
