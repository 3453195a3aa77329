using System.Net;
using Conference.Media.Rtp;
using Conference.Media.Tests.Testing;
using static Conference.Media.Rtp.LatchVerdict;

namespace Conference.Media.Tests.Rtp;

public sealed class LatchTests
{
    private static readonly Peer s_described = Peer.From(IPAddress.Parse("192.0.2.1"), 4000);
    private static readonly Peer s_nat = s_described.WithPort(61000);
    private static readonly Peer s_signalling = Peer.From(IPAddress.Parse("198.51.100.1"), 5060);
    private static readonly Peer s_stranger = Peer.From(IPAddress.Parse("203.0.113.9"), 4000);

    private readonly Latch _latch = new();
    private long _now = 1_000_000_000;

    public LatchTests() => _latch.Expect(s_described, s_signalling, _now);

    [Fact]
    public void The_address_of_the_SDP_locks_with_its_second_packet() =>
        Assert.Equal([Wait, Accept, Accept], Stream(s_described, 3));

    [Fact]
    public void Another_port_of_the_same_host_locks_after_four_packets_over_50_ms() =>
        Assert.Equal([Wait, Wait, Wait, Accept], Stream(s_nat, 4));

    [Fact]
    public void The_host_of_the_signalling_locks_too() =>
        Assert.Equal([Wait, Wait, Wait, Accept], Stream(s_signalling.WithPort(7777), 4));

    [Fact]
    public void A_burst_is_no_proof() =>
        Assert.Equal([Wait, Wait, Wait, Wait, Wait], Stream(s_nat, 5, milliseconds: 1));

    [Fact]
    public void Packets_that_do_not_follow_each_other_are_no_proof() =>
        Assert.DoesNotContain(Accept, Enumerable.Range(0, 100).Select(i => Hear(s_nat, 1, (ushort)(i * 7))));

    [Fact]
    public void Changing_SSRCs_are_no_proof() =>
        Assert.DoesNotContain(Accept, Enumerable.Range(0, 100).Select(i => Hear(s_nat, (uint)i, (ushort)i)));

    [Fact]
    public void A_stranger_never_gets_in_before_or_after()
    {
        Assert.All(Stream(s_stranger, 1000), v => Assert.Equal(Foreign, v));
        Stream(s_described, 2);
        Assert.All(Stream(s_stranger, 1000, ssrc: 666), v => Assert.Equal(Foreign, v));
        Assert.Equal(s_described, _latch.Locked);
    }

    [Fact]
    public void Another_port_of_the_same_host_cannot_take_over_a_locked_leg()
    {
        Stream(s_described, 2);
        Assert.All(Stream(s_nat, 100, ssrc: 2), v => Assert.Equal(Foreign, v));
    }

    [Fact]
    public void The_exact_address_replaces_a_guess_within_ten_seconds()
    {
        Stream(s_nat, 4);
        Assert.Equal([Foreign, Accept], Stream(s_described, 2, ssrc: 5));
        Assert.Equal(s_described, _latch.Locked);
    }

    [Fact]
    public void After_ten_seconds_even_the_exact_address_is_too_late()
    {
        Stream(s_nat, 600);
        Assert.All(Stream(s_described, 100, ssrc: 5), v => Assert.Equal(Foreign, v));
    }

    [Fact]
    public void A_rebound_NAT_carries_on_its_stream_after_two_quiet_seconds()
    {
        Stream(s_described, 10);
        _now += 2_100_000_000;
        var moved = s_stranger.WithPort(12345);

        Assert.Equal([Foreign, Foreign, Foreign, Accept], Stream(moved, 4, first: 110));
        Assert.Equal(moved, _latch.Locked);
    }

    [Fact]
    public void Quiet_alone_opens_no_door()
    {
        Stream(s_described, 10);
        _now += 60_000_000_000;

        Assert.All(Stream(s_stranger, 100, ssrc: 99), v => Assert.Equal(Foreign, v));
        Assert.All(Stream(s_stranger, 100, first: 5000), v => Assert.Equal(Foreign, v));
    }

    [Fact]
    public void Guessing_the_stream_while_it_flows_opens_no_door()
    {
        for (ushort i = 0; i < 500; i++)
        {
            Assert.NotEqual(Foreign, Hear(s_described, 1, i));
            Assert.Equal(Foreign, Hear(s_stranger, 1, (ushort)(i + 1), milliseconds: 0));
        }
    }

    [Fact]
    public void A_crowd_of_sources_does_not_keep_the_phone_out()
    {
        var verdicts = new List<LatchVerdict>();
        for (ushort i = 0; i < 10; i++)
        {
            verdicts.Add(Hear(s_nat, 1, i));
            for (var port = 0; port < 3; port++)
                Hear(s_nat.WithPort(20000 + 3 * i + port), 7, i, milliseconds: 0);
        }

        Assert.Contains(Accept, verdicts);
        Assert.Equal(s_nat, _latch.Locked);
    }

    [Fact]
    public void A_new_SDP_starts_over()
    {
        Stream(s_described, 10);
        var elsewhere = s_described.WithPort(4444);
        _latch.Expect(elsewhere, s_signalling, _now);

        Assert.Equal([Wait, Accept], Stream(elsewhere, 2, ssrc: 9));
    }

    [Fact]
    public void Judging_allocates_nothing()
    {
        Stream(s_described, 10);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
        {
            Hear(s_stranger, 4, (ushort)i);
            Hear(s_described, 1, (ushort)i);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Garbage.None);
    }

    private LatchVerdict[] Stream(Peer from, int packets, uint ssrc = 1, int first = 100, int milliseconds = 20) =>
        [.. Enumerable.Range(first, packets).Select(i => Hear(from, ssrc, (ushort)i, milliseconds))];

    private LatchVerdict Hear(Peer from, uint ssrc, ushort sequence, int milliseconds = 20)
    {
        _now += milliseconds * 1_000_000L;
        return _latch.On(from, ssrc, sequence, _now);
    }
}
