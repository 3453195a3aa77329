using System.Net;
using Conference.Media.Rtp;
using Conference.Media.Security;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Security;

public sealed class DtlsDeskTests : IDisposable
{
    private static readonly Peer s_anywhere = Peer.From(IPAddress.Loopback, 4000);

    private readonly DtlsIdentity _identity = DtlsIdentity.Create(TimeProvider.System)!;

    public void Dispose() => _identity.Dispose();

    [Fact]
    public async Task Fifty_legs_shake_hands_at_once()
    {
        using var desk = new DtlsDesk(_identity, TimeProvider.System);
        var pairs = Enumerable.Range(0, 50).Select(_ => new Pair(desk, _identity.Fingerprint)).ToArray();
        foreach (var pair in pairs)
            pair.Begin();

        foreach (var pair in pairs)
        {
            var (ours, theirs) = (await pair.One.Keys, await pair.Other.Keys);
            Assert.NotNull(ours.Ours);
            Assert.Equal((ours.Ours, ours.Theirs), (theirs.Theirs, theirs.Ours));
        }

        Assert.Equal(0, desk.Faults);
    }

    [Fact]
    public async Task A_peer_that_says_nothing_is_given_up_on()
    {
        var time = new FakeTime();
        using var desk = new DtlsDesk(_identity, time);
        var side = new Side();
        side.Leg = desk.Open(DtlsRole.Active, _identity.Fingerprint, side);
        side.Leg.Begin();
        await side.Spoke;
        time.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal((null, null, DtlsProblem.TooLate), await side.Keys);
    }

    [Fact]
    public async Task A_leg_that_breaks_leaves_the_desk_alone()
    {
        using var desk = new DtlsDesk(_identity, TimeProvider.System);
        var broken = new Side { Breaks = true };
        broken.Leg = desk.Open(DtlsRole.Active, _identity.Fingerprint, broken);
        broken.Leg.Begin();
        Assert.Equal(DtlsProblem.Protocol, (await broken.Keys).Problem);

        var pair = new Pair(desk, _identity.Fingerprint);
        pair.Begin();
        Assert.NotNull((await pair.One.Keys).Ours);
        Assert.Equal(1, desk.Faults);
    }

    [Fact]
    public void What_finds_no_place_is_dropped()
    {
        var desk = new DtlsDesk(_identity, TimeProvider.System);
        desk.Dispose(); // nobody works any more
        using var leg = desk.Open(DtlsRole.Passive, _identity.Fingerprint, new Side());
        Assert.Equal(8, Enumerable.Range(0, 20).Count(_ => leg.Post([1, 2, 3], s_anywhere)));
        Assert.False(leg.Post(new byte[3000], s_anywhere));
    }

    private sealed class Pair
    {
        public Pair(DtlsDesk desk, Fingerprint certificate)
        {
            One.Leg = desk.Open(DtlsRole.Active, certificate, One);
            Other.Leg = desk.Open(DtlsRole.Passive, certificate, Other);
            (One.Peer, Other.Peer) = (Other, One);
        }

        public Side One { get; } = new();

        public Side Other { get; } = new();

        public void Begin()
        {
            Other.Leg!.Begin();
            One.Leg!.Begin();
        }
    }

    private sealed class Side : IDtlsOwner
    {
        private readonly TaskCompletionSource<(SrtpKey?, SrtpKey?, DtlsProblem)> _keys = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _spoke = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public DtlsLeg? Leg { get; set; }

        public Side? Peer { get; set; }

        public bool Breaks { get; init; }

        public Task<(SrtpKey? Ours, SrtpKey? Theirs, DtlsProblem Problem)> Keys => _keys.Task.WaitAsync(TimeSpan.FromSeconds(60));

        public Task Spoke => _spoke.Task.WaitAsync(TimeSpan.FromSeconds(60));

        public void Send(ReadOnlySpan<byte> datagram)
        {
            if (Breaks) throw new InvalidOperationException("No socket.");
            Peer?.Leg!.Post(datagram, s_anywhere);
            _spoke.TrySetResult();
        }

        public void Done(SrtpKey? ours, SrtpKey? theirs, DtlsProblem problem) => _keys.TrySetResult((ours, theirs, problem));
    }
}
