using System.Net;
using Conference.Media.Rtp;
using Conference.Media.Security;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Security;

public sealed class DtlsHandshakeTests : IDisposable
{
    private static readonly Peer s_one = Peer.From(IPAddress.Parse("192.0.2.1"), 1000);
    private static readonly Peer s_other = Peer.From(IPAddress.Parse("192.0.2.2"), 2000);

    private readonly DtlsIdentity _us = DtlsIdentity.Create(TimeProvider.System)!;
    private readonly DtlsIdentity _them = DtlsIdentity.Create(TimeProvider.System)!;
    private readonly Queue<(bool ToPassive, byte[] Datagram)> _wire = new();
    private readonly List<byte[]> _seen = [];

    public void Dispose()
    {
        _us.Dispose();
        _them.Dispose();
    }

    [Fact]
    public void Both_roles_meet_and_have_each_others_keys()
    {
        using var active = Active(_them.Fingerprint);
        using var passive = Passive(_us.Fingerprint);

        Shake(active, passive);

        Assert.Equal((DtlsState.Connected, DtlsState.Connected), (active.State, passive.State));
        Assert.Equal(active.Ours, passive.Theirs);
        Assert.Equal(active.Theirs, passive.Ours);
        Assert.NotEqual(active.Ours, active.Theirs);
        Assert.True(active.HasExtendedSecret && passive.HasExtendedSecret);
        Assert.All(_seen, d => Assert.InRange(d.Length, 13, DtlsHandshake.Mtu));
        Assert.Contains(_seen, d => d is [22, ..] && d.Length > 13 && d[13] == 3); // HelloVerifyRequest: the address was proven

        using var sender = new SrtpSender(active.Ours!);
        using var receiver = new SrtpReceiver(passive.Theirs!);
        var packet = new byte[64];
        RtpPacket.WriteHeader(packet, 8, false, 1, 2, 3);
        var length = 40;
        Assert.Equal(SrtpError.None, sender.Protect(packet, ref length));
        Assert.Equal(SrtpError.None, receiver.Unprotect(packet, ref length));
    }

    [Fact]
    public void Another_certificate_than_the_signalling_named_gives_no_keys()
    {
        using var active = Active(Fingerprint.Of([1]));
        using var passive = Passive(_us.Fingerprint);

        Shake(active, passive);

        Assert.Equal((DtlsState.Failed, DtlsProblem.WrongCertificate), (active.State, active.Problem));
        Assert.Null(active.Ours);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Lost_datagrams_are_said_again(int seed)
    {
        using var active = Active(_them.Fingerprint);
        using var passive = Passive(_us.Fingerprint);
        var random = new Random(seed);
        active.Begin();
        var deadline = DateTime.UtcNow.AddSeconds(60);
        while ((active.State == DtlsState.Shaking || passive.State == DtlsState.Shaking) && DateTime.UtcNow < deadline)
        {
            Deliver(active, passive, () => random.Next(4) != 0);
            Thread.Sleep(10);
            if (active.Wait is { } a && a <= TimeSpan.Zero) active.Tick();
            if (passive.Wait is { } p && p <= TimeSpan.Zero) passive.Tick();
        }

        Assert.Equal((DtlsState.Connected, DtlsState.Connected), (active.State, passive.State));
    }

    [Fact]
    public void A_cookie_is_worth_nothing_from_another_address()
    {
        using var active = Active(_them.Fingerprint);
        using var passive = Passive(_us.Fingerprint);
        active.Begin();
        passive.Take(_wire.Dequeue().Datagram, s_one); // hello
        active.Take(_wire.Dequeue().Datagram, s_other); // here is a cookie
        var hello = _wire.Dequeue().Datagram;

        passive.Take(hello, s_other);
        Assert.Empty(_wire);

        passive.Take(hello, s_one);
        Assert.NotEmpty(_wire);
        Deliver(active, passive, () => true);
        Assert.Equal((DtlsState.Connected, DtlsState.Connected), (active.State, passive.State));
    }

    [Fact]
    public void Garbage_during_the_handshake_ends_nothing()
    {
        using var active = Active(_them.Fingerprint);
        using var passive = Passive(_us.Fingerprint);
        byte[][] junk =
        [
            [21, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 2, 40], // a fatal alert in the clear
            [20, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 9, 0, 1],
            [23, 0xFE, 0xFD, 0, 1, 0, 0, 0, 0, 0, 9, 0, 4, 1, 2, 3, 4],
            [22, 3, 3, 0, 0],
            [],
        ];
        active.Begin();
        while (_wire.TryDequeue(out var sent))
        {
            foreach (var datagram in junk)
            {
                active.Take(datagram, s_other);
                passive.Take(datagram, s_one);
            }

            (sent.ToPassive ? passive : active).Take(sent.Datagram, sent.ToPassive ? s_one : s_other);
        }

        Assert.Equal((DtlsState.Connected, DtlsState.Connected), (active.State, passive.State));
    }

    [Fact]
    public void After_the_handshake_nothing_ends_it()
    {
        using var active = Active(_them.Fingerprint);
        using var passive = Passive(_us.Fingerprint);
        Shake(active, passive);
        var keys = passive.Ours;
        foreach (var datagram in _seen.Concat(Corpus.Files("dtls-original").Select(f => f.Bytes)))
        {
            passive.Take(datagram, s_one);
            active.Take(datagram, s_other);
        }

        Assert.Equal((DtlsState.Connected, DtlsState.Connected, keys), (active.State, passive.State, passive.Ours));
    }

    [Fact]
    public void Nobody_is_answered_more_than_he_sent_before_his_address_is_proven()
    {
        foreach (var (name, bytes) in Corpus.Files("dtls-original"))
        {
            using var passive = Passive(_us.Fingerprint);
            _wire.Clear();
            passive.Take(bytes, s_one);
            Assert.True(_wire.Sum(w => w.Datagram.Length) <= Math.Max(bytes.Length, 60), name);
            Assert.NotEqual(DtlsState.Connected, passive.State);
        }
    }

    [Fact]
    public void A_handshake_takes_only_so_many_bytes()
    {
        using var passive = Passive(_us.Fingerprint);
        var record = new byte[1200];
        byte[] header = [22, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 1, 0x04, 0xA3];
        header.CopyTo(record, 0);
        for (var i = 0; i < 200; i++)
            passive.Take(record, s_one);

        Assert.Equal(DtlsState.Failed, passive.State);
    }

    private DtlsHandshake Active(Fingerprint expected) => new(_us, DtlsRole.Active, expected, d => Send(toPassive: true, d));

    private DtlsHandshake Passive(Fingerprint expected) => new(_them, DtlsRole.Passive, expected, d => Send(toPassive: false, d));

    private void Send(bool toPassive, ReadOnlySpan<byte> datagram)
    {
        _wire.Enqueue((toPassive, datagram.ToArray()));
        _seen.Add(datagram.ToArray());
    }

    private void Shake(DtlsHandshake active, DtlsHandshake passive)
    {
        active.Begin();
        Deliver(active, passive, () => true);
    }

    private void Deliver(DtlsHandshake active, DtlsHandshake passive, Func<bool> arrives)
    {
        while (_wire.TryDequeue(out var sent))
            if (arrives()) (sent.ToPassive ? passive : active).Take(sent.Datagram, sent.ToPassive ? s_one : s_other);
    }
}
