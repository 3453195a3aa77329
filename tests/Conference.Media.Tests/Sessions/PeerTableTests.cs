using System.Net;
using Conference.Media.Rtp;
using Conference.Media.Sessions;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Sessions;

public sealed class PeerTableTests
{
    [Fact]
    public void It_knows_whom_a_dictionary_knows_whatever_comes_and_goes()
    {
        var random = new Random(4711);
        var peers = Enumerable.Range(0, 500).Select(i => Peer.FromV4(0xC0000200 + (uint)random.Next(8), (ushort)(1024 + i))).ToArray();
        var table = new PeerTable<object>();
        var expected = new Dictionary<Peer, object>();
        for (var step = 0; step < 50_000; step++)
        {
            var peer = peers[random.Next(peers.Length)];
            if (random.Next(3) == 0)
            {
                table.Remove(peer);
                expected.Remove(peer);
            }
            else
            {
                expected[peer] = new object();
                table.Set(peer, expected[peer]);
            }

            Assert.Equal(expected.Count, table.Count);
            var asked = peers[random.Next(peers.Length)];
            Assert.Same(expected.GetValueOrDefault(asked), table.Find(asked));
        }

        Assert.All(peers, p => Assert.Same(expected.GetValueOrDefault(p), table.Find(p)));
    }

    [Fact]
    public void Looking_and_replacing_allocate_nothing()
    {
        var table = new PeerTable<object>();
        var (here, owner) = (Peer.From(IPAddress.IPv6Loopback, 5), new object());
        table.Set(here, owner);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (ushort port = 1; port < 10_000; port++)
        {
            table.Set(here, owner);
            table.Find(here.WithPort(port));
            table.Remove(here.WithPort(port));
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Garbage.None);
    }
}
