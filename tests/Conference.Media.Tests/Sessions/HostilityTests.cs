using System.Net;
using System.Text;
using Conference.Media.Codecs;
using Conference.Media.Security;
using Conference.Media.Sessions;
using Conference.Media.Tests.Security;
using Conference.Media.Tests.Security.Fuzzing;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Sessions;

/// <summary>A call of three is up while somebody sends whatever he likes.</summary>
public sealed class HostilityTests : IDisposable
{
    private readonly Bridge _bridge = new();
    private readonly Phone _anna;
    private readonly Phone _bob;
    private readonly Phone _eve;

    public HostilityTests()
    {
        (_anna, _bob, _eve) = (_bridge.Dial().Hums(500), _bridge.Dial().Hums(900), _bridge.Dial(address: "192.0.2.66"));
        _bridge.Seat(_anna, _bob, _eve);
        _bridge.Pass(100);
    }

    public void Dispose() => _bridge.Dispose();

    [Fact]
    public void Every_file_of_the_corpora_from_a_participant_leaves_the_others_unhurt()
    {
        foreach (var (_, bytes) in Corpus.Files("rtp-original", "rtp-webrtc", "rtcp-original", "rtcp-webrtc", "stun-original", "dtls-original"))
        {
            SendAs(_eve, _eve.Session.Port, bytes);
            SendAs(_eve, _eve.Session.Port + 1, bytes);
            _bridge.Pass(1);
        }

        AssertUnhurt();
    }

    [Fact]
    public void A_hundred_thousand_mutated_packets_from_a_participant_leave_the_others_unhurt()
    {
        var random = new Random(10);
        var seeds = Corpus.Files("rtp-original", "rtcp-original").Select(f => f.Bytes).Where(b => b.Length is > 0 and < 1500).ToArray();
        for (var i = 0; i < 100_000; i++)
        {
            var datagram = seeds[random.Next(seeds.Length)].ToArray();
            for (var change = random.Next(1, 5); change > 0; change--)
                datagram[random.Next(datagram.Length)] = (byte)random.Next(256);
            SendAs(_eve, _eve.Session.Port + random.Next(2), datagram);
            if (i % 40 == 0) _bridge.Pass(1);
        }

        AssertUnhurt();
    }

    [Theory]
    [InlineData("198.51.100.66")] // a stranger
    [InlineData("192.0.2.80")] // the browser itself, whose address has passed a check
    public void A_hundred_thousand_mutated_packets_at_the_port_of_a_browser_hurt_nobody_and_are_not_answered(string address)
    {
        const int sharedPort = 20001;
        using var identity = DtlsIdentity.Create(TimeProvider.System)!;
        using var bridge = new Bridge(new MediaOptions { FirstPort = 30000, LastPort = 30100, Workers = 1, SharedPort = sharedPort });
        using var session = bridge.Engine.OpenSession(IPAddress.Parse("192.0.2.80"), new SessionTerms { IsWeb = true })!;
        var theirs = IceCredentials.Random();
        Assert.Equal(MediaProblem.None, session.Answer(Encoding.UTF8.GetBytes(
            "v=0\r\no=- 7 1 IN IP4 192.0.2.80\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 8\r\nc=IN IP4 0.0.0.0\r\na=rtcp-mux\r\n"
            + $"a=fingerprint:{identity.Fingerprint}\r\na=setup:active\r\na=ice-ufrag:{theirs.Fragment}\r\na=ice-pwd:{theirs.Password}\r\n"), out var answer));
        var ours = Encoding.UTF8.GetString(answer).Split("\r\n");
        string Told(string name) => ours.Single(l => l.StartsWith($"a={name}:", StringComparison.Ordinal)).Split(':', 2)[1];
        var check = StunCheck.Of(new IceCredentials(Told("ice-ufrag"), Told("ice-pwd")), theirs, uses: true);
        var from = new IPEndPoint(IPAddress.Parse(address), 7000);
        var answers = new List<byte[]>();
        bridge.Wire.Phones[from.Port] = answers.Add;
        bridge.Wire.Send(new IPEndPoint(IPAddress.Parse("192.0.2.80"), from.Port), sharedPort, check);
        bridge.Pass(1);
        Assert.Single(answers);
        answers.Clear();

        var mutator = new Mutator(7983);
        byte[][] seeds = [.. Corpus.Files("rtp-original", "rtp-webrtc", "rtcp-original", "rtcp-webrtc", "stun-original", "dtls-original").Select(f => f.Bytes).Where(b => b.Length is > 0 and < 1500), check];
        for (var i = 0; i < 100_000; i++)
        {
            var datagram = mutator.Next(seeds);
            if (!datagram.AsSpan().SequenceEqual(check)) bridge.Wire.Send(from, sharedPort, datagram);
            if (i % 40 == 0) bridge.Pass(1);
        }

        Assert.Equal(0, bridge.Engine.Health.Faults);
        Assert.DoesNotContain(answers, a => a[0] is not (>= 20 and < 64)); // to the address that is his, the handshake may say what is wrong
        if (address == "198.51.100.66") Assert.Empty(answers);
        Assert.Equal(0, session.Stats.Received);
    }

    [Fact]
    public void A_flood_from_strangers_takes_nothing_from_the_leg_it_is_aimed_at()
    {
        var before = _bob.Heard.Count;
        for (var tick = 0; tick < 100; tick++)
        {
            for (var i = 0; i < 60; i++)
                _bridge.Wire.Send(new IPEndPoint(IPAddress.Parse("203.0.113.1"), 1024 + i), _anna.Session.Port, new byte[] { 0x80, 8, 0, (byte)i, 0, 0, 0, 0, 0, 0, 0, 1, 42 });
            _bridge.Pass(1);
        }

        Assert.Equal(6000, _anna.Session.Stats.Foreign);
        Assert.Equal(100, _bob.Heard.Count - before);
        Assert.InRange(Tone.Amplitude(_bob.HeardPcm[^8000..], 500), 7500, 8500);
    }

    private void SendAs(Phone phone, int port, byte[] datagram) =>
        _bridge.Wire.Send(new IPEndPoint(IPAddress.Parse("192.0.2.66"), phone.Port), port, datagram);

    /// <summary>Both others go on hearing each other, and the engine has not stumbled once.</summary>
    private void AssertUnhurt()
    {
        _bridge.Pass(60);
        Assert.Equal(0, _bridge.Engine.Health.Faults);
        Assert.Equal(_anna.Said.Count, _bob.Heard.Count);
        Assert.InRange(Tone.Amplitude(_bob.HeardPcm[^8000..], 500), 7300, 8700);
        Assert.InRange(Tone.Amplitude(_anna.HeardPcm[^8000..], 900), 7300, 8700);
        var pcm = new short[160];
        var quietest = _bob.Heard.Skip(20).Min(d =>
        {
            G711.Decode(Law.A, d.AsSpan(12), pcm);
            return pcm.Max(s => Math.Abs((int)s));
        });
        Assert.InRange(quietest, 3000, 32768); // not one frame without the other's voice
    }
}
