using System.Globalization;
using System.Net;
using System.Text;
using Conference.Media.Sessions;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Sessions;

public sealed class FaxTests : IDisposable
{
    private readonly Bridge _bridge = new();
    private readonly Phone _anna;
    private readonly Phone _bruno;
    private readonly Machine _annas;
    private readonly Machine _brunos;

    public FaxTests()
    {
        (_anna, _bruno) = (_bridge.Dial().Hums(500), _bridge.Dial(address: "198.51.100.2").Hums(900));
        (_annas, _brunos) = (new Machine(_bridge, "192.0.2.1", 43000), new Machine(_bridge, "198.51.100.2", 43002));
        _bridge.Seat(_anna, _bruno);
        _bridge.Pass(50);
    }

    public void Dispose() => _bridge.Dispose();

    [Fact]
    public void Every_datagram_of_a_fax_arrives_as_it_was_sent_both_ways()
    {
        Begin();
        var random = new Random(38);

        for (var i = 0; i < 100; i++)
        {
            _annas.Send(Datagram(random, 1 + random.Next(600)));
            if (i % 3 == 0) _brunos.Send(Datagram(random, 1 + random.Next(40)));
            _bridge.Pass(1);
        }

        Assert.Equal(_annas.Sent, _brunos.Got);
        Assert.Equal(_brunos.Sent, _annas.Got);
        Assert.Equal(0, _bridge.Engine.Health.Faults);
    }

    [Fact]
    public void Voices_are_silent_while_a_fax_passes_and_come_back_after_it()
    {
        using (Begin())
        {
            _bridge.Pass(5);
            var (anna, bruno) = (_anna.Heard.Count, _bruno.Heard.Count);
            _bridge.Pass(100);
            Assert.Equal((anna, bruno), (_anna.Heard.Count, _bruno.Heard.Count)); // the far machine may use the very port for its fax
            Assert.Equal("T.38", _anna.Session.Codec);
        }

        Assert.Equal(MediaProblem.None, _bruno.Session.Accept(Offer(_bruno, _bruno.Session.OfferVoice())));
        Assert.Equal(MediaProblem.None, _anna.Session.Answer(_anna.OfferSdp("a=back\r\n"), out var answer));
        _bridge.Pass(100);

        Assert.Contains("m=audio", Encoding.UTF8.GetString(answer), StringComparison.Ordinal);
        Assert.InRange(Tone.Amplitude(_bruno.HeardPcm[^8000..], 500), 7500, 8500);
        Assert.InRange(Tone.Amplitude(_anna.HeardPcm[^8000..], 900), 7500, 8500);
        Assert.Equal("PCMA", _anna.Session.Codec);
    }

    [Fact]
    public void A_fax_that_the_other_does_not_want_changes_nothing()
    {
        using var relay = _bridge.Engine.OpenFax(_anna.Session, _bruno.Session)!;
        Assert.Equal(MediaProblem.None, relay.Offer(Encoding.UTF8.GetBytes(_annas.Offer), out _));

        _bruno.Session.Withdraw(); // 488
        _bridge.Pass(50);

        Assert.InRange(Tone.Amplitude(_bruno.HeardPcm[^8000..], 500), 7500, 8500);
        Assert.Equal("PCMA", _bruno.Session.Codec);
    }

    [Fact]
    public void The_same_fax_said_again_is_answered_without_the_other_and_passes_on()
    {
        Begin();
        Assert.Equal(MediaProblem.None, _anna.Session.Answer(Encoding.UTF8.GetBytes(_annas.Offer), out var again));
        Assert.Contains("m=image 3", Encoding.UTF8.GetString(again), StringComparison.Ordinal);
        Assert.Contains("m=image 3", Encoding.UTF8.GetString(_anna.Session.Offer()), StringComparison.Ordinal); // a refresh that asks for ours

        _annas.Send([1, 2, 3]);
        _bridge.Pass(2);

        Assert.Equal(_annas.Sent, _brunos.Got);
    }

    [Fact]
    public void Strangers_and_floods_do_not_get_into_a_fax()
    {
        Begin();
        var stranger = new Machine(_bridge, "203.0.113.9", 43000) { To = _annas.To };
        stranger.Send([6, 6, 6]);
        _annas.Send(new byte[3000]); // cut by the kernel: no longer the same
        _annas.Send([]);
        for (var i = 0; i < 1000; i++) _annas.Send([9]);
        _bridge.Pass(1);

        Assert.InRange(_brunos.Got.Count, 1, 16);
        Assert.DoesNotContain(_brunos.Got, d => d[0] == 6 || d.Length > 1);
        Assert.Equal(0, _bridge.Engine.Health.Faults);
    }

    [Fact]
    public async Task A_fax_without_any_datagram_ends_after_five_minutes_and_one_with_some_does_not()
    {
        var relay = Begin();
        for (var minute = 0; minute < 6; minute++)
        {
            _bridge.Pass(TimeSpan.FromMinutes(1));
            _annas.Send([1]);
        }

        Assert.False(relay.Silent.IsCompleted);
        Assert.False(_anna.Session.Silent.IsCompleted);
        _bridge.Pass(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(1));
        await relay.Silent;
    }

    [Fact]
    public void Its_ports_are_given_back_and_nobody_may_aim_at_them()
    {
        var taken = _bridge.Wire.Taken.Count;
        var relay = Begin();
        Assert.Equal(taken + 2, _bridge.Wire.Taken.Count);
        Assert.Equal(MediaProblem.UnusableAddress, _bridge.Engine.OpenSession(IPAddress.Loopback)!.Answer(
            Encoding.UTF8.GetBytes($"v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio {_annas.To} RTP/AVP 8\r\n"), out _));
        taken = _bridge.Wire.Taken.Count - 2;

        relay.Dispose();
        _bridge.Pass(2);

        Assert.Equal(taken, _bridge.Wire.Taken.Count);
    }

    [Fact]
    public void A_fax_allocates_nothing_for_its_datagrams()
    {
        var slot = new MixSlot(new MixWorker(TimeProvider.System, new Patience(1500, 15000), _bridge.Engine, start: false));
        var (one, other) = (new QuietPort { Port = 1, From = Media.Rtp.Peer.From(IPAddress.Loopback, 4100) }, new QuietPort { Port = 2 });
        var (annas, brunos) = (new FaxSide(one, slot, (MediaSession)_anna.Session), new FaxSide(other, slot, (MediaSession)_bruno.Session));
        annas.Expect(new IPEndPoint(IPAddress.Loopback, 4100));
        brunos.Expect(new IPEndPoint(IPAddress.Parse("198.51.100.2"), 4102)); // where his signalling comes from: nothing is held back
        slot.Worker.Tick(1, 0);
        var relay = new FaxRelay(slot, annas, brunos, () => { });
        slot.Add(relay);
        Run(slot, one, 1000);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(slot, one, 1000);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(2000, other.Sent);
    }

    private static void Run(MixSlot slot, QuietPort port, int ticks)
    {
        for (var i = 0; i < ticks; i++)
        {
            port.Waiting = 1;
            slot.Tick(new TickTime(i, i * 20_000_000L, 0, 0), new Patience(1500, 15000));
        }
    }

    private IFaxRelay Begin()
    {
        var relay = _bridge.Engine.OpenFax(_anna.Session, _bruno.Session)!;
        Assert.Equal(MediaProblem.None, relay.Offer(Encoding.UTF8.GetBytes(_annas.Offer), out var mirrored));
        _brunos.To = PortOf(mirrored);
        Assert.Equal(MediaProblem.None, relay.Accept(Encoding.UTF8.GetBytes(_brunos.Offer), out var answer));
        _annas.To = PortOf(answer);
        Assert.NotEqual(_annas.To, _brunos.To);
        _bridge.Pass(1);
        return relay;
    }

    private static byte[] Offer(Phone phone, byte[] offered)
    {
        Assert.Contains("m=audio", Encoding.UTF8.GetString(offered), StringComparison.Ordinal);
        return phone.OfferSdp();
    }

    private static byte[] Datagram(Random random, int length)
    {
        var datagram = new byte[length];
        random.NextBytes(datagram);
        return datagram;
    }

    private static int PortOf(byte[] body)
    {
        var text = Encoding.UTF8.GetString(body);
        Assert.Contains("a=T38FaxVersion:0\r\n", text, StringComparison.Ordinal);
        return int.Parse(text.Split("m=image ")[1].Split(' ')[0], CultureInfo.InvariantCulture);
    }

    /// <summary>A fax machine on the wire.</summary>
    private sealed class Machine
    {
        private readonly Bridge _bridge;
        private readonly IPEndPoint _here;

        public Machine(Bridge bridge, string address, int port)
        {
            (_bridge, _here) = (bridge, new IPEndPoint(IPAddress.Parse(address), port));
            bridge.Wire.Phones[port] = Got.Add;
        }

        public string Offer => $"v=0\r\no=- 1 9 IN IP4 {_here.Address}\r\ns=-\r\nc=IN IP4 {_here.Address}\r\nt=0 0\r\nm=image {_here.Port} udptl t38\r\na=T38FaxVersion:0\r\n";

        public int To { get; set; }

        public List<byte[]> Sent { get; } = [];

        public List<byte[]> Got { get; } = [];

        public void Send(byte[] datagram)
        {
            Sent.Add(datagram);
            _bridge.Wire.Send(_here, To, datagram);
        }
    }

    /// <summary>A port that makes no garbage itself.</summary>
    private sealed class QuietPort : PacketPort
    {
        public Media.Rtp.Peer From { get; init; }

        public int Waiting { get; set; }

        public int Sent { get; private set; }

        public override int Receive(Span<byte> buffer, out Media.Rtp.Peer from, out long stamp)
        {
            (from, stamp) = (From, 0);
            return Waiting-- > 0 ? 200 : -1;
        }

        public override void Send(ReadOnlySpan<byte> datagram, Media.Rtp.Peer to) => Sent++;

        public override void Dispose()
        {
        }
    }
}
