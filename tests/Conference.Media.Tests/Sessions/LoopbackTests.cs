using System.Net;
using System.Net.Sockets;
using Conference.Media.Files;
using Conference.Media.Mixing;
using Conference.Media.Sessions;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Sessions;

/// <summary>The engine with its threads and real sockets.</summary>
public sealed class LoopbackTests : IDisposable
{
    private readonly MediaEngine _engine = new(new MediaOptions { FirstPort = 20000, LastPort = 20199 }, TimeProvider.System);

    public void Dispose() => _engine.Dispose();

    [Fact]
    public async Task Three_phones_hear_each_other_strangers_are_not_heard_and_it_is_all_on_tape()
    {
        var folder = Directory.CreateTempSubdirectory("tape");
        var path = Path.Combine(folder.FullName, "mix.wav");
        using var anna = new UdpPhone(_engine, 500);
        using var bob = new UdpPhone(_engine, 900);
        using var eve = new UdpPhone(_engine, 1300, answersElsewhere: true);
        using var room = _engine.OpenRoom();
        room.Use(new MixPlan([.. new[] { anna, bob, eve }.Select(p => new Seat(Guid.NewGuid(), p.Session, true, true))]));
        var tape = room.Record(path);

        Assert.True(await anna.Hears(900, loud: true) && await anna.Hears(1300, loud: true));
        Assert.True(await bob.Hears(500, loud: true) && await bob.Hears(1300, loud: true));
        Assert.True(await eve.Hears(500, loud: true) && await eve.Hears(900, loud: true));
        Assert.True(await anna.Hears(500, loud: false));

        using var stranger = new UdpClient(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
        for (var i = 0; i < 50; i++)
            stranger.Send(new byte[] { 0x80, 8, 0, (byte)i, 0, 0, 0, 0, 9, 9, 9, 9, 0x2A }, new IPEndPoint(IPAddress.Loopback, anna.Session.Port));
        Assert.True(SpinWait.SpinUntil(() => anna.Session.Stats.Foreign == 50, TimeSpan.FromSeconds(2)));
        Assert.True(await anna.Hears(900, loud: true));
        Assert.Equal(0, stranger.Available);

        var length = await tape.StopAsync();
        Assert.Equal(WavError.None, WavReader.Read(path, "tape", out var sound));
        Assert.Equal(length, sound!.Length);
        Assert.InRange(Tone.Amplitude(sound.Samples.Span[^16000..], 500, 16000), 6500, 8500);
        folder.Delete(recursive: true);
        Assert.Equal(0, _engine.Health.Faults);
        Assert.True(_engine.Health.IsTicking);
    }

    [Fact]
    public async Task A_sound_played_to_one_phone_is_heard_by_it()
    {
        using var anna = new UdpPhone(_engine, 500);
        var playing = anna.Session.PlayAsync([new Sound("tone", 16000, Tone.Sine(1700, 9000, 5 * 16000, rate: 16000))], CancellationToken.None); // five seconds: the tape must hold a whole one of it

        Assert.True(await anna.Hears(1700, loud: true));
        Assert.True(await playing);
    }

    [Fact]
    public void Opening_and_closing_a_thousand_legs_leaves_nothing_behind()
    {
        for (var i = 0; i < 1000; i++)
        {
            using var session = _engine.OpenSession(IPAddress.Loopback);
            while (session is null && _engine.Health.Sessions > 90)
                Thread.Sleep(5); // ports come back with the next tick
        }

        Assert.True(SpinWait.SpinUntil(() => _engine.Health.Sessions == 0, TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public void A_socket_of_the_portable_kind_works_like_the_one_of_Linux()
    {
        using var one = new SocketPacketPort(Bound()) { Port = 0 };
        using var other = PacketPort.Open(IPAddress.Loopback, 20500)!;
        var buffer = new byte[2000];

        Assert.Equal(-1, one.Receive(buffer, out _, out _));
        one.Send([1, 2, 3], Media.Rtp.Peer.From(IPAddress.Loopback, 20500));
        Assert.True(SpinWait.SpinUntil(() => other.Receive(buffer, out _, out _) == 3, TimeSpan.FromSeconds(2)));
        one.Send([4], Media.Rtp.Peer.From(IPAddress.Loopback, 20500));
        var (from, stamp) = (default(Media.Rtp.Peer), 0L);
        Assert.True(SpinWait.SpinUntil(() => other.Receive(buffer, out from, out stamp) == 1, TimeSpan.FromSeconds(2)));
        other.Send([5, 6], from);
        Assert.True(SpinWait.SpinUntil(() => one.Receive(buffer, out from, out _) == 2, TimeSpan.FromSeconds(2)));

        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 20500), from.ToEndPoint());
        if (OperatingSystem.IsLinux())
            Assert.InRange(Math.Abs((DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds - stamp / 1e9), 0, 5);
    }

    [Fact]
    public void A_port_for_both_families_reaches_both()
    {
        if (!Socket.OSSupportsIPv6) return;
        using var both = PacketPort.Open(IPAddress.IPv6Any, 20504)!;
        using var four = PacketPort.Open(IPAddress.Loopback, 20506)!;
        using var six = PacketPort.Open(IPAddress.IPv6Loopback, 20508)!;
        var buffer = new byte[100];
        var from = default(Media.Rtp.Peer);

        both.Send([4], Media.Rtp.Peer.From(IPAddress.Loopback, 20506));
        Assert.True(SpinWait.SpinUntil(() => four.Receive(buffer, out from, out _) == 1, TimeSpan.FromSeconds(2)));
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 20504), from.ToEndPoint());
        both.Send([6], Media.Rtp.Peer.From(IPAddress.IPv6Loopback, 20508));
        Assert.True(SpinWait.SpinUntil(() => six.Receive(buffer, out from, out _) == 1, TimeSpan.FromSeconds(2)));
        four.Send([7], Media.Rtp.Peer.From(IPAddress.Loopback, 20504));
        Assert.True(SpinWait.SpinUntil(() => both.Receive(buffer, out from, out _) == 1, TimeSpan.FromSeconds(2)));
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 20506), from.ToEndPoint());
    }

    [Fact]
    public async Task Phones_of_both_families_meet_in_one_room()
    {
        if (!Socket.OSSupportsIPv6) return;
        using var engine = new MediaEngine(new MediaOptions { FirstPort = 20200, LastPort = 20299, Bind = IPAddress.IPv6Any }, TimeProvider.System);
        using var four = new UdpPhone(engine, 500);
        using var six = new UdpPhone(engine, 900, overV6: true);
        using var room = engine.OpenRoom();
        room.Use(new MixPlan([.. new[] { four, six }.Select(p => new Seat(Guid.NewGuid(), p.Session, true, true))]));

        Assert.Contains("c=IN IP4 127.0.0.1\r\n", four.Answer, StringComparison.Ordinal);
        Assert.Contains("c=IN IP6 ::1\r\n", six.Answer, StringComparison.Ordinal);
        Assert.True(await four.Hears(900, loud: true));
        Assert.True(await six.Hears(500, loud: true));
    }

    [Fact]
    public void An_address_of_somebody_else_is_no_port()
    {
        Assert.Null(PacketPort.Open(IPAddress.Parse("198.51.100.7"), 20510));
        Assert.Null(PacketPort.Open(IPAddress.Parse("2001:db8::7"), 20510));
    }

    [Fact]
    public void A_port_that_is_taken_is_not_opened()
    {
        using var taken = PacketPort.Open(IPAddress.Loopback, 20502);
        Assert.Null(PacketPort.Open(IPAddress.Loopback, 20502));
    }

    private static Socket Bound()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }
}
