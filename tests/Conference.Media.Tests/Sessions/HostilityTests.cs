using System.Net;
using Conference.Media.Codecs;
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
