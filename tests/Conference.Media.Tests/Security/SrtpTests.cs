using Conference.Media.Rtp;
using Conference.Media.Security;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Security;

public sealed class SrtpTests
{
    private const uint Source = 0xCAFEBABE;

    private static readonly byte[] s_report = [0x80, 201, 0, 1, 0xCA, 0xFE, 0xBA, 0xBE];

    public static TheoryData<SrtpProfile> Profiles => [.. SrtpSuite.Spoken.Select(s => s.Profile)];

    [Theory, MemberData(nameof(Profiles))]
    public void What_one_side_protects_the_other_reads(SrtpProfile profile)
    {
        var (sender, receiver) = Pair(profile);
        for (var sequence = 65_500; sequence < 65_700; sequence++)
        {
            var plain = Packet((ushort)sequence, sequence % 400);
            var (buffer, length) = Protect(sender, plain);
            Assert.NotEqual(plain.Length, length);

            Assert.Equal(SrtpError.None, receiver.Unprotect(buffer, ref length));
            Assert.Equal(plain, buffer[..length]);
        }
    }

    [Theory, MemberData(nameof(Profiles))]
    public void Reports_travel_as_well(SrtpProfile profile)
    {
        var (sender, receiver) = Pair(profile);
        for (var i = 0; i < 10; i++)
        {
            var (buffer, length) = ProtectReport(sender);
            Assert.Equal(s_report.Length + 4 + SrtpSuite.Of(profile).ControlTagBytes, length);

            Assert.Equal(SrtpError.None, receiver.UnprotectControl(buffer, ref length));
            Assert.Equal(s_report, buffer[..length]);
        }
    }

    [Theory, MemberData(nameof(Profiles))]
    public void One_changed_bit_anywhere_is_noticed(SrtpProfile profile)
    {
        var (sender, receiver) = Pair(profile);
        var (packet, length) = Protect(sender, Packet(1, 40));
        var (report, reportLength) = ProtectReport(sender);
        for (var bit = 0; bit < 8 * length; bit++)
        {
            var changed = Flipped(packet.AsSpan(0, length), bit);
            var size = changed.Length;
            Assert.NotEqual(SrtpError.None, receiver.Unprotect(changed, ref size));
        }

        for (var bit = 0; bit < 8 * reportLength; bit++)
        {
            var changed = Flipped(report.AsSpan(0, reportLength), bit);
            var size = changed.Length;
            Assert.NotEqual(SrtpError.None, receiver.UnprotectControl(changed, ref size));
        }

        Assert.Equal(SrtpError.None, receiver.Unprotect(packet, ref length)); // nothing of that left a trace
        Assert.Equal(SrtpError.None, receiver.UnprotectControl(report, ref reportLength));
    }

    [Fact]
    public void Nothing_is_believed_twice()
    {
        var (sender, receiver) = Pair(SrtpProfile.Aes128Sha1Tag80);
        var sent = Enumerable.Range(0, 300).Select(i => Protect(sender, Packet((ushort)i, 20))).ToArray();
        foreach (var (buffer, length) in sent)
            Assert.Equal(SrtpError.None, Unprotect(receiver, buffer, length));

        foreach (var (buffer, length) in sent)
            Assert.Equal(SrtpError.Replayed, Unprotect(receiver, buffer, length));

        var (report, size) = ProtectReport(sender);
        var copy = report.ToArray();
        var first = size;
        Assert.Equal(SrtpError.None, receiver.UnprotectControl(report, ref first));
        Assert.Equal(SrtpError.Replayed, receiver.UnprotectControl(copy, ref size));
    }

    [Fact]
    public void Packets_may_overtake_each_other_within_the_window()
    {
        var (sender, receiver) = Pair(SrtpProfile.Aes128Sha1Tag80);
        var sent = Enumerable.Range(0, 129).Select(i => Protect(sender, Packet((ushort)(65_500 + i), 20))).ToArray();
        Assert.Equal(SrtpError.None, Unprotect(receiver, sent[0].Buffer, sent[0].Length));
        Assert.Equal(SrtpError.None, Unprotect(receiver, sent[128].Buffer, sent[128].Length));

        foreach (var (buffer, length) in sent[1..128].Reverse())
            Assert.Equal(SrtpError.None, Unprotect(receiver, buffer, length));

        Assert.Equal(SrtpError.Replayed, Unprotect(receiver, sent[0].Buffer, sent[0].Length));
    }

    [Fact]
    public void Five_rollovers_with_loss_and_disorder_lose_nothing_that_arrives()
    {
        var (sender, receiver) = Pair(SrtpProfile.Aes128Sha1Tag80);
        var random = new Random(5);
        var waiting = new List<(byte[] Buffer, int Length)>();
        for (var i = 0; i < 5 * 65_536; i++)
        {
            var packet = Protect(sender, Packet((ushort)(60_000 + i), 0));
            if (random.Next(20) == 0) continue; // lost
            waiting.Add(packet);
            if (waiting.Count < 8) continue;
            var chosen = random.Next(waiting.Count);
            Assert.Equal(SrtpError.None, Unprotect(receiver, waiting[chosen].Buffer, waiting[chosen].Length));
            waiting.RemoveAt(chosen);
        }
    }

    [Fact]
    public void A_stream_whose_first_packets_were_lost_is_understood_after_its_first_rollover()
    {
        var (sender, receiver) = Pair(SrtpProfile.Aes128Sha1Tag80);
        for (var i = 0; i < 10; i++)
            Protect(sender, Packet((ushort)(65_530 + i), 20));

        var (buffer, length) = Protect(sender, Packet(4, 20));
        Assert.Equal(SrtpError.None, Unprotect(receiver, buffer, length));
    }

    [Fact]
    public void A_hundred_thousand_forgeries_end_no_call()
    {
        var (sender, receiver) = Pair(SrtpProfile.Aes128Sha1Tag80);
        var (buffer, length) = Protect(sender, Packet(100, 20));
        Assert.Equal(SrtpError.None, Unprotect(receiver, buffer, length));
        var random = new Random(41105);
        var forged = Packet(101, 30);
        for (var i = 0; i < 100_000; i++)
        {
            random.NextBytes(forged.AsSpan(2, i % 2 == 0 ? 2 : 10)); // this source, and others
            var size = forged.Length;
            Assert.NotEqual(SrtpError.None, receiver.Unprotect(forged, ref size));
        }

        (buffer, length) = Protect(sender, Packet(101, 20));
        Assert.Equal(SrtpError.None, Unprotect(receiver, buffer, length));
    }

    [Fact]
    public void Sources_under_one_key_have_a_number()
    {
        var key = SrtpKey.Random(SrtpProfile.Aes128Sha1Tag80);
        using var receiver = new SrtpReceiver(key);
        var errors = new List<SrtpError>();
        for (var i = 0u; i < 70; i++)
        {
            using var sender = new SrtpSender(key);
            var packet = Packet(1, 20, i);
            var (buffer, length) = Protect(sender, packet);
            errors.Add(Unprotect(receiver, buffer, length));
        }

        Assert.Equal(64, errors.Count(e => e == SrtpError.None));
        Assert.Equal(6, errors.Count(e => e == SrtpError.TooManySources));
    }

    [Theory]
    [InlineData(SrtpProfile.Aes128Sha1Tag80)]
    [InlineData(SrtpProfile.Aes128Gcm)]
    public void A_key_identifier_in_every_packet_is_taken_out(SrtpProfile profile)
    {
        if (SrtpSuite.Named(SrtpSuite.Of(profile).SdesName) is not { } suite) return; // not spoken here
        var master = SrtpKey.Random(profile).Master.ToArray();
        using var sender = new SrtpSender(new SrtpKey(profile, master));
        using var receiver = new SrtpReceiver(new SrtpKey(profile, master, [0, 0, 0, 1]));
        var plain = Packet(7, 33);
        var (buffer, length) = Protect(sender, plain);
        var at = suite.IsGalois ? length : length - suite.TagBytes;
        byte[] marked = [.. buffer[..at], 0, 0, 0, 1, .. buffer[at..length]];
        byte[] other = [.. buffer[..at], 0, 0, 0, 2, .. buffer[at..length]];

        var size = marked.Length;
        Assert.NotEqual(SrtpError.None, receiver.Unprotect(other, ref size));
        Assert.Equal(SrtpError.None, receiver.Unprotect(marked, ref size));
        Assert.Equal(plain, marked[..size]);
    }

    [Fact]
    public void What_is_no_packet_or_has_no_room_is_said_so()
    {
        var (sender, receiver) = Pair(SrtpProfile.Aes128Sha1Tag80);
        var length = 11;
        Assert.Equal(SrtpError.Malformed, sender.Protect(new byte[64], ref length));
        Assert.Equal(SrtpError.Malformed, receiver.Unprotect(new byte[11], ref length));
        var packet = Packet(1, 10);
        length = packet.Length;
        Assert.Equal(SrtpError.NoRoom, sender.Protect(packet, ref length));
        packet[0] |= 0x1F; // fifteen sources and an extension that are not there
        Assert.Equal(SrtpError.Malformed, receiver.Unprotect(packet, ref length));
    }

    [Fact]
    public void A_number_is_never_used_twice_under_one_key()
    {
        var (sender, _) = Pair(SrtpProfile.Aes128Gcm);
        Protect(sender, Packet(5, 10));
        var buffer = new byte[64];
        Packet(5, 10).CopyTo(buffer, 0);
        var length = 22;

        Assert.Equal(SrtpError.Replayed, sender.Protect(buffer, ref length));
    }

    [Theory, MemberData(nameof(Profiles))]
    public void Packets_cost_no_garbage(SrtpProfile profile)
    {
        var (sender, receiver) = Pair(profile);
        var plain = Packet(0, 160);
        var buffer = new byte[plain.Length + SrtpSuite.MostGrowth];
        void Round(ushort sequence)
        {
            plain.CopyTo(buffer, 0);
            (buffer[2], buffer[3]) = ((byte)(sequence >> 8), (byte)sequence);
            var length = plain.Length;
            if (sender.Protect(buffer, ref length) != SrtpError.None || receiver.Unprotect(buffer, ref length) != SrtpError.None) Assert.Fail("Lost.");
        }

        Round(0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 1; i < 10_000; i++)
            Round((ushort)i);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Garbage.None);
    }

    [Fact]
    public void Random_datagrams_are_refused_and_nothing_throws()
    {
        var random = new Random(3711);
        foreach (var suite in SrtpSuite.Spoken)
        {
            var (_, receiver) = Pair(suite.Profile);
            for (var i = 0; i < 20_000; i++)
            {
                var datagram = new byte[random.Next(80)];
                random.NextBytes(datagram);
                if (datagram.Length > 0) datagram[0] = (byte)(0x80 | (datagram[0] & 0x3F));
                var length = datagram.Length;
                Assert.NotEqual(SrtpError.None, receiver.Unprotect(datagram, ref length));
                Assert.NotEqual(SrtpError.None, receiver.UnprotectControl(datagram, ref length));
            }
        }
    }

    private static (SrtpSender Sender, SrtpReceiver Receiver) Pair(SrtpProfile profile)
    {
        var key = SrtpKey.Random(profile);
        return (new SrtpSender(key), new SrtpReceiver(key));
    }

    private static byte[] Packet(ushort sequence, int payload, uint source = Source)
    {
        var packet = new byte[RtpPacket.FixedHeader + payload];
        RtpPacket.WriteHeader(packet, 8, false, sequence, 160u * sequence, source);
        packet.AsSpan(RtpPacket.FixedHeader).Fill(0x5A);
        return packet;
    }

    private static (byte[] Buffer, int Length) Protect(SrtpSender sender, byte[] packet)
    {
        var buffer = new byte[packet.Length + SrtpSuite.MostGrowth];
        packet.CopyTo(buffer, 0);
        var length = packet.Length;
        Assert.Equal(SrtpError.None, sender.Protect(buffer, ref length));
        return (buffer, length);
    }

    private static (byte[] Buffer, int Length) ProtectReport(SrtpSender sender)
    {
        var buffer = new byte[s_report.Length + SrtpSuite.MostGrowth];
        s_report.CopyTo(buffer, 0);
        var length = s_report.Length;
        Assert.Equal(SrtpError.None, sender.ProtectControl(buffer, ref length));
        return (buffer, length);
    }

    private static SrtpError Unprotect(SrtpReceiver receiver, byte[] buffer, int length) => receiver.Unprotect(buffer.ToArray(), ref length);

    private static byte[] Flipped(ReadOnlySpan<byte> packet, int bit)
    {
        var changed = packet.ToArray();
        changed[bit / 8] ^= (byte)(1 << (bit % 8));
        return changed;
    }
}
