using System.Net;
using Conference.Media.Rtp;

namespace Conference.Media.Tests.Rtp;

public sealed class FaxLatchTests
{
    private const long Millisecond = 1_000_000;
    private static readonly Peer s_described = Peer.From(IPAddress.Parse("10.0.0.5"), 4100);
    private static readonly Peer s_signalling = Peer.From(IPAddress.Parse("198.51.100.1"), 5060);
    private static readonly Peer s_nat = s_signalling.WithPort(61000);
    private static readonly Peer s_stranger = Peer.From(IPAddress.Parse("203.0.113.9"), 4100);

    private readonly FaxLatch _latch = new();

    public FaxLatchTests() => _latch.Expect(s_described, s_signalling, 0);

    [Fact]
    public void The_first_datagram_from_where_signalling_said_counts_already()
    {
        Assert.Equal(s_described, _latch.Target);
        Assert.Equal(LatchVerdict.Accept, _latch.On(s_described, Millisecond));
        Assert.Equal(s_described, _latch.Locked);
    }

    [Fact]
    public void A_machine_behind_a_nat_is_believed_after_three_in_a_row()
    {
        Assert.Equal(LatchVerdict.Wait, _latch.On(s_nat, 0));
        Assert.Equal(LatchVerdict.Wait, _latch.On(s_nat, 10 * Millisecond));
        Assert.Equal(LatchVerdict.Accept, _latch.On(s_nat, 20 * Millisecond));
        Assert.Equal(s_nat, _latch.Target);
    }

    [Fact]
    public void A_burst_of_one_moment_gains_nothing()
    {
        for (var i = 0; i < 100; i++) Assert.Equal(LatchVerdict.Wait, _latch.On(s_nat, Millisecond));
        Assert.False(_latch.IsVouchedFor);
    }

    [Fact]
    public void A_guess_makes_place_for_the_address_that_was_described_and_for_nobody_else()
    {
        for (var i = 0; i < 3; i++) _latch.On(s_nat, i * 20 * Millisecond);

        Assert.Equal(LatchVerdict.Foreign, _latch.On(s_nat.WithPort(61001), 100 * Millisecond));
        Assert.Equal(LatchVerdict.Accept, _latch.On(s_described, 100 * Millisecond));
        Assert.Equal(LatchVerdict.Foreign, _latch.On(s_nat, 120 * Millisecond));
    }

    [Fact]
    public void Strangers_are_never_believed()
    {
        for (var i = 0; i < 1000; i++) Assert.Equal(LatchVerdict.Foreign, _latch.On(s_stranger, i * 20 * Millisecond));
        Assert.True(_latch.Locked.IsNone);
    }

    [Fact]
    public void After_a_long_silence_the_same_host_may_speak_from_another_port()
    {
        _latch.On(s_described, 0);
        var moved = s_described.WithPort(4999);
        Assert.Equal(LatchVerdict.Foreign, _latch.On(moved, 5_000 * Millisecond));
        for (var i = 0; i < 2; i++) Assert.Equal(LatchVerdict.Foreign, _latch.On(moved, (11_000 + i * 20) * Millisecond));
        Assert.Equal(LatchVerdict.Accept, _latch.On(moved, 11_040 * Millisecond));
    }
}
