using System.Net;
using System.Text;
using BenchmarkDotNet.Attributes;
using Conference.Media.Codecs;
using Conference.Media.Mixing;
using Conference.Media.Rtp;
using Conference.Media.Sessions;

namespace Conference.Benchmarks.Media;

/// <summary>One 20 ms tick of one room without the kernel's share: read, jitter buffer, decode, mix, encode, write. Allocates nothing.</summary>
[MemoryDiagnoser]
public class MixerTick
{
    private const long TickNanoseconds = 20_000_000;

    private readonly List<LoopPort> _rtp = [];
    private MediaEngine? _engine;
    private long _now = 1_000_000_000_000;

    [Params(1, 100, 1000)]
    public int Legs { get; set; }

    /// <summary>How many of them talk; all send packets.</summary>
    [Params(3)]
    public int Talkers { get; set; }

    [GlobalSetup]
    public void Dial()
    {
        var options = new MediaOptions { FirstPort = 10000, LastPort = 60000, Workers = 1 };
        _engine = new MediaEngine(options, TimeProvider.System, Open, start: false);
        var seats = Enumerable.Range(0, Legs).Select(Seat).ToArray();
        _engine.OpenRoom().Use(new MixPlan([.. seats]));
        for (var i = 0; i < 500; i++)
            Tick();
        if (_engine.Health.Faults > 0 || seats.Any(s => s.Session.Stats.Received < 400)) throw new InvalidOperationException("The calls do not stand.");
    }

    [GlobalCleanup]
    public void HangUp() => _engine?.Dispose();

    [Benchmark]
    public void Tick()
    {
        _now += TickNanoseconds;
        foreach (var port in _rtp)
            port.Say();
        _engine!.Tick(_now, 0);
        _engine.Dispatcher.Round();
    }

    private Seat Seat(int number)
    {
        var session = _engine!.OpenSession(IPAddress.Loopback)!;
        var port = _rtp.Single(p => p.Port == session.Port);
        port.Voice(number < Talkers ? 300 + 50 * number : 0);
        var law = number % 2 == 0 ? "8" : "0";
        session.Answer(Encoding.UTF8.GetBytes($"v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio {LoopPort.PhonePort} RTP/AVP {law}\r\n"), out _);
        return new Seat(Guid.NewGuid(), session, Speaks: true, Hears: true);
    }

    private LoopPort Open(int port)
    {
        var opened = new LoopPort { Port = port };
        if (port % 2 == 0) _rtp.Add(opened);
        return opened;
    }

    /// <summary>A port whose phone says the next packet whenever asked.</summary>
    private sealed class LoopPort : PacketPort
    {
        public const int PhonePort = 4000;

        private readonly byte[] _datagram = new byte[172];
        private readonly Peer _phone = Peer.From(IPAddress.Loopback, PhonePort);
        private ushort _sequence;
        private bool _hasSpoken;

        public void Voice(double hertz)
        {
            var pcm = new short[160];
            for (var i = 0; i < pcm.Length; i++)
                pcm[i] = (short)(8000 * Math.Sin(2 * Math.PI * hertz * i / 8000));
            G711.Encode(Law.A, pcm, _datagram.AsSpan(12));
        }

        public void Say()
        {
            _sequence++;
            RtpPacket.WriteHeader(_datagram, 8, false, _sequence, 160u * _sequence, 1);
            _hasSpoken = true;
        }

        public override int Receive(Span<byte> buffer, out Peer from, out long stamp)
        {
            (from, stamp) = (_phone, 0);
            if (!_hasSpoken) return -1;
            _hasSpoken = false;
            _datagram.CopyTo(buffer);
            return _datagram.Length;
        }

        public override void Send(ReadOnlySpan<byte> datagram, Peer to)
        {
        }

        public override void Dispose()
        {
        }
    }
}
