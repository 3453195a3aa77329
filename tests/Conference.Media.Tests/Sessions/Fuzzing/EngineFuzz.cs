using System.Net;
using System.Text;
using Conference.Media.Mixing;
using Conference.Media.Sessions;
using Conference.Media.Tests.Security.Fuzzing;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Sessions.Fuzzing;

/// <summary>Mutated voice, reports, checks, handshakes and descriptions thrown at a running engine: nothing it does fails, and strangers hear nothing.</summary>
internal static class EngineFuzz
{
    private const int PacketsPerTick = 40;
    private const int PacketsPerCall = 100;
    private const int PeerPort = 41000;
    private const int StrangerPort = 4009;
    private const long Tick = 20_000_000;

    private static readonly IPAddress s_peer = IPAddress.Parse("192.0.2.1");
    private static readonly IPEndPoint s_stranger = new(IPAddress.Parse("203.0.113.1"), StrangerPort);

    /// <returns>What went wrong, or nothing.</returns>
    public static string? Datagrams(int rounds, int seed)
    {
        var (wire, random, mutator, answers) = (new Wire(), new Random(seed), new Mutator(seed), 0);
        using var engine = new MediaEngine(new MediaOptions { FirstPort = 30000, LastPort = 39999, Workers = 1 }, TimeProvider.System, wire.Open, start: false);
        wire.Phones[StrangerPort] = _ => answers++;
        var victim = Call(engine, Offer(8));
        using var room = engine.OpenRoom();
        room.Use(new MixPlan([new Seat(Guid.NewGuid(), victim, true, true), new Seat(Guid.NewGuid(), Call(engine, Offer(0)), true, true)]));
        List<byte[]> packets = [.. Seeds("rtp-original", "rtp-webrtc", "rtcp-original", "rtcp-webrtc", "stun-original", "stun-webrtc", "dtls-original", "media-mediasoup-crashes")];
        List<byte[]> descriptions = [.. Seeds("sdp-original", "sdp-webrtc"), Offer(8)];
        for (var i = 0; i < rounds; i++)
        {
            var from = random.Next(2) == 0 ? s_stranger : new IPEndPoint(s_peer, PeerPort);
            wire.Send(from, victim.Port + random.Next(2), mutator.Next(packets));
            if (i % PacketsPerCall == 0) Call(engine, mutator.Next(descriptions)).Dispose();
            if (i % PacketsPerTick == 0) Beat(engine, i);
            if (engine.Health.Faults > 0) return $"Round {i}: work on a leg failed.";
            if (answers > 0) return $"Round {i}: a stranger was answered.";
        }

        return null;
    }

    private static void Beat(MediaEngine engine, int round)
    {
        engine.Tick(1_000_000_000_000 + round / PacketsPerTick * Tick, 0);
        engine.Dispatcher.Round();
    }

    private static MediaSession Call(MediaEngine engine, byte[] offer)
    {
        var session = (MediaSession)engine.OpenSession(s_peer)!;
        session.Answer(offer, out _);
        return session;
    }

    private static byte[] Offer(int payload) => Encoding.ASCII.GetBytes(
        $"v=0\r\no=- 1 1 IN IP4 {s_peer}\r\ns=-\r\nc=IN IP4 {s_peer}\r\nt=0 0\r\nm=audio {PeerPort} RTP/AVP {payload} 101\r\na=rtpmap:101 telephone-event/8000\r\n");

    private static IEnumerable<byte[]> Seeds(params string[] sets) => Corpus.Files(sets).Select(f => f.Bytes).Where(b => b.Length is > 0 and < 2000);
}
