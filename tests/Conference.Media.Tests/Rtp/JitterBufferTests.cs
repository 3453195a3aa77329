using Conference.Media.Codecs;
using Conference.Media.Rtp;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Rtp;

/// <summary>A sender on its own clock, a network that a test spoils, and a buffer that is asked every 20 ms.</summary>
public sealed class JitterBufferTests
{
    private const long Millisecond = 1_000_000;

    [Fact]
    public void On_a_clean_network_every_sample_comes_out_in_order_and_unchanged()
    {
        var call = new Call();

        call.Run(seconds: 5, (_, _) => 3);

        Assert.Equal(call.Sent[^(call.Played.Count - 400)..][..20000].ToArray(), call.Played.ToArray()[^(call.Played.Count - 400)..][..20000].ToArray());
        Assert.Equal(0, call.Buffer.Late);
        Assert.Equal(0, call.Buffer.Sequence.Lost);
        Assert.Equal(0, call.Buffer.Invented);
    }

    [Fact]
    public void One_lost_packet_is_covered_by_what_came_before()
    {
        var call = new Call();

        call.Run(seconds: 4, (i, _) => i == 100 ? null : 3);

        Assert.Equal(1, call.Buffer.Sequence.Lost);
        Assert.InRange(call.Buffer.Invented, 160, 160);
        Assert.InRange(call.QuietestWindow(from: 8000), 0.9, 1.1);
    }

    [Fact]
    public void A_long_loss_fades_to_silence_within_60_ms_and_comes_back()
    {
        var call = new Call();

        call.Run(seconds: 6, (i, _) => i is >= 100 and < 150 ? null : 3);

        Assert.Equal(50, call.Buffer.Sequence.Lost);
        Assert.InRange(call.Buffer.Invented, 480, 640);
        Assert.Equal(0, call.QuietestWindow(from: 0, skipSilentStart: true));
        Assert.InRange(Tone.Amplitude(call.Played.ToArray()[^8000..], Call.Hertz), 9500, 10500);
    }

    [Fact]
    public void Reversed_pairs_are_put_in_order()
    {
        var call = new Call();

        call.Run(seconds: 10, (i, _) => i % 2 == 0 ? 25 : 3); // every even packet comes after the odd one behind it

        Assert.Equal(0, call.Buffer.Sequence.Lost);
        Assert.InRange(call.Buffer.Late, 0, 3);
        Assert.InRange(call.QuietestWindow(from: 16000), 0.9, 1.1);
    }

    [Fact]
    public void Copies_change_nothing()
    {
        var call = new Call { Copies = 2 };

        call.Run(seconds: 4, (_, _) => 3);

        Assert.Equal(199, call.Buffer.Duplicates, 1.0);
        Assert.Equal(0, call.Buffer.Sequence.Lost);
        Assert.InRange(call.QuietestWindow(from: 4000), 0.99, 1.01);
    }

    [Fact]
    public void A_bad_network_costs_delay_and_then_little_else()
    {
        var call = new Call();
        var random = new Random(3);

        call.Run(seconds: 60, (_, _) => 3 + random.Next(30));

        Assert.InRange(call.Buffer.Held.TotalMilliseconds, 25, 40);
        Assert.InRange(call.Buffer.Late, 0, 60); // 2 of 100
    }

    [Fact]
    public void Delay_goes_down_again_when_the_network_recovers()
    {
        var call = new Call();
        var random = new Random(4);

        call.Run(seconds: 60, (i, _) => i < 1000 ? 3 + random.Next(80) : 3);

        Assert.InRange(call.DelayMs, 0, 35);
        Assert.InRange(call.Buffer.Held.TotalMilliseconds, 0, 4);
    }

    [Fact]
    public void A_gap_of_300_ms_followed_by_all_at_once_is_survived()
    {
        var call = new Call();

        call.Run(seconds: 20, (i, ms) => ms is >= 5000 and < 5300 ? 5303 - ms : 3);

        Assert.InRange(call.DelayMs, 0, 60);
        Assert.InRange(Tone.Amplitude(call.Played.ToArray()[^8000..], Call.Hertz), 9500, 10500);
    }

    [Fact]
    public void A_path_that_grows_longer_for_good_is_followed()
    {
        var call = new Call();

        call.Run(seconds: 30, (i, _) => i < 500 ? 3 : 150);

        Assert.InRange(call.Buffer.Late, 0, 20);
        Assert.InRange(Tone.Amplitude(call.Played.ToArray()[^8000..], Call.Hertz), 9500, 10500);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(-100)]
    public void Clock_drift_never_piles_up(int ppm)
    {
        var call = new Call { Ppm = ppm };
        var worst = 0.0;

        for (var minute = 0; minute < 20; minute++)
        {
            call.Run(seconds: 60, (_, _) => 3);
            worst = Math.Max(worst, call.DelayMs);
        }

        Assert.InRange(worst, 0, 55);
        Assert.Equal(0, call.Buffer.Sequence.Lost);
        Assert.InRange(call.Buffer.Late, 0, 10);
        Assert.InRange(call.QuietestWindow(from: 8000), 0.6, 1.2);
    }

    [Fact]
    public void Another_SSRC_takes_over_after_two_packets()
    {
        var call = new Call();
        call.Run(seconds: 2, (_, _) => 3);

        (call.Ssrc, call.Timestamp, call.Sequence) = (99, 77, 40000);
        call.Run(seconds: 2, (_, _) => 3);

        Assert.Equal(99u, call.Buffer.Sequence.Ssrc);
        Assert.InRange(Tone.Amplitude(call.Played.ToArray()[^8000..], Call.Hertz), 9500, 10500);
    }

    [Fact]
    public void Of_two_senders_on_one_leg_the_first_stays()
    {
        var call = new Call();
        call.Run(seconds: 1, (_, _) => 3);
        for (ushort i = 0; i < 50; i++)
        {
            call.Insert(ssrc: 99, sequence: i, timestamp: i * 160u);
            call.Run(seconds: 0.02, (_, _) => 3);
        }

        Assert.Equal(1u, call.Buffer.Sequence.Ssrc);
    }

    [Fact]
    public void A_timestamp_that_jumps_without_reason_is_followed_at_once()
    {
        var call = new Call();
        call.Run(seconds: 2, (_, _) => 3);

        call.Timestamp += 1_000_000;
        call.Run(seconds: 2, (_, _) => 3);

        Assert.InRange(Tone.Amplitude(call.Played.ToArray()[^12000..], Call.Hertz), 9000, 10500);
        Assert.InRange(call.DelayMs, 0, 30);
    }

    [Fact]
    public void Silence_suppression_is_no_loss()
    {
        var call = new Call();

        call.Run(seconds: 10, (_, ms) => ms is >= 3000 and < 5000 ? Call.Unsent : 3);

        Assert.Equal(0, call.Buffer.Sequence.Lost);
        Assert.InRange(call.DelayMs, 0, 30);
        Assert.InRange(Tone.Amplitude(call.Played.ToArray()[^8000..], Call.Hertz), 9500, 10500);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(30)]
    [InlineData(60)]
    public void Packets_of_any_length_play_without_holes(int ms)
    {
        var call = new Call { PacketMs = ms };

        call.Run(seconds: 6, (_, _) => 3);

        Assert.InRange(call.QuietestWindow(from: 16000), 0.95, 1.05);
        Assert.Equal(0, call.Buffer.Late);
    }

    [Fact]
    public void Wrapping_numbers_go_unnoticed()
    {
        var call = new Call { Sequence = 65500, Timestamp = uint.MaxValue - 8000 };

        call.Run(seconds: 4, (_, _) => 3);

        Assert.Equal(0, call.Buffer.Sequence.Lost);
        Assert.InRange(call.QuietestWindow(from: 4000), 0.99, 1.01);
    }

    [Fact]
    public void Random_packets_throw_nothing_and_allocate_nothing()
    {
        var buffer = new JitterBuffer();
        var random = new Random(20);
        var decoder = new VoiceCodecs().OpenDecoder(VoiceFormats.Pcma, "");
        var frame = new short[160];
        var datagram = new byte[1200];
        Feed(1000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Feed(100_000);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Garbage.None);

        void Feed(int packets)
        {
            for (var i = 0; i < packets; i++)
            {
                random.NextBytes(datagram);
                datagram[0] = 0x80;
                datagram[1] = 8;
                if (random.Next(3) > 0) (datagram[8], datagram[9], datagram[10], datagram[11]) = (0, 0, 0, 1);
                if (random.Next(3) > 0) (datagram[2], datagram[3], datagram[4], datagram[5]) = (0, (byte)i, 0, (byte)(i >> 4));
                if (RtpPacket.Parse(datagram.AsSpan(0, 12 + random.Next(1100)), out var packet) == RtpError.None)
                    buffer.Insert(packet, decoder, float.NaN, i * 5 * Millisecond);
                if (i % 4 == 0) buffer.Pull(i * 5 * Millisecond, frame);
            }
        }
    }

    private sealed class Call
    {
        public const double Hertz = 400; // 20 samples a period: any stretch by whole periods keeps its phase
        public const int Unsent = int.MinValue;
        private const double Amplitude = 10000;

        private readonly PriorityQueue<byte[], long> _network = new();
        private long _now = 5_000 * Millisecond;
        private double _sendAt = 5_000;
        private int _sample;
        private int _packets;
        private int _started;

        public JitterBuffer Buffer { get; } = new();

        public IVoiceDecoder Decoder { get; } = new VoiceCodecs().OpenDecoder(VoiceFormats.Pcma, "");

        public List<short> Played { get; } = [];

        public short[] Sent => Tone.Sine(Hertz, Amplitude, _sample).Select(s => G711.Decode(Law.A, G711.Encode(Law.A, s))).ToArray();

        public int PacketMs { get; init; } = 20;

        public int Copies { get; init; } = 1;

        public double Ppm { get; init; }

        public uint Ssrc { get; set; } = 1;

        public ushort Sequence { get; set; } = 1;

        public uint Timestamp { get; set; }

        /// <summary>Age of what is played: how far playing lies behind sending.</summary>
        public double DelayMs => (int)(Timestamp - Buffer.Playing) / 8.0;

        /// <param name="seconds">How long.</param>
        /// <param name="delay">Of packet number and sending time in ms: its way through the network in ms, null for lost, or <see cref="Unsent"/>.</param>
        public void Run(double seconds, Func<int, int, int?> delay)
        {
            var end = _now + (long)(seconds * 1000) * Millisecond;
            while (_now < end)
            {
                _now += 20 * Millisecond;
                SendUntil(_now, delay);
                while (_network.TryPeek(out var datagram, out var at) && at <= _now)
                {
                    _network.Dequeue();
                    RtpPacket.Parse(datagram, out var packet);
                    Buffer.Insert(packet, Decoder, float.NaN, at);
                }

                var frame = new short[160];
                Buffer.Pull(_now, frame);
                Played.AddRange(frame);
            }
        }

        public void Insert(uint ssrc, ushort sequence, uint timestamp)
        {
            var datagram = new byte[172];
            RtpPacket.WriteHeader(datagram, 8, false, sequence, timestamp, ssrc);
            RtpPacket.Parse(datagram, out var packet);
            Buffer.Insert(packet, Decoder, float.NaN, _now);
        }

        /// <summary>The least amplitude of any 20 ms, of the full one.</summary>
        public double QuietestWindow(int from, bool skipSilentStart = false)
        {
            var pcm = Played.ToArray();
            if (skipSilentStart) from = Array.FindIndex(pcm, s => Math.Abs((int)s) > 5000);
            var least = double.MaxValue;
            for (var at = from; at + 160 <= pcm.Length; at += 160)
                least = Math.Min(least, pcm.AsSpan(at, 160).ToArray().Max(s => Math.Abs((int)s)) / Amplitude);
            return least;
        }

        private void SendUntil(long now, Func<int, int, int?> delay)
        {
            while (_sendAt * Millisecond <= now)
            {
                if (_started++ == 0) _sendAt += 7; // the sender's phase against our ticks
                var samples = PacketMs * 8;
                var way = delay(_packets, (int)_sendAt - 5000);
                if (way != Unsent)
                {
                    for (var i = 0; way is not null && i < Copies; i++)
                        _network.Enqueue(Packet(samples), (long)((_sendAt + way.Value) * Millisecond));
                    Sequence++;
                }

                _packets++;
                Timestamp += (uint)samples;
                _sample += samples;
                _sendAt += PacketMs * (1 - Ppm / 1e6);
            }
        }

        private byte[] Packet(int samples)
        {
            var datagram = new byte[12 + samples];
            RtpPacket.WriteHeader(datagram, 8, false, Sequence, Timestamp, Ssrc);
            G711.Encode(Law.A, Tone.Sine(Hertz, Amplitude, samples, _sample), datagram.AsSpan(12));
            return datagram;
        }
    }
}
