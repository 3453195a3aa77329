using System.Net;
using System.Text;
using Conference.Media.Rtp;
using Conference.Media.Sdp;
using Conference.Media.Security;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Security.Fuzzing;

/// <summary>Mutated descriptions, checks, handshakes and packets: nothing throws, nothing is believed, nothing is answered that should stay silent.</summary>
/// <remarks>Each returns what went wrong, or nothing.</remarks>
internal static class ProtectionFuzz
{
    private const int HelloVerify = 60; // what a hello without a cookie is answered with (RFC 6347 §4.2.1)

    private static readonly Peer s_stranger = Peer.From(IPAddress.Parse("192.0.2.66"), 4000);

    /// <summary>Descriptions, offered and answered: whatever we write about them can be read.</summary>
    public static string? Descriptions(int rounds, int seed)
    {
        var mutator = new Mutator(seed);
        var terms = SdpTerms.Plain with
        {
            Formats = [.. SdpTerms.Plain.Formats, new("opus", 48000, 48000, 111) { Channels = 2 }, new("G722", 8000, 16000, 9)],
            Security = MediaSecurity.Sdes,
            Opportunistic = true,
            Certificate = Fingerprint.Of([1]),
            Ice = new IceHost(10000, [IPAddress.Parse("198.51.100.7")]),
        };
        var ours = new OfferAnswer(1, IPAddress.Parse("198.51.100.7"), 12000) { Terms = terms };
        var offered = ours.Offer();
        List<byte[]> seeds = [.. Corpus.Files("sdp-original", "sdp-webrtc").Select(f => f.Bytes).Where(b => b.Length is > 0 and < 4096)];
        seeds.Add(Encoding.ASCII.GetBytes(offered.Sent));
        seeds.Add(Encoding.ASCII.GetBytes((ours with { Terms = terms with { Opportunistic = false, Security = MediaSecurity.Dtls, OffersIce = true } }).Offer().Sent));
        for (var i = 0; i < rounds; i++)
        {
            var body = mutator.Next(seeds);
            if (ours.Answer(body, out var next) == SdpRefusal.None && SdpParser.Parse(Encoding.UTF8.GetBytes(next.Sent), out _) != SdpError.None)
                return $"Round {i}: our own answer cannot be read.";
            offered.Accept(body, out _);
        }

        return null;
    }

    /// <summary>Connectivity checks: only the untouched one is answered.</summary>
    public static string? Checks(int rounds, int seed)
    {
        var mutator = new Mutator(seed);
        var pair = new IcePair(IceCredentials.Random(), IceCredentials.Random());
        var right = StunCheck.Of(pair.Ours, pair.Theirs, uses: true);
        List<byte[]> seeds = [right, right, right, .. Corpus.Files("stun-original", "stun-webrtc").Select(f => f.Bytes)];
        var ice = new IceLite(pair, 0);
        var answer = new byte[IceLite.AnswerBytes];
        for (var i = 0; i < rounds; i++)
        {
            var datagram = mutator.Next(seeds);
            if (ice.Take(datagram, s_stranger, i * 1_000_000_000L, answer) > 0 && !datagram.AsSpan().SequenceEqual(right)) return $"Round {i}: answered.";
        }

        return null;
    }

    /// <summary>Handshakes: nobody gets more than he sent before his address is proven, and nobody gets keys.</summary>
    public static string? Handshakes(int rounds, int seed)
    {
        var mutator = new Mutator(seed);
        using var identity = DtlsIdentity.Create(TimeProvider.System)!;
        List<byte[]> seeds = [.. Corpus.Files("dtls-original").Select(f => f.Bytes), .. Hellos(identity)];
        var sent = 0;
        var passive = Passive();
        for (var i = 0; i < rounds; i++)
        {
            var datagram = mutator.Next(seeds);
            sent = 0;
            passive.Take(datagram, s_stranger);
            if (passive.State == DtlsState.Connected) return $"Round {i}: connected.";
            if (sent > Math.Max(datagram.Length, HelloVerify)) return $"Round {i}: {sent} bytes for {datagram.Length}.";
            if (passive.State != DtlsState.Failed && i % 50 != 0) continue;
            passive.Dispose();
            passive = Passive();
        }

        passive.Dispose();
        return null;

        DtlsHandshake Passive() => new(identity, DtlsRole.Passive, identity.Fingerprint, d => sent += d.Length);
    }

    /// <summary>Whole handshakes with every tenth datagram mutated: they stand or fall, and nothing throws.</summary>
    public static string? Flights(int rounds, int seed)
    {
        var (mutator, random) = (new Mutator(seed), new Random(seed));
        using var identity = DtlsIdentity.Create(TimeProvider.System)!;
        for (var i = 0; i < rounds; i++)
        {
            var wire = new Queue<(bool ToPassive, byte[] Datagram)>();
            using var active = new DtlsHandshake(identity, DtlsRole.Active, identity.Fingerprint, d => wire.Enqueue((true, d.ToArray())));
            using var passive = new DtlsHandshake(identity, DtlsRole.Passive, identity.Fingerprint, d => wire.Enqueue((false, d.ToArray())));
            active.Begin();
            for (var steps = 0; steps < 100 && wire.TryDequeue(out var next); steps++)
            {
                var datagram = random.Next(10) == 0 ? mutator.Next([next.Datagram]) : next.Datagram;
                (next.ToPassive ? passive : active).Take(datagram, s_stranger);
            }

            if (active.State == DtlsState.Connected && passive.State == DtlsState.Connected && !active.Ours!.Equals(passive.Theirs))
                return $"Round {i}: two keys.";
        }

        return null;
    }

    /// <summary>Protected packets: only untouched ones are believed, and each once.</summary>
    public static string? Packets(int rounds, int seed)
    {
        foreach (var suite in SrtpSuite.Spoken)
        {
            var mutator = new Mutator(seed);
            var key = SrtpKey.Random(suite.Profile);
            using var receiver = new SrtpReceiver(key);
            var (voice, report) = Protected(key);
            List<byte[]> seeds = [voice, voice, report, .. Corpus.Files("rtp-original", "rtcp-original").Select(f => f.Bytes).Where(b => b.Length < 2000)];
            for (var i = 0; i < rounds / SrtpSuite.Spoken.Length; i++)
            {
                var datagram = mutator.Next(seeds);
                if (datagram.AsSpan().SequenceEqual(voice) || datagram.AsSpan().SequenceEqual(report)) continue;
                var (copy, length, size) = (datagram.ToArray(), datagram.Length, datagram.Length);
                if (receiver.Unprotect(datagram, ref length) == SrtpError.None || receiver.UnprotectControl(copy, ref size) == SrtpError.None)
                    return $"{suite.Profile}, round {i}: believed.";
            }
        }

        return null;
    }

    private static (byte[] Voice, byte[] Report) Protected(SrtpKey key)
    {
        using var sender = new SrtpSender(key);
        var voice = new byte[172 + SrtpSuite.MostGrowth];
        RtpPacket.WriteHeader(voice, 8, true, 4711, 160, 0xCAFEBABE);
        var report = new byte[8 + SrtpSuite.MostGrowth];
        byte[] empty = [0x80, 201, 0, 1, 0xCA, 0xFE, 0xBA, 0xBE];
        empty.CopyTo(report, 0);
        var (length, size) = (172, 8);
        sender.Protect(voice, ref length);
        sender.ProtectControl(report, ref size);
        return (voice[..length], report[..size]);
    }

    /// <summary>A hello, and one that brings its cookie back.</summary>
    private static List<byte[]> Hellos(DtlsIdentity identity)
    {
        var sent = new List<byte[]>();
        using var active = new DtlsHandshake(identity, DtlsRole.Active, identity.Fingerprint, d => sent.Add(d.ToArray()));
        using var passive = new DtlsHandshake(identity, DtlsRole.Passive, identity.Fingerprint, d => active.Take(d.ToArray(), s_stranger));
        active.Begin();
        passive.Take(sent[0], s_stranger);
        return sent;
    }
}
