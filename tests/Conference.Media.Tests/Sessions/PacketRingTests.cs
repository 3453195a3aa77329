using System.Net;
using Conference.Media.Rtp;
using Conference.Media.Sessions;

namespace Conference.Media.Tests.Sessions;

public sealed class PacketRingTests
{
    private readonly PacketRing _ring = new();
    private readonly byte[] _buffer = new byte[2048];

    [Fact]
    public void What_goes_in_comes_out_in_order_also_over_the_end_and_what_finds_no_room_is_lost_whole()
    {
        var random = new Random(7);
        var expected = new Queue<(byte[] Bytes, Peer From, long Stamp)>();
        var lost = 0;
        for (var step = 0; step < 20_000; step++)
        {
            if (random.Next(100) < 52)
            {
                var bytes = new byte[random.Next(1400)];
                random.NextBytes(bytes);
                var from = Peer.From(IPAddress.Loopback, step & 0x7FFF | 1);
                if (_ring.TryAdd(bytes, from, step)) expected.Enqueue((bytes, from, step));
                else lost++;
            }
            else if (expected.TryDequeue(out var next))
            {
                Assert.Equal(next.Bytes.Length, _ring.Take(_buffer, out var from, out var stamp));
                Assert.Equal((next.From, next.Stamp), (from, stamp));
                Assert.Equal(next.Bytes, _buffer[..next.Bytes.Length]);
            }
            else
            {
                Assert.Equal(-1, _ring.Take(_buffer, out _, out _));
            }
        }

        Assert.True(lost > 0, "It was never full.");
    }

    [Fact]
    public void A_second_of_voice_waits_for_a_worker_that_is_late()
    {
        for (var i = 0; i < 50; i++)
            Assert.True(_ring.TryAdd(new byte[200], Peer.From(IPAddress.Loopback, 4000), i));
    }

    [Fact]
    public void A_datagram_longer_than_the_buffer_is_cut_and_the_next_is_whole()
    {
        _ring.TryAdd(new byte[1000], Peer.From(IPAddress.Loopback, 1), 0);
        _ring.TryAdd([1, 2, 3], Peer.From(IPAddress.Loopback, 2), 0);

        Assert.Equal(100, _ring.Take(_buffer.AsSpan(0, 100), out _, out _));
        Assert.Equal(3, _ring.Take(_buffer, out var from, out _));
        Assert.Equal((2, 3), (from.Port, _buffer[2]));
    }

    [Fact]
    public void One_thread_writes_while_another_reads()
    {
        const int packets = 200_000;
        var writer = new Thread(() =>
        {
            for (var i = 0; i < packets; i++)
                while (!_ring.TryAdd(BitConverter.GetBytes(i), Peer.From(IPAddress.Loopback, 1), i))
                    Thread.Yield();
        });
        writer.Start();
        for (var i = 0; i < packets; i++)
        {
            while (_ring.Take(_buffer, out _, out _) < 0)
                Thread.Yield();
            Assert.Equal(i, BitConverter.ToInt32(_buffer));
        }

        writer.Join();
    }
}
