using System.Net;
using Conference.Media.Rtp;
using Conference.Media.Security;
using Conference.Media.Sessions;
using Conference.Media.Tests.Security;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Sessions;

/// <summary>Whose packet is it, and who is answered: the shared port without sockets and threads.</summary>
public sealed class SharedPortTests : IDisposable
{
    private const int Number = 20001;

    private static readonly IPEndPoint s_home = new(IPAddress.Parse("192.0.2.1"), 5000);
    private static readonly IPEndPoint s_away = new(IPAddress.Parse("198.51.100.7"), 6000);

    private readonly Wire _wire = new();
    private readonly FakeTime _time = new();
    private readonly SharedPort _port;
    private readonly IcePair _pair = new(IceCredentials.Random(), IceCredentials.Random());
    private readonly IceLeg _leg;
    private readonly List<byte[]> _answers = [];
    private readonly byte[] _buffer = new byte[2048];

    public SharedPortTests()
    {
        _port = new SharedPort(_wire.Open(Number)!, _time, start: false);
        foreach (var peer in new[] { s_home, s_away })
            _wire.Phones[peer.Port] = _answers.Add;
        _leg = _port.Open();
        _leg.Use(_pair);
    }

    public void Dispose() => _port.Dispose();

    [Fact]
    public void A_check_that_passes_opens_the_way_for_voice_from_there_and_from_nowhere_else()
    {
        Send(s_home, Voice(1));
        Assert.Equal((-1, 0), (Heard(), _answers.Count));

        Send(s_home, StunCheck.Of(_pair.Ours, _pair.Theirs, uses: true));
        Send(s_home, Voice(2));
        Send(s_away, Voice(3));

        Assert.Single(_answers);
        Assert.Equal(Peer.From(s_home.Address, s_home.Port), _leg.Target);
        Assert.Equal((13, 2), (Heard(), _buffer[3]));
        Assert.Equal(-1, Heard());
    }

    [Theory]
    [InlineData("a name nobody has")]
    [InlineData("no fingerprint")]
    [InlineData("another password")]
    [InlineData("an answer")]
    [InlineData("a handshake")]
    [InlineData("voice")]
    [InlineData("one byte")]
    [InlineData("nothing")]
    public void Strangers_are_not_answered(string what)
    {
        byte[] said = what switch
        {
            "a name nobody has" => StunCheck.Of(IceCredentials.Random(), _pair.Theirs),
            "no fingerprint" => [.. StunCheck.Of(_pair.Ours, _pair.Theirs)[..^8]],
            "another password" => StunCheck.Of(_pair.Ours with { Password = IceCredentials.Random().Password }, _pair.Theirs),
            "an answer" => StunCheck.Begin(_pair.Ours, _pair.Theirs).OfType(0x0101).Seal(_pair.Ours.Password),
            "a handshake" => [22, 254, 253, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1],
            "voice" => Voice(1),
            "one byte" => [0],
            _ => [],
        };

        Send(s_away, said);

        Assert.Empty(_answers);
        Assert.Equal((-1, true, 0), (Heard(), _leg.Target.IsNone, _port.Faults));
    }

    [Fact]
    public void A_restart_keeps_the_old_way_until_the_new_names_have_led_somewhere()
    {
        Send(s_home, StunCheck.Of(_pair.Ours, _pair.Theirs, uses: true));
        var next = new IcePair(IceCredentials.Random(), IceCredentials.Random());
        _leg.Use(next);
        Send(s_home, StunCheck.Of(_pair.Ours, _pair.Theirs));
        Send(s_home, Voice(1));
        Assert.Equal((2, 13, Peer.From(s_home.Address, s_home.Port)), (_answers.Count, Heard(), _leg.Target));

        Send(s_away, StunCheck.Of(next.Ours, next.Theirs, uses: true));
        Send(s_away, Voice(2));
        Assert.Equal((13, Peer.From(s_away.Address, s_away.Port)), (Heard(), _leg.Target));

        _answers.Clear();
        Send(s_home, StunCheck.Of(_pair.Ours, _pair.Theirs));
        Send(s_home, Voice(3));
        Assert.Equal((0, -1), (_answers.Count, Heard()));
        Assert.Equal(1, _port.Legs);
    }

    [Fact]
    public void A_peer_that_no_longer_says_it_wants_to_hear_us_is_gone_after_half_a_minute()
    {
        Send(s_home, StunCheck.Of(_pair.Ours, _pair.Theirs, uses: true));
        for (var second = 0; second < 29; second++)
            Pass();
        Assert.False(_leg.IsGone);

        Pass();
        Pass();
        Assert.True(_leg.IsGone);

        void Pass()
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Send(s_home, Voice(1)); // voice alone is no consent
        }
    }

    [Fact]
    public void A_leg_that_is_over_is_found_by_nobody()
    {
        Send(s_home, StunCheck.Of(_pair.Ours, _pair.Theirs, uses: true));
        _leg.Dispose();
        _answers.Clear();

        Send(s_home, StunCheck.Of(_pair.Ours, _pair.Theirs));
        Send(s_home, Voice(1));

        Assert.Equal((0, 0, -1), (_port.Legs, _answers.Count, Heard()));
    }

    [Fact]
    public void A_page_that_was_reloaded_takes_its_address_with_it_to_another_leg()
    {
        Send(s_home, StunCheck.Of(_pair.Ours, _pair.Theirs, uses: true));
        var (other, names) = (_port.Open(), new IcePair(IceCredentials.Random(), IceCredentials.Random()));
        other.Use(names);

        Send(s_home, StunCheck.Of(names.Ours, names.Theirs, uses: true));
        Send(s_home, Voice(1));

        Assert.Equal((-1, 13), (Heard(), other.Receive(_buffer, out _, out _)));
        _leg.Dispose();
        Send(s_home, Voice(2));
        Assert.Equal(13, other.Receive(_buffer, out _, out _));
    }

    [Fact]
    public void Packets_allocate_nothing_whoever_sends_them()
    {
        Send(s_home, StunCheck.Of(_pair.Ours, _pair.Theirs, uses: true));
        var quiet = new SilentPort([Voice(1), StunCheck.Of(IceCredentials.Random(), _pair.Theirs), StunCheck.Of(_pair.Ours, _pair.Theirs), [22, 254, 253, 0, 0]]) { Port = Number };
        using var port = new SharedPort(quiet, _time, start: false);
        var leg = port.Open();
        leg.Use(_pair);
        port.Round();
        quiet.Left = 20;
        port.Round();

        var before = GC.GetAllocatedBytesForCurrentThread();
        quiet.Left = 40_000;
        while (quiet.Left > 0)
            port.Round();

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Garbage.None);
        Assert.True(leg.Receive(_buffer, out _, out _) > 0);
    }

    private static byte[] Voice(byte sequence) => [0x80, 8, 0, sequence, 0, 0, 0, 0, 9, 9, 9, 9, 0x2A];

    private void Send(IPEndPoint from, byte[] datagram)
    {
        _wire.Send(from, Number, datagram);
        _port.Round();
    }

    private int Heard() => _leg.Receive(_buffer, out _, out _);

    /// <summary>Has the same few datagrams come again and again, all from one place, and swallows what is sent.</summary>
    private sealed class SilentPort(byte[][] datagrams) : PacketPort
    {
        private readonly Peer _from = Peer.From(s_home.Address, s_home.Port);

        public int Left { get; set; } = 1;

        public override int Receive(Span<byte> buffer, out Peer from, out long stamp)
        {
            (from, stamp) = (_from, 0);
            if (Left == 0) return -1;
            var datagram = datagrams[Left-- % datagrams.Length];
            datagram.CopyTo(buffer);
            return datagram.Length;
        }

        public override void Send(ReadOnlySpan<byte> datagram, Peer to)
        {
        }

        public override void Dispose()
        {
        }
    }
}
