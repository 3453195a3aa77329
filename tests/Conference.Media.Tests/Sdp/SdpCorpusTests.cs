using System.Diagnostics;
using System.Net;
using Conference.Media.Sdp;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Sdp;

public sealed class SdpCorpusTests
{
    private readonly OfferAnswer _ours = new(1, IPAddress.Parse("198.51.100.7"), 12000);

    [Fact]
    public void No_description_throws_or_takes_longer_than_5_ms()
    {
        foreach (var (_, bytes) in Corpus.Files("sdp-original", "sdp-webrtc"))
            _ours.Answer(bytes, out _); // compiled now

        foreach (var (name, bytes) in Corpus.Files("sdp-original", "sdp-webrtc"))
        {
            var best = Enumerable.Range(0, 3).Min(_ => Time(bytes));
            Assert.True(best < TimeSpan.FromMilliseconds(5), $"{name} took {best.TotalMilliseconds:F1} ms");
        }
    }

    [Theory]
    [InlineData("ok-hold-0000.sdp", SdpRefusal.None)]
    [InlineData("ok-inactive.sdp", SdpRefusal.None)]
    [InlineData("noeol.sdp", SdpRefusal.None)]
    [InlineData("sess-xss.sdp", SdpRefusal.None)]
    [InlineData("port-odd.sdp", SdpRefusal.None)]
    [InlineData("c-mcast.sdp", SdpRefusal.UnusableAddress)]
    [InlineData("c-bcast.sdp", SdpRefusal.UnusableAddress)]
    [InlineData("c-octal.sdp", SdpRefusal.UnusableAddress)]
    [InlineData("c-host.sdp", SdpRefusal.UnusableAddress)]
    [InlineData("port-22.sdp", SdpRefusal.UnusableAddress)]
    [InlineData("port-neg.sdp", SdpRefusal.Malformed)]
    [InlineData("port-arabic.sdp", SdpRefusal.Malformed)]
    [InlineData("fmt-128.sdp", SdpRefusal.Malformed)]
    [InlineData("fmt-none.sdp", SdpRefusal.Malformed)]
    [InlineData("garbage.sdp", SdpRefusal.Malformed)]
    [InlineData("no-media.sdp", SdpRefusal.Malformed)]
    [InlineData("no-c.sdp", SdpRefusal.Malformed)]
    [InlineData("cr-dup.sdp", SdpRefusal.UnsupportedProfile)]
    public void Descriptions_with_a_known_fate_meet_it(string file, SdpRefusal expected) =>
        Assert.Equal(expected, _ours.Answer(Corpus.Read("sdp-original/" + file), out _));

    [Fact]
    public void Mutated_descriptions_throw_nothing()
    {
        var random = new Random(13);
        var seeds = Corpus.Files("sdp-original").Select(f => f.Bytes).Where(b => b.Length is > 0 and < 4096).ToArray();
        for (var i = 0; i < 5_000; i++)
        {
            var body = seeds[random.Next(seeds.Length)].ToArray();
            for (var change = random.Next(1, 6); change > 0; change--)
                body[random.Next(body.Length)] = (byte)random.Next(256);
            _ours.Answer(body.AsSpan(0, random.Next(body.Length + 1)), out _);
        }
    }

    private TimeSpan Time(byte[] bytes)
    {
        var start = Stopwatch.GetTimestamp();
        _ours.Answer(bytes, out _);
        return Stopwatch.GetElapsedTime(start);
    }
}
