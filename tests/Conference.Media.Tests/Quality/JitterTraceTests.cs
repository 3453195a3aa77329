using Conference.Media.Codecs;
using Conference.Media.Rtp;
using Conference.Media.Tests.Testing;
using Xunit.Abstractions;

namespace Conference.Media.Tests.Quality;

/// <summary>Ten minutes of four networks, and an hour of clocks that disagree: how much is covered up, and how long packets wait for it.</summary>
public sealed class JitterTraceTests(ITestOutputHelper output)
{
    private const double TenMinutes = 600;

    /// <summary>Networks by how late 95, 99 and 99.9 of 100 packets come at most, and what an adaptive buffer made of them when it was designed.</summary>
    [Theory]
    [InlineData("LAN", 1, 1, 1, 0, 10)]
    [InlineData("WAN", 12, 17, 23, 0.03, 22)]
    [InlineData("Wi-Fi", 9, 51, 119, 1.2, 33)]
    [InlineData("LTE", 30, 50, 191, 0.96, 44)]
    public void A_network_costs_no_more_than_the_table_says_and_a_tenth(string network, double p95, double p99, double p999, double late, double wait)
    {
        var trace = Trace(network, (int)(TenMinutes * 50));
        AssertPercentiles(trace, p95, p99, p999);

        var call = new Simulation();
        call.Run(trace);

        output.WriteLine($"{network}: late {call.LatePercent:F3} %, made up {call.InventedPercent:F3} %, wait {call.MeanWait:F1} ms");
        Assert.InRange(call.LatePercent, 0, 1.1 * late + 0.005);
        Assert.InRange(call.MeanWait, 0, 1.1 * wait);
        Assert.Equal(0, call.Buffer.Sequence.Lost);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(-100)]
    public void An_hour_of_drift_of_100_ppm_flushes_nothing_and_adds_no_delay(int ppm)
    {
        var random = new Random(9);
        var call = new Simulation { Ppm = ppm };

        call.Run(Enumerable.Range(0, 3600 * 50).Select(_ => random.NextDouble() * 2));

        output.WriteLine($"{ppm} ppm: most wait {call.MostWait:F1} ms, late {call.Buffer.Late}, made up {call.InventedPercent:F3} %");
        Assert.Equal(0, call.Buffer.Sequence.Lost);
        Assert.InRange(call.Buffer.Late, 0, 10);
        Assert.InRange(call.MostWait, 0, call.Buffer.Held.TotalMilliseconds + 20 + 25); // D and a tick, and the hysteresis before anything is squeezed
        Assert.InRange(call.InventedPercent, 0, 0.03);
    }

    [Fact]
    public void Forty_percent_of_copies_and_reversed_pairs_cost_nothing_but_order()
    {
        var random = new Random(10);
        var call = new Simulation { Copies = () => random.NextDouble() < 0.4 };

        call.Run(Enumerable.Range(0, 60 * 50).Select(i => i % 10 == 4 ? 22.0 : 1));

        Assert.InRange(call.Buffer.Duplicates, 1000, 1400);
        Assert.Equal(0, call.Buffer.Sequence.Lost);
        Assert.InRange(call.LatePercent, 0, 0.2);
    }

    private void AssertPercentiles(double[] trace, double p95, double p99, double p999)
    {
        var sorted = trace.Order().ToArray();
        double At(double share) => sorted[(int)(share * (sorted.Length - 1))] - sorted[0];
        output.WriteLine($"p95 {At(0.95):F1}, p99 {At(0.99):F1}, p99.9 {At(0.999):F1} ms");
        Assert.InRange(At(0.95), 0.75 * p95, 1.25 * p95);
        Assert.InRange(At(0.99), 0.75 * p99, 1.25 * p99);
        Assert.InRange(At(0.999), 0.75 * p999, 1.25 * p999);
    }

    /// <summary>Milliseconds on the way, packet by packet; a packet never overtakes another.</summary>
    private static double[] Trace(string network, int packets)
    {
        var random = new Random(31);
        double Gamma(double scale) => -scale * (Math.Log(1 - random.NextDouble()) + Math.Log(1 - random.NextDouble()));
        double Exponential(double mean) => -mean * Math.Log(1 - random.NextDouble());
        double Spike(double share, double least, double most) => random.NextDouble() < share ? least + random.NextDouble() * (most - least) : 0;
        Func<double> way = network switch
        {
            "LAN" => () => random.NextDouble(),
            "WAN" => () => Gamma(2.5),
            "Wi-Fi" => () => Math.Max(Exponential(2.65), Spike(0.0041, 30, 140)),
            _ => () => Math.Max(Exponential(9.4), Spike(0.0013, 60, 250)),
        };
        var trace = new double[packets];
        for (var i = 0; i < packets; i++)
            trace[i] = Math.Max(way(), i == 0 ? 0 : trace[i - 1] - 20); // what waits behind a spike comes with it
        return trace;
    }

    /// <summary>A sender, a network, and a buffer that is asked every 20 ms, 7 ms after a packet that takes no time.</summary>
    private sealed class Simulation
    {
        private const long Millisecond = 1_000_000;
        private const int Samples = 160;

        private readonly PriorityQueue<(int Number, bool IsCopy), double> _network = new();
        private readonly IVoiceDecoder _decoder = new VoiceCodecs().OpenDecoder(VoiceFormats.Pcma, "");
        private readonly List<double> _arrivals = [];
        private readonly byte[] _datagram = new byte[12 + Samples];
        private readonly short[] _speech = Speech.Of("en", 8000); // with its pauses, in which a buffer may take its time back
        private double _sumOfWaits;
        private int _waits;
        private int _ticks;
        private int _heard;

        public JitterBuffer Buffer { get; } = new();

        public double Ppm { get; init; }

        public Func<bool> Copies { get; init; } = () => false;

        /// <summary>Milliseconds from the arrival of a packet to the tick that plays its beginning.</summary>
        public double MeanWait => _sumOfWaits / _waits;

        public double MostWait { get; private set; }

        public double LatePercent => 100.0 * Buffer.Late / _arrivals.Count;

        public double InventedPercent => 100.0 * Buffer.Invented / (_ticks * (double)Samples);

        public void Run(IEnumerable<double> trace)
        {
            var (number, sent) = (0, 1000.0);
            var now = 1007.0;
            var frame = new short[Samples];
            foreach (var way in trace)
            {
                _network.Enqueue((number, false), sent + way);
                if (Copies()) _network.Enqueue((number, true), sent + way + 1);
                _arrivals.Add(sent + way);
                number++;
                sent += 20 * (1 - Ppm / 1e6);
                for (; now <= sent; now += 20)
                    Tick(now, frame);
            }
        }

        private void Tick(double now, short[] frame)
        {
            while (_network.TryPeek(out _, out var at) && at <= now)
                Arrive(_network.Dequeue().Number, at);
            Buffer.Pull((long)(now * Millisecond), frame);
            _ticks++;
            if (Buffer.Format is null) return;
            for (var playing = (int)(Buffer.Playing / Samples); _heard < playing && _heard < _arrivals.Count; _heard++)
                Note(now - _arrivals[_heard]);
        }

        private void Note(double wait)
        {
            if (wait < 0) return; // it came too late
            _sumOfWaits += wait;
            _waits++;
            if (_ticks > 500) MostWait = Math.Max(MostWait, wait);
        }

        private void Arrive(int number, double at)
        {
            RtpPacket.WriteHeader(_datagram, 8, false, (ushort)(1 + number), (uint)(number * Samples), 1);
            G711.Encode(Law.A, _speech.AsSpan(number * Samples % (_speech.Length - Samples), Samples), _datagram.AsSpan(12));
            Assert.Equal(RtpError.None, RtpPacket.Parse(_datagram, out var packet));
            Buffer.Insert(packet, _decoder, float.NaN, (long)(at * Millisecond));
        }
    }
}
